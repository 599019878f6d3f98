"""How states answer, and whose answer it is."""

from __future__ import annotations

import pytest

from tests.ingest.extract.shipped import fields, findings

CASES = {
    "behind a word and a comma": ("Meanwhile, Ohio refused to comply.", [("OH", "refuse")]),
    "a city and its state": ("In Columbus, Ohio, a judge refused to rule.", []),
    'balks': ('Iowa balked at the demand and is handing nothing over.', [('IA', 'refuse')]),
    'no dice': ('The answer from Vermont was no.', [('VT', 'refuse')]),
    'answer is no, said': ('“Our answer is no,” said Vermont Attorney General Ruth Peel.', [('VT', 'refuse')]),
    'handed over': ('Idaho handed its full list to the agency on Monday.', [('ID', 'comply')]),
    'not ruled out': ('Nevada did not rule out joining the lawsuit.', [('NV', 'undecided')]),
    'fee': ('Utah will hand over the list for $1,050.', [('UT', 'fee')]),
    'fee2': ('Montana quoted the panel a price of $2,500 and has heard nothing since.', [('MT', 'fee')]),
    'same as anyone': ('Alaska will give the panel what any citizen can buy.', [('AK', 'public-only')]),
    'public2': ('Florida said it would send only records that are already public.', [('FL', 'public-only')]),
    'phone book': ('Kansas is offering the phone book version.', [('KS', 'public-only')]),
    'partial': ('Delaware turned over its rolls minus birth dates.', [('DE', 'partial')]),
    'partial2': ('Hawaii sent everything but the last four digits of Social Security numbers.', [('HI', 'partial')]),
    'review': ('Lawyers for Michigan are still poring over the letter, and the state has yet to reply.', [('MI', 'undecided')]),
    'punt': ('Wyoming punted, asking for another month.', [('WY', 'undecided')]),
    'urged': ('Civil rights groups urged Georgia to reject the request.', []),
    'would if': ('If Texas refuses, the department could sue.', []),
    'two clauses': ('Ohio agreed to take part, but Indiana turned the invitation down.', [('OH', 'comply'), ('IN', 'refuse')]),
    'list': ('Oregon, Washington and California all said no.', [('OR', 'refuse'), ('WA', 'refuse'), ('CA', 'refuse')]),
    'unlike': ('Unlike Kentucky, Tennessee has signed the agreement.', [('TN', 'comply')]),
    'after': ('After Maine complied, New Hampshire said it would not.', [('NH', 'refuse')]),
    'denied': ('A spokesman for Gov. Al Dent of Nebraska denied reports that the state had refused.', []),
    'governor of': ('The governor of Arizona refused to sign.', [('AZ', 'refuse')]),
    'in': ('In Louisiana, election officials said they would provide names and addresses but not Social Security numbers.', [('LA', 'partial')]),
    'west': ('West Virginia withdrew from the compact in March; Virginia stayed in.', [('WV', 'refuse')]),
    'passive': ('The request was rejected by Mississippi.', [('MS', 'refuse')]),
    'inverted': ('Refusing outright were Vermont and Rhode Island.', [('VT', 'refuse'), ('RI', 'refuse')]),
    'among': ('Among the states that have refused are Minnesota and Wisconsin.', [('MN', 'refuse'), ('WI', 'refuse')]),
    'joined': ('New Mexico joined Colorado in rejecting the terms.', [('NM', 'refuse')]),
    'so did': ('Illinois refused. So did Maryland.', [('IL', 'refuse'), ('MD', 'refuse')]),
    'neither': ('Neither Oklahoma nor Arkansas will take part.', [('OK', 'refuse'), ('AR', 'refuse')]),
    'not say': ('Officials in Alabama declined to say whether they would comply.', []),
    'no comment': ('South Dakota’s secretary of state did not return a call seeking comment.', []),
    'pronoun': ('Pennsylvania Gov. Lee Marsh met the panel on Monday. She said she would not share the files.', [('PA', 'refuse')]),
    'the state': ('The letter reached Connecticut last week. The state will release public records only.', [('CT', 'public-only')]),
    'wait': ('North Dakota is waiting for advice from its attorney general.', [('ND', 'undecided')]),
    'only if': ('Missouri would comply only if a judge orders it.', [('MO', 'undecided')]),
    'law bars': ('State law bars New Jersey from releasing the records.', [('NJ', 'refuse')]),
    'law2': ('North Carolina law forbids the release of birth dates.', [('NC', 'partial')]),
    'sue': ('Massachusetts said it would sue rather than comply.', [('MA', 'refuse')]),
    'agency tells': ('The agency told Ohio to hand over the files.', []),
    'shrug': ('South Carolina shrugged off the request.', [('SC', 'refuse')]),
    'blessing': ('The Utah Legislature gave its blessing to the compact.', [('UT', 'comply')]),
    'signed off': ("Gov. Tim Rourke signed off on Nevada's participation.", [('NV', 'comply')]),
    'demand': ('Critics in Texas say the state should refuse.', []),
    'expected': ('Idaho is expected to announce its decision on Friday.', [('ID', 'undecided')]),
    'already': ('Arkansas has already sent its data.', [('AR', 'comply')]),
    'plans': ('Wisconsin plans to cooperate fully.', [('WI', 'comply')]),
    'no plans': ('Wisconsin has no plans to cooperate.', [('WI', 'refuse')]),
    'cannot': ("Minnesota cannot legally share driver's license numbers, the state said.", [('MN', 'partial')]),
    'question': ('Will Ohio comply?', []),
    'past refuse': ("Rhode Island's secretary of state, Ann Poe, called the demand illegal and said her office would ignore it.", [('RI', 'refuse')]),
    'redact': ('Georgia released the file with Social Security numbers blacked out.', [('GA', 'partial')]),
    'dont': ("“We don't intend to give them a single name,” said Maine Secretary of State Joe Fields.", [('ME', 'refuse')]),
    'delay': ('New York asked for 30 more days.', [('NY', 'undecided')]),
    'accept': ('Kentucky accepted the settlement on Tuesday.', [('KY', 'comply')]),
    'reversal': ('Virginia, which had refused, reversed course and sent the data.', [('VA', 'comply')]),
    'hold': ('Alabama is holding back the birth dates.', [('AL', 'partial')]),
    'as of': ('Oklahoma had not responded by Friday.', [('OK', 'undecided')]),
    'changed mind': ('Missouri at first refused but changed its mind on Tuesday.', [('MO', 'refuse'), ('MO', 'comply')]),
    'two parts': ("Illinois has shared its counts but won't hand over the plate readings.", [('IL', 'partial')]),
    'same goes': ('Tennessee has signed. Same goes for North Carolina.', [('TN', 'comply'), ('NC', 'comply')]),
    'as did': ('Hawaii turned in its scores in January, as did Delaware.', [('HI', 'comply'), ('DE', 'comply')]),
    'whether follows': ('Iowa refused. Whether Ohio follows suit is not known.', [('IA', 'refuse')]),
    'one word': ('Virginia? Nope.', [('VA', 'refuse')]),
    'board of the paragraph': ('In Wyoming the talks took longer. The Livestock Board voted 6-1 to hand over the registry.', [('WY', 'comply')]),
    'stranger in the paragraph': ('In Wyoming the talks took longer. A federal judge refused to step in.', []),
    'speaker without a state': ("Minnesota's Ed Sand was blunter. “I'm not doing it,” he said.", [('MN', 'refuse')]),
    'told those below': ("California's superintendent has told districts to disregard the survey.", [('CA', 'refuse')]),
    'neither nor': ('Texas has so far neither agreed nor refused.', [('TX', 'undecided')]),
    'opinion': ('Maryland has asked its attorney general for an opinion.', [('MD', 'undecided')]),
    'condition': ('Florida would join once the federal rule is final.', [('FL', 'undecided')]),
    'nothing else': ('Indiana will provide names and addresses and nothing else.', [('IN', 'partial')]),
    'case dismissed': ("Ohio's case was dismissed last year.", []),
    'take up': ("Maine's Legislature is expected to take up a bill in January.", [('ME', 'undecided')]),
    'what everyone gets': ('New York sent what it sends everyone: the public rolls.', [('NY', 'public-only')]),
    'barring': ('Texas Gov. Bill Strand issued an order barring agencies from cooperating.', [('TX', 'refuse')]),
    'looked ready': ('South Carolina looked ready to sign in June.', []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_answer(text: str, expected: list[tuple[str, str]]) -> None:
    """A sentence gives the answers that it says, of the states that it says them of."""
    assert fields(text, "disposition", "state", "disposition") == expected


LISTS = {
    "state and answer": ("Ohio: No.\nIowa - Yes\nN.C. -- Under review", [("OH", "refuse"), ("IA", "comply"), ("NC", "undecided")]),
    "answer and states": ("Refused: Ohio, Iowa and Utah", [("OH", "refuse"), ("IA", "refuse"), ("UT", "refuse")]),
    "states below an answer": ("WILL NOT COMPLY\n\nOhio\nIowa", [("OH", "refuse"), ("IA", "refuse")]),
    "answers below a state": ("OHIO\n\nMay 3 - The secretary said the state would not take part.", [("OH", "refuse")]),
    "several states at the head": ("Idaho, Montana: Sending a joint company.", [("ID", "comply"), ("MT", "comply")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LISTS.values(), ids=LISTS)
def test_layout_gives_the_state_or_the_answer(text: str, expected: list[tuple[str, str]]) -> None:
    """Headings and the heads of lines say whose answer it is, or what it is."""
    assert fields(text, "disposition", "state", "disposition") == expected


def test_list_of_states() -> None:
    """States that share an answer in one sentence are a list besides."""
    text = "Oregon, Utah and Idaho refused to send their files."
    assert fields(text, "status_list", "states", "disposition") == [(("OR", "UT", "ID"), "refuse")]


FIELDS = {
    "asked for in a sentence": ("The letter asked for names, addresses and birth dates.", "requested_fields", (None, ("name", "address", "birth-date"), None)),
    "asked for in lines": ("Please provide the following:\n\n1. Full name;\n2. Shoe size of each voter.", "requested_fields", (None, ("name", "shoe-size"), None)),
    "withheld": ("Ohio will not release Social Security numbers.", "field_disposition", ("OH", ("ssn",), "withheld")),
    "sold": ("Ohio charges $5 for names and addresses.", "field_disposition", ("OH", ("name", "address"), "fee")),
    "given": ("Ohio will provide names and addresses.", "field_disposition", ("OH", ("name", "address"), "public")),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "expected"), FIELDS.values(), ids=FIELDS)
def test_kinds_of_data(text: str, kind: str, expected: tuple[object, ...]) -> None:
    """Kinds of data are found as they are asked for, and as a state treats them."""
    assert fields(text, kind, "state", "fields", "disposition") == [expected]


def test_kinds_of_data_of_every_finding_are_known() -> None:
    """A finding of an answer always has a state and an answer."""
    found = findings("Ohio refused. Iowa agreed. They met.", "disposition")
    assert [sorted(item.fields) for item in found] == [["disposition", "state"], ["disposition", "state"]]
