"""Write what this release's archives look like: `python -m tests.releases 0.1`, once, before the release.

The archive has every form that a log can hold: vague dates, corrections, redactions, evidence with and without the
passage, proposals, stories, text of every script. Beside it lie what a reader keeps: an older checkpoint, proofs, a
verifier key; and the tables that it builds to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner

from regesta.archive import Archive
from regesta.cli import main as regesta
from tests.archives import answer, document, drafts, letter, listing, make_archive, passage, retraction
from tests.releases.reading import ARCHIVE, KEPT, TABLES, tables

TEXT = "The clerk refuses. Łódź, 東京, القاهرة, 🗳 and a\u0301."


def main(name: str) -> None:
    """Make the folder of a release next to this file; raises `FileExistsError` for one that is there."""
    folder = Path(__file__).parent / name
    folder.mkdir()
    (folder / ARCHIVE).mkdir()
    archive = make_archive(
        folder / ARCHIVE, keeper="Ada", license="CC0-1.0", license_url="https://creativecommons.org/publicdomain/zero/1.0/"
    )  # fmt: skip
    _tell(archive)
    _keep(archive, folder)
    rmtree(archive.folder / ".regesta")
    (folder / TABLES).write_text(tables(folder / ARCHIVE), "utf-8")


def _run(archive: Archive, *words: str) -> str:
    result = CliRunner().invoke(regesta, ["-C", str(archive.folder), *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def _tell(archive: Archive) -> None:
    vague = (
        "2017",
        "2017-06",
        "2017-06-28/2017-07-05",
        "../2017-07-14",
        "2017-06-28~",
        "2017?",
        "201X",
        "2017-21",
        "-0044",
    )
    archive.append(drafts(6))
    archive.append([letter(10 + n, edtf=date) for n, date in enumerate(vague)])
    archive.append(
        [letter(30, edtf=None), letter(31, edtf="2017-06-30T16:02:00-04:00"), letter(32, edtf="2017-06-30T16:02:00")]
    )
    digest = "sha256:" + "ab" * 32
    evidence = [passage(4, 17, text=TEXT, exact="clerk refuses"), passage(19, 23, text=TEXT, digest=digest)]
    told = {**answer(30)["data"], "evidence": evidence, "note": TEXT, "datetext": "this week", "reason": 'a"b\\c\n\t/'}
    archive.append([document(TEXT), answer(30, data=told, edtf="2017-06-26/2017-07-05"), listing(31)])
    archive.append([_proposal(), _decision("accepted", accepted_as="a" * 32), _decision("rejected", reason="No.")])
    ids = [event.id for event in archive.log.events()]
    archive.append([{**answer(2, pages=None), "replaces": ids[1], "data": {**answer(2)["data"], "answer": "no"}}])
    archive.append([retraction(ids[2]), retraction(ids[3])])
    archive.append([retraction([event.id for event in archive.log.events()][-1], "It was right.")])
    _run(archive, "redact", "5", "--fields", "pages", "--why", "Not public.")
    _run(archive, "redact", "7", "--fields", "letter,summary,subject", "--why", "Private.")
    archive.append([letter(60)])


def _proposal() -> dict[str, Any]:
    data = {
        "proposal": "0" * 32, "kind": "quote", "rule": "quote.cue", "confidence": 0.5, "start": 4, "end": 17,
        "document": document(TEXT)["data"]["digest"], "about": "person/clerk", "summary": "Proposed.",
        "event": {"source": "manual:", "data": {"summary": "A clerk refuses."}}, "found": {"person": "the clerk"},
    }  # fmt: skip
    return {"type": "proposal.made", "source": "manual:", "subject": f"proposal/{'0' * 32}", "data": data}


def _decision(kind: str, **data: Any) -> dict[str, Any]:
    return {
        "type": f"proposal.{kind}", "source": "manual:", "subject": f"proposal/{'0' * 32}",
        "data": {"proposal": "0" * 32, **data},
    }  # fmt: skip


def _keep(archive: Archive, folder: Path) -> None:
    """Write what a reader of this release kept: an older checkpoint, a key, and proofs."""
    kept = folder / KEPT
    kept.mkdir()
    with TemporaryDirectory() as elsewhere:  # nobody needs the key again, and a key never lies in an archive
        secret = str(Path(elsewhere) / "key")
        made = json.loads(_run(archive, "sign", "--new-key", secret, "--name", archive.config.origin, "--json"))
        (kept / "key").write_text(made["verifier_key"] + "\n")
        _run(archive, "sign", "--key", secret)
        (kept / "checkpoint").write_bytes((archive.log.folder / "checkpoint").read_bytes())
        archive.append([letter(61)])
        _run(archive, "prove", "2", "-o", str(kept / "event-2.tlog-proof"))
        _run(archive, "prove", "--since", str(kept / "checkpoint"), "-o", str(kept / "since.consistency"))
        _run(archive, "sign", "--key", secret)


if __name__ == "__main__":
    main(*sys.argv[1:])
