"""What is asked of a file: conditions in words, what is left out in words, ids that last."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regesta.config import Config
from regesta.publish.feeds.asked import Asked, clean, left, sentence, urn
from regesta.publish.reading.wanted import Wanted
from tests.publish.feeds.taken import corrected, left_out

UNFIT = {
    "null": ("a\x00b", "a\ufffdb"),
    "escape": ("\x1b[2J", "\ufffd[2J"),
    "next line": ("a\x85b", "a\ufffdb"),
    "no character": ("a\uffffb", "a\ufffdb"),
    "half a pair": ("a\ud800b", "a\ufffdb"),
    "line ends": ("a\r\nb\rc\nd", "a\nb\nc\nd"),
    "what is fit": ("ü€𝔘\t", "ü€𝔘\t"),
}


@pytest.mark.parametrize(("text", "expected"), UNFIT.values(), ids=UNFIT.keys())
def test_text_is_fit_for_every_format(text: str, expected: str) -> None:
    """What a file of text cannot hold is shown as missing."""
    assert expected == clean(text)


def test_conditions_are_in_the_title() -> None:
    """A file under conditions says so in its title."""
    wanted = Wanted(types=("letter.",), since="2017-06-30", words="roll", zone=ZoneInfo("UTC"))
    asked = Asked(wanted, Config("Letters", "example.org/letters"), 0, None)
    assert asked.title == "Letters (with roll, of the type letter., since 2017-06-30)"


def test_id_is_of_the_archive_and_the_thing() -> None:
    """The same thing keeps its id, and the same name in another archive is another thing."""
    ids = [urn("a", "x"), urn("a", "x"), urn("b", "x"), urn("a", "y")]
    assert [one.startswith("urn:uuid:") for one in ids] == [1, 1, 1, 1]
    assert (ids[0], 3) == (ids[1], len(set(ids)))


def test_left_out_is_a_sentence() -> None:
    """What is left out is counted, in the singular and in the plural."""
    found = [*left(1, "entry", "too old"), *left(0, "event", "gone"), *left(1200, "entry", "too new")]
    assert sentence(found) == "Not in this file: 1 entry too old; 1,200 entries too new."


def test_corrected_events_are_counted(tmp_path: Path) -> None:
    """A file without what was replaced or retracted says how much that is, and one with it says nothing."""
    archive = corrected(tmp_path)
    expected = [
        "2 events that were replaced or retracted",
        "2 entries about the record itself (documents, corrections)",
    ]
    assert (expected, []) == (left_out(archive, "events.jsonld"), left_out(archive, "events.jsonl"))
