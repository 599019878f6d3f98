"""An archive with a status: what towns answer. Two letters, so a town may answer twice; dates that are not certain."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from regesta.archive import Archive
from regesta.replay.build import build
from tests.archives import letter, make_archive

STATUS: Final = """
[[status]]
table = "answers"
column = "answer"
title = "What the places answer"
subject = "place"

[[status.value]]
value = "yes"
label = "Agrees"
sign = "Y"
color = "#2e7d4f"

[subjects]
place = "places.name"
"""
# (letter, place, answer, date as known)
ANSWERS: Final = (
    ("l1", "P01", "no", "2021-03-02"),
    ("l1", "P02", "yes", "2021-03-01/2021-03-10"),
    ("l1", "P01", "yes", "2021-03-08/2021-03-20"),
    ("l1", "P03", "partly", "2021-03-05"),
    ("l1", "P03", "no", "2021-03-05"),
    ("l2", "P03", "yes", "2021-03-12"),
    ("l1", "P04", "no", None),
    ("l1", "P05", "partly", "../2021-03-15"),
)


def town_archive(
    folder: Path, drafts: list[dict[str, Any]] | None = None, more: str = STATUS, files: dict[str, str] | None = None
) -> Archive:
    """Make and build the archive; ``drafts`` in the place of its events, ``more`` of its status, ``files`` of a schema."""
    make_archive(folder, files=files)
    path = folder / "archive.toml"
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    archive = Archive.open(folder)
    events = town_drafts() if drafts is None else drafts
    if events:
        archive.append(events)
    build(archive)
    return archive


def town_drafts() -> list[dict[str, Any]]:
    """Return two letters and the `ANSWERS`."""
    letters = [letter(1, edtf="2021-02-20"), letter(2, edtf="2021-03-09")]
    return [*letters, *(town_answer(*one) for one in ANSWERS)]


def town_answer(letter_id: str, place: str, said: str, edtf: str | None) -> dict[str, Any]:
    """Return the draft of an answer."""
    data = {"letter": letter_id, "place": place, "answer": said, "summary": f"{place} says {said}."}
    draft = {"type": "answer.given", "source": "manual:", "subject": f"place/{place}", "data": data}
    return draft if edtf is None else {**draft, "edtf": edtf}
