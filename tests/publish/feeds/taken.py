"""Files to take away, as text, and small stories to make them of."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from regesta.archive import Archive
from regesta.publish.export import export_file
from regesta.publish.feeds.formats import FORMATS
from regesta.replay.build import build
from tests.archives import answer, document, letter, make_archive, passage, retraction
from tests.publish import hostile as hostile_texts

URL: Final = "https://example.org/letters/"
TEXT: Final = "The letter goes out today."
PAYLOADS: Final = tuple(hostile_texts.PAYLOADS.values())
# Characters that XML, iCalendar or a spreadsheet take for something, or cannot hold.
CONTROLS: Final = ("\ttab", "one\ntwo", "a\rb", "\x9b2J", "\uffff", "\ufeff", "ü€𝔘", "+1", "@x", "＝1")
# What is known of a date, and how exactly.
DATES: Final = (
    "2017-06-30", "2017-06-30T16:02:00-04:00", "2017-06-30T16:02:00", "2017-06-30~", "2017-06-30?", "2017-06",
    "2017-06-28/2017-07-05", "../2017-07-14", "2017-07-05/..", "201X", "2017-21", "0000-01-01", "-0044-03-15", None,
)  # fmt: skip


def file(archive: Archive, name: str, url: str = URL, **conditions: str) -> str:
    """Return one of the files."""
    with export_file(archive, FORMATS[name], conditions.get, url) as (pieces, _):
        return b"".join(pieces).decode("utf-8")


def left_out(archive: Archive, name: str, **conditions: str) -> list[str]:
    """Return what one of the files leaves out."""
    with export_file(archive, FORMATS[name], conditions.get, URL) as (_, found):
        return found


def built(folder: Path, found: list[dict[str, Any]], **more: Any) -> Archive:
    """Return an archive with these events, built."""
    archive = make_archive(folder, **more)
    archive.append(found)
    build(archive)
    return archive


def dated(folder: Path) -> Archive:
    """Return an archive with a letter for each of the `DATES`."""
    return built(folder, [letter(number, edtf=edtf) for number, edtf in enumerate(DATES, start=1)])


def corrected(folder: Path) -> Archive:
    """Return an archive with a passage, a reply to a letter that is replaced by another, and one that is retracted."""
    archive = make_archive(folder, quotes="full")
    words = letter(1)["data"] | {"evidence": [passage(0, 10, text=TEXT, exact=TEXT[:10])]}
    first = [document(TEXT), letter(1, data=words), answer(1), answer(2)]
    archive.append(first)
    ids = [event.id for event in archive.log.events()]
    later = answer(1)["data"] | {"answer": "yes", "reason": "It changed its mind."}
    archive.append([answer(1, data=later, replaces=ids[2]), retraction(ids[3])])
    build(archive)
    return archive


def hostile(folder: Path) -> Archive:
    """Return an archive with each payload, and each awkward character, in every field of text."""
    found = []
    for number, text in enumerate((*PAYLOADS, *CONTROLS), start=1):
        words = letter(number)["data"] | {"about": text, "summary": text}
        subject = hostile_texts.subject(number - 1) if number <= len(PAYLOADS) else f"letter/l{number}"
        found.append(letter(number, data=words, subject=subject))
    return built(folder, found, title='A <b>"title"</b> & more', description="]]></script><script>alert(1)</script>")
