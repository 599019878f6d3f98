"""Reading the word lists of an archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.errors import ArchiveError
from regesta.ingest.extract import Context, extract, load_lists
from tests.ingest.extract.shipped import lists

FAULTS = {
    "not TOML": ("cues/answers.toml", b"cues = ["),
    "a wrong cue": ("cues/answers.toml", b'[[rule]]\nanswer = "no"\ncues = ["* no"]'),
    "an unknown set": ("cues/answers.toml", b'[[rule]]\nanswer = "no"\ncues = ["{what} no"]'),
    "cues that are no list": ("cues/answers.toml", b'[[rule]]\nanswer = "no"\ncues = 7'),
    "a gap at the end of a field": ("cues/fields.toml", b'[codes]\nname = ["the *"]'),
    "not UTF-8": ("gazetteers/states.csv", b"code,name,aliases,demonyms\nX,\xff,,\n"),
    "a missing column": ("gazetteers/states.csv", b"code,name\nOH,Ohio\n"),
    "too many cues": ("cues/speech.toml", b"verbs = [" + b'"said",' * 3_000 + b"]"),
}  # fmt: skip


def test_shipped_lists() -> None:
    """The shipped archive knows the states and the District, and every answer of its rules is one of its schema."""
    answers = {rule.answer for rule in lists().answer_rules}
    known = {"none", "undecided", "fee", "public-only", "partial", "refuse", "comply"}
    assert (len(lists().places), lists().state_of["Ohioans"], answers) == (51, "OH", known)


def test_archive_without_lists(tmp_path: Path) -> None:
    """Without lists the rules find what needs none, and nothing of a story is known."""
    found = extract("Ohio said no on June 30, 2017.", Context(), load_lists(tmp_path))
    assert [(item.kind, item.fields.get("date_edtf")) for item in found] == [("date_mention", "2017-06-30")]


@pytest.mark.parametrize(("file", "content"), FAULTS.values(), ids=FAULTS)
def test_wrong_list_is_told_with_its_file(tmp_path: Path, file: str, content: bytes) -> None:
    """A list that cannot be read stops the run with the name of its file."""
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(ArchiveError) as caught:
        load_lists(tmp_path)
    assert file in str(caught.value)
