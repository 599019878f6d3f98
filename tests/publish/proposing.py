"""A small archive with proposals, whose every word is `quagga`, to look for where they must not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from regesta.archive import Archive
from regesta.replay.build import build
from tests.archives import document, drafts, make_archive, passage, retraction

SECRET: Final = "quagga"
TEXT: Final = "The clerk refuses, says the quagga."
KEYS: Final = ("0" * 31 + "1", "0" * 31 + "2", "0" * 31 + "3")
# A projection of an archive's own that proposals have a say in beside other events.
TALK_SQL: Final = """\
-- What is said of a letter, proposals included.
create table talk (
  letter  text not null primary key,  -- The letter
  words   text                        -- What is said
);
insert into talk (letter, words) select letter, about from letter_sent;
insert into talk (letter, words) select kind, summary from proposal_made;
"""


def proposal(key: str, **changes: Any) -> dict[str, Any]:
    """Return the draft of a proposal."""
    digest = document(TEXT)["data"]["digest"]
    data = {
        "proposal": key, "kind": "l1", "rule": f"{SECRET}.rule", "confidence": 0.9, "document": digest, "start": 24,
        "end": 34, "about": f"person/{SECRET}", "summary": f"Proposed by the {SECRET}: {key}",
        "found": {"person": SECRET}, "event": {"source": "manual:", "data": {"summary": f"A {SECRET} refuses."}},
        "evidence": [passage(24, 34, text=TEXT, exact="the quagga")],
    }  # fmt: skip
    return {"type": "proposal.made", "source": "manual:", "subject": f"proposal/{key}", "data": {**data, **changes}}


def decided(kind: str, key: str, **data: Any) -> dict[str, Any]:
    """Return the draft of a decision about a proposal."""
    return {
        "type": f"proposal.{kind}", "source": "manual:", "subject": f"proposal/{key}", "data": {"proposal": key, **data}
    }  # fmt: skip


def proposing_archive(folder: Path, *, talk: bool = False) -> Archive:
    """Make an archive of 20 events and a document, with an open, an accepted, a rejected and a retracted proposal."""
    folder.mkdir(exist_ok=True)
    archive = make_archive(folder, files={"projections/talk.sql": TALK_SQL} if talk else None)
    archive.append([*drafts(20), document(TEXT.replace("quagga", "public")), document(TEXT, summary=None)])
    archive.append([proposal(key) for key in KEYS])
    archive.append([proposal("0" * 31 + "4")])
    taken_back = [event for event in archive.log.events() if event.type == "proposal.made"][-1]
    archive.append(
        [
            decided("accepted", KEYS[1], accepted_as="a" * 32, edited=f"data.{SECRET}"),
            decided("rejected", KEYS[2], reason=f"No {SECRET} was there."),
            retraction(taken_back.id, f"The {SECRET} was not there."),
        ]
    )
    taken_back = [event for event in archive.log.events() if event.type == "event.retracted"][-1]
    archive.append([retraction(taken_back.id, f"The {SECRET} was there.")])
    build(archive)
    return archive
