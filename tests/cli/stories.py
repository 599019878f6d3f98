"""A small story for the commands that look back: vague and late events, one replaced, one retracted and put back.

Recorded on 1 to 4 January 2026, each day at noon; as of 2017-07-01 only the letter and P01's refusal are certain.

     1  document.captured                          the source of event 3
     2  letter.sent    l1   2017-06-26/2017-06-30
     3  answer.given   P01  2017-06-30              no, with a passage
     4  answer.given   P02  2017-06-28/2017-07-05   partly
     5  answer.listed  P03  2017-07~
     6  answer.given   P04  undated                 yes
     7  answer.given   P01  2017-07-03T16:02-04:00  yes, recorded on the second day
     8  answer.given   P02  2017-07-02              no, replaces 4
     9  event.retracted                             5, on the third day
    10  answer.given   P05  2017-07-03T16:02-04:00  yes, replaces 7: another place
    11  event.retracted                             9, on the fourth day
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.events import log as log_module
from tests.archives import answer, document, letter, listing, make_archive, passage, retraction

TEXT = "P01 answers: no to all."


def tell(folder: Path) -> Archive:
    """Write the story into a new archive in ``folder``; nothing is built."""
    archive = make_archive(folder, keeper="Ada")
    source = document(TEXT)
    source["data"] |= {"title": "All answers", "publisher": "The Paper"}
    evidence = [passage(13, 22, text=TEXT, exact="no to all")]
    ids = record(
        archive, 1, source,
        letter(1, edtf="2017-06-26/2017-06-30", data={"letter": "l1", "place": "P01", "summary": "The letter goes out."}),
        said("P01", "no", "2017-06-30", reason="Not public.", evidence=evidence),
        said("P02", "partly", "2017-06-28/2017-07-05"),
        listing(1, edtf="2017-07~", subject="place/P03", data={"letter": "l1", "place": "P03", "summary": "P03 is listed."}),
        said("P04", "yes", None),
    )  # fmt: skip
    late = "2017-07-03T16:02:00-04:00"
    ids = record(
        archive, 2, said("P01", "yes", late), {**said("P02", "no", "2017-07-02", note="Misread."), "replaces": ids[3]}
    )
    ids = record(
        archive, 3, retraction(ids[4], "The list was another one."),
        {**said("P05", "yes", late, note="It was P05."), "replaces": ids[6]},
    )  # fmt: skip
    record(archive, 4, retraction(ids[8], "It was this list."))
    return archive


def said(place: str, word: str, date: str | None, **data: Any) -> dict[str, Any]:
    """Return the draft of an answer."""
    content = {"letter": "l1", "place": place, "answer": word, "summary": f"{place} says {word}.", **data}
    return answer(1, edtf=date, subject=f"place/{place}", data=content)


def record(archive: Archive, day: int, *drafts: dict[str, Any]) -> list[str]:
    """Append drafts as recorded at noon of the n-th January 2026; return all ids of the log."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_module, "_now", lambda: f"2026-01-{day:02d}T12:00:00.000Z")
        archive.append(drafts)
    return [event.id for event in archive.log.events()]
