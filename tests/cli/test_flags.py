"""One event from options."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.cli._flags import Flags, draft_of, evidence_of
from regesta.errors import RegestaError, UsageError
from regesta.schema.types import typed_value
from tests.archives import drafts, make_archive
from tests.cli.conftest import Cli

TEXT = "Ünsere Rolle — 30 June — is public. The roll is public."

# Name: text, kind of the column, value.
VALUES: dict[str, tuple[str, str | None, Any]] = {
    "text": ("no", "text", "no"),
    "text of digits": ("01", "text", "01"),
    "text like JSON": ("[1]", "text", "[1]"),
    "integer": ("12", "integer", 12),
    "negative": ("-12", "integer", -12),
    "real": ("0.5", "real", 0.5),
    "true": ("true", "integer", True),
    "false": ("false", "integer", False),
    "not a number": ("twelve", "integer", "twelve"),
    "huge": ("9" * 20, "integer", "9" * 20),
    "list": ('["a", 1]', None, ["a", 1]),
    "object": ('{"a": 1}', None, {"a": 1}),
    "broken list": ("[a", None, "[a"),
    "unknown member": ("12", None, "12"),
    "empty": ("", "text", ""),
}


@pytest.mark.parametrize(("text", "kind", "value"), VALUES.values(), ids=VALUES.keys())
def test_value_is_typed_by_its_column(text: str, kind: str | None, value: Any) -> None:
    """A text becomes what its column holds; what does not fit stays, for the schema to refuse."""
    assert repr(typed_value(text, kind)) == repr(value)


def test_draft(archive: Archive) -> None:
    """Options become the members of the event; the source is `manual:` unless given."""
    flags = Flags(
        type="answer.given", subject="place/P01", date="30 June 2017", summary="It answers.", note="N.",
        datetext="Friday",
        data=("letter=l1", "place=P01", "answer=no", "pages=3", "share=1", "final=false"),
    )  # fmt: skip
    data = {
        "letter": "l1", "place": "P01", "answer": "no", "pages": 3, "share": 1, "final": False,
        "summary": "It answers.", "note": "N.", "datetext": "Friday",
    }  # fmt: skip
    expected = {
        "type": "answer.given",
        "subject": "place/P01",
        "source": "manual:",
        "edtf": "2017-06-30",
        "data": data,
    }
    assert draft_of(flags, archive) == expected


def test_replaces_and_retraction_take_numbers(archive: Archive) -> None:
    """The event that is corrected may be named by its number or the beginning of its id."""
    archive.append(drafts(2))
    first, second = (event.id for event in archive.log.events())
    found = [
        draft_of(Flags(type="letter.sent", subject="letter/l1", replaces="1"), archive)["replaces"],
        draft_of(Flags(type="letter.sent", subject="letter/l1", replaces=second[:12]), archive)["replaces"],
        draft_of(Flags(type="event.retracted", subject="event/1"), archive)["subject"],
    ]
    assert found == [first, second, f"event/{first}"]


# Name: options, message.
REFUSED = {
    "no type": (Flags(subject="x"), "--type is missing"),
    "no subject": (Flags(type="letter.sent"), "--subject is missing"),
    "data without equals": (Flags(type="t", subject="s", data=("a",)), "--data 'a' is not KEY=VALUE"),
    "data without key": (Flags(type="t", subject="s", data=("=a",)), "--data '=a' is not KEY=VALUE"),
    "data twice": (Flags(type="t", subject="s", data=("a=1", "a=2")), "--data a is given twice"),
    "no date": (Flags(type="t", subject="s", date="soon"), "'soon' has no year of four digits"),
    "replaces nothing": (Flags(type="t", subject="s", replaces="7"), "there is no event '7' in the log"),
    "no file": (
        Flags(type="t", subject="s", evidence=("nope:1-2",)),
        "--evidence 'nope:1-2' does not begin",
    ),
}


@pytest.mark.parametrize(("flags", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(archive: Archive, flags: Flags, message: str) -> None:
    """An option that makes no sense is named."""
    with pytest.raises(UsageError) as caught:
        draft_of(flags, archive)
    assert caught.value.message[: len(message)] == message


def test_evidence_by_digest(cli: Cli) -> None:
    """Without quotes the passage's digest stands for it; positions count code points."""
    path = cli.write("doc.txt", TEXT)
    expected = {
        "source": f"urn:sha256:{sha256(TEXT.encode()).hexdigest()}",
        "selector": [{"type": "TextPositionSelector", "start": 15, "end": 22}],
        "digest": f"sha256:{sha256(b'30 June').hexdigest()}",
    }
    assert evidence_of(f"{path}:15-22", "digest") == expected


def test_evidence_by_words_with_quote(cli: Cli) -> None:
    """Words are found where they stand once, and kept with 32 characters on either side."""
    path = cli.write("a:b.txt", TEXT)
    selector = [
        {"type": "TextPositionSelector", "start": 15, "end": 22},
        {"type": "TextQuoteSelector", "exact": "30 June", "prefix": "Ünsere Rolle — ", "suffix": TEXT[22:54]},
    ]
    assert evidence_of(f"{path}:30 June", "full")["selector"] == selector


# Name: passage, message.
BAD_PASSAGES = {
    "reversed": ("9-3", "9-3 is no range of the document's 55 characters"),
    "empty range": ("3-3", "3-3 is no range of the document's 55 characters"),
    "beyond the end": ("50-56", "50-56 is no range of the document's 55 characters"),
    "words not there": ("30 July", "the words '30 July' stand in it 0 times, expected once"),
    "words twice": ("is public.", "the words 'is public.' stand in it 2 times, expected once"),
    "no words": ("", "the words '' stand in it 0 times, expected once"),
}


@pytest.mark.parametrize(("passage", "message"), BAD_PASSAGES.values(), ids=BAD_PASSAGES.keys())
def test_bad_passage(cli: Cli, passage: str, message: str) -> None:
    """A passage that is not there, or there more than once, is refused."""
    path = cli.write("doc.txt", TEXT)
    with pytest.raises(RegestaError) as caught:
        evidence_of(f"{path}:{passage}", "full")
    assert (caught.value.where, caught.value.message) == (path, message)


def test_document_that_is_no_text(cli: Cli) -> None:
    """A document that is not UTF-8 is refused."""
    path = cli.write("doc.pdf", b"\xff\xfe")
    with pytest.raises(RegestaError, match="not text in UTF-8"):
        evidence_of(f"{path}:1-2", "full")


@pytest.mark.parametrize("quotes", ["full", "digest"])
def test_evidence_is_accepted_by_the_log(tmp_path_factory: pytest.TempPathFactory, quotes: str) -> None:
    """Evidence is written as the archive's rule on quotes asks for."""
    cli = Cli(make_archive(tmp_path_factory.mktemp("a"), quotes=quotes))
    path = cli.write("doc.txt", TEXT)
    words = ["--type", "letter.sent", "--subject", "letter/l1", "--data", "letter=l1", "--data", "place=P01"]
    assert cli.lines("append", *words, "--evidence", f"{path}:Rolle")[0] == "appended 1 event, number 1"
