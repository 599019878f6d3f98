"""The files to take away: a name, a purpose, one way to make each."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.cli.export import NAMES
from regesta.publish.feeds.formats import FORMATS
from tests.publish.feeds.taken import PAYLOADS, corrected, file, hostile, left_out
from tests.publish.proposing import SECRET, proposing_archive


def test_command_line_has_the_same_formats() -> None:
    """The command, which names the formats without loading them, names all of them."""
    assert tuple(FORMATS) == NAMES


@pytest.mark.parametrize("name", FORMATS)
def test_proposals_are_in_no_file(tmp_path: Path, name: str) -> None:
    """No word of a proposal is in a file, and the file says that something is not for everybody."""
    archive = proposing_archive(tmp_path / "proposing")
    said = [words for words in left_out(archive, name) if "only editors see" in words]
    assert (SECRET in file(archive, name, status="any"), len(said)) == (False, 1)


@pytest.mark.parametrize("name", FORMATS)
def test_same_archive_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    """A file that is made twice is the same."""
    archive = corrected(tmp_path)
    assert file(archive, name) == file(archive, name)


@pytest.mark.parametrize("name", FORMATS)
def test_file_is_text_that_any_program_can_read(tmp_path: Path, name: str) -> None:
    """Whatever is in the log, a file has no character that its format cannot hold, but for the log itself."""
    text = file(hostile(tmp_path), name, q="", type="letter.")
    unfit = [char for char in text if ord(char) < 32 and char not in "\t\r\n"]
    assert (unfit, len(text) > len(PAYLOADS)) == ([], True)
