"""A small archive in which everything has happened to an event that a page tells: passages, corrections, a dispute."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from regesta.archive import Archive
from regesta.ingest.capture import Capture
from regesta.ingest.store import FOLDER, Store
from regesta.replay.build import build
from tests.archives import answer, document, letter, make_archive, passage, retraction

TEXT: Final = "Place 1 says that it would not send the roll. Place 2 is silent."
START, END = 13, 44
WORDS: Final = TEXT[START:END]
DIGEST: Final = sha256(TEXT.encode()).hexdigest()
WORDS_DIGEST: Final = sha256(WORDS.encode()).hexdigest()

# The numbers of its events.
DOCUMENT, LETTER, ANSWER, OTHER, REPLACED, NEWER, RETRACTED, RETRACTION, UNDATED, PROPOSAL = range(1, 11)


def told_archive(folder: Path, quotes: str = "full", *, keep: bool = True) -> Archive:
    """Make and build the archive; ``keep`` also keeps the text of its document."""
    archive = make_archive(folder, quotes=quotes)
    if keep:
        Store(folder / FOLDER, quotes).put(Capture(TEXT.encode(), TEXT, "text/plain", "text", "roll.txt"))
    where = passage(START, END, text=TEXT, exact=WORDS if quotes == "full" else "", digest=f"sha256:{WORDS_DIGEST}")
    said = {"summary": "It says no.", "datetext": "this week", "note": "It said so twice.", "evidence": [where]}
    archive.append([
        document(TEXT),
        letter(1, edtf="2017-06-26"),
        answer(1, edtf="2017-06-28/2017-07-05", data=_data(1, answer="no", **said)),
        answer(1, edtf="2017-07-01/2017-07-03", data=_data(1, answer="yes", summary="It says yes.")),
        answer(2, edtf="2017-07-06"),
    ])  # fmt: skip
    archive.append([
        answer(2, edtf="2017-07-07", data=_data(2, answer="no", note="It was a day later."), replaces=_id(archive)),
        answer(3, edtf="2017-07-08"),
    ])  # fmt: skip
    archive.append([retraction(_id(archive)), answer(4, edtf=None), _proposal()])
    build(archive)
    return archive


def _data(number: int, **more: Any) -> dict[str, Any]:
    return {**answer(number)["data"], **more}


def _id(archive: Archive) -> str:
    return list(archive.log.events())[-1].id


def _proposal() -> dict[str, Any]:
    key = "0" * 31 + "1"
    data = {
        "proposal": key, "kind": "quote", "rule": "quote.said", "confidence": 0.9, "document": DIGEST,
        "start": START, "end": END, "summary": "Proposed: it says no.", "found": {"words": WORDS},
        "event": {"source": "manual:", "data": {}},
    }  # fmt: skip
    return {"type": "proposal.made", "source": "manual:", "subject": f"proposal/{key}", "data": data}
