"""`regesta show`: one event in full."""

from __future__ import annotations

from hashlib import sha256

import pytest

from regesta.archive import Archive
from regesta.replay.build import build
from tests.archives import answer, drafts, letter, log_lines, retraction
from tests.cli.conftest import Cli

TEXT = "Place 2 says no to all."
SOURCE = f"urn:sha256:{sha256(TEXT.encode()).hexdigest()}"
DOCUMENT = {
    "type": "document.captured",
    "source": SOURCE,
    "subject": f"document/{SOURCE[11:]}",
    "data": {"digest": SOURCE[11:], "title": "All answers", "publisher": "The Paper"},
}
QUOTED = {
    "source": SOURCE,
    "selector": [
        {"type": "TextPositionSelector", "start": 13, "end": 22},
        {"type": "TextQuoteSelector", "exact": "no to all", "prefix": "says ", "suffix": "."},
    ],
}


def test_event_in_full(cli: Cli) -> None:
    """Every member, the date with its bounds, the evidence with its document, and the row that it made."""
    data = {
        "letter": "l2",
        "place": "P02",
        "answer": "no",
        "pages": 0,
        "summary": "It says no.",
        "note": "Twice.\nSure.",
    }
    cli.archive.append([letter(2), DOCUMENT])
    cli.archive.append(
        [answer(2, edtf="2017-06-28/2017-06", data={**data, "datetext": "this week", "evidence": [QUOTED]})]
    )
    build(cli.archive)
    event = list(cli.archive.log.events())[2]
    expected = f"""\
event 3
  id               {event.id}
  type             answer.given
  subject          place/P02
  source           manual:
  date             between 28 June 2017 and June 2017 (2017-06-28/2017-06)
  earliest         28 June 2017, 00:00 UTC-04:00
  latest           30 June 2017, 23:59:59 UTC-04:00
  date as printed  this week
  recorded         RECORDED
  status           current
  summary          It says no.
  note             Twice.
                   Sure.
data
  answer        no
  letter        l2
  pages         0
  place         P02
evidence 1
  document      All answers, The Paper
  its digest    sha256:{SOURCE[11:]}
  characters    13 to 22
  passage       no to all
made a row of answers
  letter        l2
  place         P02
  answer        no
  pages         0
"""
    recorded = cli("show", "3").stdout.partition("recorded")[2].partition("\n")[0].strip()
    assert "\n".join(cli.lines("show", "3")) + "\n" == expected.replace("RECORDED", recorded)


def test_undated_event_has_no_bounds(cli: Cli) -> None:
    """An undated event is said to be undated and shows no bounds; an open end is no bound."""
    cli.archive.append([letter(1, edtf=None), letter(2, edtf="../2017-07-14")])
    build(cli.archive)
    undated, by = cli.lines("show", "1"), cli.lines("show", "2")
    found = [line.split(maxsplit=1)[1] for line in (undated[5], by[5], by[6])]
    assert (found, "earliest" in "".join(undated)) == (
        ["undated", "by 14 July 2017 (../2017-07-14)", "no bound"],
        False,
    )


def test_changed_row_shows_only_what_changed(cli: Cli) -> None:
    """A later event shows the cells it changed; the earlier one tells which event changed its row."""
    second = {"letter": "l1", "place": "P01", "answer": "yes", "pages": 7}
    cli.archive.append([letter(1), answer(1, edtf="2017-02-01", data={**second, "answer": "no"})])
    cli.archive.append([answer(1, edtf="2017-02-02", data=second)])
    build(cli.archive)
    changed, made = cli.lines("show", "3")[-4:], cli.lines("show", "2")[-5]
    expected = ["changed a row of answers", "  letter        l1", "  place         P01", "  answer        yes"]
    assert (changed, made) == (expected, "made a row of answers; event 3 changed it later")


def test_event_that_set_nothing(cli: Cli) -> None:
    """An event without effect on the tables says so."""
    cli.archive.append([letter(1)])
    cli.archive.append([retraction(next(cli.archive.log.events()).id)])
    build(cli.archive)
    assert cli.lines("show", "1")[-1] == "set nothing in the tables"


@pytest.mark.parametrize(("number", "status"), [("1", "replaced by event 3"), ("2", "retracted by event 4")])
def test_status(archive: Archive, number: str, status: str) -> None:
    """A corrected event names the event that corrected it."""
    archive.append([letter(1), letter(2)])
    first, second = (event.id for event in archive.log.events())
    archive.append([letter(1, data={"letter": "l1", "place": "P09"}, replaces=first), retraction(second)])
    build(archive)
    line = next(line for line in Cli(archive).lines("show", number) if line.startswith("  status"))
    assert line.split(maxsplit=1)[1].partition(" (")[0] == status


def test_without_tables(filled: Cli) -> None:
    """Without archive.db the event is shown, and what is missing is said."""
    result = filled("show", "1")
    said = "notice: archive.db is not built yet; `regesta build` shows what the event set\n"
    assert (result.exit_code, result.stdout.splitlines()[0], result.stderr) == (0, "event 1", said)


def test_event_newer_than_the_tables(filled: Cli) -> None:
    """What an event set is not known while the tables lag behind; it is not said to be nothing."""
    build(filled.archive)
    filled.archive.append([letter(4)])
    result = filled("show", "4")
    said = "notice: archive.db does not have the newest events; `regesta build` shows what the event set\n"
    assert (result.stderr, "nothing" in result.stdout) == (said, False)


def test_json(cli: Cli) -> None:
    """--json has the event as it is, bounds, status, documents and effects."""
    cli.archive.append([DOCUMENT, letter(1, data={"letter": "l1", "place": "P01", "evidence": [QUOTED]})])
    build(cli.archive)
    shown = cli.json("show", "2")
    effect = {
        "table": "letters",
        "key": {"id": "l1"},
        "values": {"place": "P01", "dated": "2017-01-02"},
        "before": {},
        "made": True,
        "ended_by": None,
    }
    expected = {
        "event": shown["event"],
        "earliest": "2017-01-02T00:00:00-05:00",
        "latest": "2017-01-02T23:59:59-05:00",
        "status": "current",
        "redacted": None,
        "corrected_by": None,
        "documents": {SOURCE[11:]: {"title": "All answers", "publisher": "The Paper"}},
        "effects": [effect],
    }
    assert (shown, shown["event"]["sequence"]) == (expected, "000000000002")


def test_ambiguous_or_unknown(filled: Cli) -> None:
    """An id that is not there is a usage error."""
    said = ["error: there is no event '99' in the log", "help: run `regesta log --ids`"]
    assert filled.error("show", "99") == (2, said)


def test_on_a_terminal(filled: Cli) -> None:
    """A terminal gets the same words, wrapped."""
    build(filled.archive)
    sent = [line.rstrip() for line in filled.on_terminal("show", "1", columns=60).splitlines()]
    assert (sent[0], sent[2], len(log_lines(filled.archive))) == ("event 1", "  type          letter.sent", 3)


def test_nothing_is_created(archive: Archive) -> None:
    """Showing an event makes no file."""
    archive.append(drafts(1))
    before = sorted(archive.folder.rglob("*"))
    Cli(archive)("show", "1")
    assert sorted(archive.folder.rglob("*")) == before
