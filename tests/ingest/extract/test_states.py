"""Mentions of states: longest name first, and not in other names."""

from __future__ import annotations

import pytest

from tests.ingest.extract.shipped import findings

CASES = {
    "names": ("Ohio and New Mexico", ["OH", "NM"]),
    "the longest name": ("West Virginia, not Virginia", ["WV", "VA"]),
    "demonyms": ("Kentuckians and a New Yorker", ["KY", "NY"]),
    "abbreviations": ("in Lansing, Mich., and Bismarck, N.D.", ["MI", "ND"]),
    "in capitals": ("NEW HAMPSHIRE\n\nIt said no.", ["NH"]),
    "a party's place": ("Rep. Ann Poe (D-Mich.) and Rep. Al Lee (R-TX)", ["MI", "TX"]),
    "a party's place between commas": ("Sen. Ann Poe, D-N.M., said so.", ["NM"]),
    "codes in a post": ("You can add PA to that list. https://t.co/x", ["PA"]),
    "codes that are words, in a post": ("OK, so IN or out? Hi ME! @someone", []),
    "codes at the head of lines": ("OR: no\nIN: yes", ["OR", "IN"]),
    "codes in a list": ("PA, NY and CA said no.", ["PA", "NY", "CA"]),
    "no codes in prose": ("He was OK with IT.", []),
    "newspapers": ("told the Kansas City Star, the Washington Post and the Arizona Republic", []),
    "universities": ("of the University of Michigan and Ohio State University", []),
    "rivers and gulfs": ("along the Ohio River to the Gulf of Mexico", []),
    "a film": ("like Indiana Jones", []),
    "the capital": ("officials in Washington said", []),
    "the capital with its district": ("in Washington, D.C., on Friday", []),
    "the district": ("Ohio and the District of Columbia", ["OH", "DC"]),
    "the state of that name": ("Oregon, Washington and Idaho", ["OR", "WA", "ID"]),
    "its people": ("Washington state's secretary and Washington's governor", ["WA", "WA"]),
    "the country": ("in the Republic of Georgia", []),
    "given names": ("Virginia Foxx spoke to Georgia Meyers.", []),
    "a title behind the name": ("Virginia Gov. Ann Lee and Georgia Secretary of State Al Poe", ["VA", "GA"]),
    "glued": ("He left.Ohio said no.", ["OH"]),
    "a code of law": ("20 U.S.C. 1232g", []),
    "non-breaking space": ("North\u00a0Carolina", ["NC"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_states(text: str, expected: list[str]) -> None:
    """A state is found where it is meant."""
    assert [item.fields["state"] for item in findings(text, "state_mention")] == expected
