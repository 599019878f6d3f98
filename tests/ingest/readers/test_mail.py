"""Mail: messages and mailboxes, their headers, texts and attachments."""

from __future__ import annotations

import pytest

from regesta.ingest.capture import Dated
from regesta.limits import MAIL_PARTS, TITLE_CHARS
from tests.ingest.readers.made import HEAD, document, documents, problems

LINE = b"From delgado@state.example Fri Jun 30 10:00:00 2017\n"


def parts(*contents: bytes, kind: bytes = b"mixed", boundary: bytes = b"b") -> bytes:
    """Return the headers and parts of a multipart message."""
    head = b'Content-Type: multipart/%s; boundary="%s"\n' % (kind, boundary)
    return head + b"".join(b"\n--%s\n%s" % (boundary, content) for content in contents) + b"\n--%s--\n" % boundary


PLAIN = (
    b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nWe met in a caf=E9."
)
HTML = b"Content-Type: text/html; charset=utf-8\n\n<p>We met &ldquo;there&rdquo;.</p><ul><li>No</ul>"
ATTACHED = b'Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment\n\nxx'

# Name: what stands behind the headers, the text, the notices.
TEXTS: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
    "plain": (b"\nWe will not.\r\n", "We will not.\r\n", ()),
    "quoted-printable": (PLAIN, "We met in a café.", ()),
    "base64": (b"Content-Transfer-Encoding: base64\n\nV2Ugd2lsbCBub3Qu\n", "We will not.", ()),
    "HTML": (HTML, "We met “there”.\n\n- No", ()),
    "plain before HTML": (parts(HTML, PLAIN, kind=b"alternative"), "We met in a café.", ()),
    "HTML where the plain part is empty": (
        parts(b"Content-Type: text/plain\n\n \n", HTML, kind=b"alternative"), "We met “there”.\n\n- No", (),
    ),
    "two plain parts": (parts(PLAIN, b"\nSent from a list."), "We met in a café.\n\nSent from a list.", ()),
    "with an attachment": (parts(PLAIN, ATTACHED), "We met in a café.", ("attachments not read: 1 (a.pdf)",)),
    "attached text is not read": (
        parts(PLAIN, b"Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''l%C3%A9tter.txt\n\nx"),
        "We met in a café.", ("attachments not read: 1 (létter.txt)",),
    ),
    "many attachments": (
        parts(PLAIN, *[ATTACHED] * 7), "We met in a café.",
        ("attachments not read: 7 (a.pdf, a.pdf, a.pdf, a.pdf, a.pdf, …)",),
    ),
    "alternative within mixed": (
        parts(parts(PLAIN, HTML, kind=b"alternative", boundary=b"c"), ATTACHED), "We met in a café.",
        ("attachments not read: 1 (a.pdf)",),
    ),
    "message within": (
        parts(PLAIN, b"Content-Type: message/rfc822\n\nSubject: inner\n\nInner."), "We met in a café.",
        ("attachments not read: 1 (message/rfc822)",),
    ),
    "unknown character set": (
        b"Content-Type: text/plain; charset=klingon\n\nNo.", "No.",
        ("the document says 'klingon', which is no character set: read as utf-8",),
    ),
    "boundary that never comes": (b"Content-Type: multipart/mixed; boundary=x\n\nNo.", "No.", ()),
}  # fmt: skip
HEADERS: dict[str, tuple[bytes, str | None, str | None]] = {
    "as they are": (b"Subject: No\nFrom: a@b.example", "No", "a@b.example"),
    "encoded words": (
        b"Subject: =?utf-8?q?=E2=80=9CNo=E2=80=9D?= =?iso-8859-1?q?_caf=E9?=\nFrom: =?utf-8?b?TWFyw61h?= <m@b.example>",
        "“No” café", "María <m@b.example>",
    ),
    "folded": (b"Subject: We will\n\tnot\nFrom: a\n b", "We will not", "a b"),
    "bytes as they are": ("Subject: “No”\nFrom: María".encode(), "“No”", "María"),
    "broken encoded word": (b"Subject: =?utf-8?b?a?=", "=?utf-8?b?a?=", None),
    "character set that is none": (b"Subject: =?rot13?q?abc?= =?unicode_escape?q?=5Cx41?=", "abc\\x41", None),
    "twice": (b"Subject: first\nSubject: second", "first", None),
    "empty": (b"Subject:\nFrom: ", None, None),
    "control characters": (b"Subject: a\x1b[2Jb", "a [2Jb", None),
}  # fmt: skip
DATES: dict[str, tuple[str, Dated | None, tuple[str, ...]]] = {
    "with an offset": ("Fri, 30 Jun 2017 10:00:00 -0400", Dated("2017-06-30T10:00:00-04:00", "header Date"), ()),
    "UTC": ("30 Jun 2017 10:00 GMT", Dated("2017-06-30T10:00:00Z", "header Date"), ()),
    "zone by name": ("Fri, 30 Jun 2017 10:00:00 EDT", Dated("2017-06-30T10:00:00-04:00", "header Date"), ()),
    "zone not known": ("Fri, 30 Jun 2017 10:00:00 -0000", Dated("2017-06-30T10:00:00", "header Date"), ()),
    "comment": ("Fri, 30 Jun 2017 10:00:00 +0000 (UTC)", Dated("2017-06-30T10:00:00Z", "header Date"), ()),
    "no such day": (
        "Fri, 31 Jun 2017 10:00:00 -0400",
        None,
        ("header Date is 'Fri, 31 Jun 2017 10:00:00 -0400', which is no date",),
    ),
    "words": ("yesterday", None, ("header Date is 'yesterday', which is no date",)),
    "twelve hours": ("Fri, 30 Jun 2017 4:02 PM", Dated("2017-06-30T16:02:00", "header Date"), ()),
    "nothing": ("", None, ()),
}


@pytest.mark.parametrize(("content", "text", "notices"), TEXTS.values(), ids=list(TEXTS))
def test_text_of_a_message(content: bytes, text: str, notices: tuple[str, ...]) -> None:
    """The text is that of the plain parts, else of the HTML parts; attachments are counted."""
    found = document("a.eml", HEAD + content)
    assert (found.text, found.notices) == (text, notices)


@pytest.mark.parametrize(("head", "title", "publisher"), HEADERS.values(), ids=list(HEADERS))
def test_headers(head: bytes, title: str | None, publisher: str | None) -> None:
    """Subject and sender are read as a mail program shows them, on one line."""
    found = document("a.eml", b"Message-ID: <x>\n" + head + b"\n\nNo.")
    assert (found.title, found.publisher) == (title, publisher)


@pytest.mark.parametrize(("date", "expected", "notices"), DATES.values(), ids=list(DATES))
def test_date_of_a_message(date: str, expected: Dated | None, notices: tuple[str, ...]) -> None:
    """The Date header is when a message was published; one that is no date is told."""
    found = document("a.eml", b"Subject: x\nDate: " + date.encode() + b"\n\nNo.")
    assert (found.published, found.notices) == (expected, notices)


def test_mailbox() -> None:
    """Each message of a mailbox is a document, whose bytes are those of the message."""
    message = HEAD + b"\nFrom here on we say no.\n\n>From me.\n"
    found = documents("box.mbox", LINE + message + b"\n" + LINE + HEAD + b"\nTwo.\n")
    assert [(item.name, item.data) for item in found] == [("box.mbox#1", message), ("box.mbox#2", HEAD + b"\nTwo.\n")]
    assert found[0].digest == document("a.eml", message).digest


def test_mailbox_with_a_broken_message() -> None:
    """A message that cannot be read is told by its number, and the others are taken."""
    box = LINE + HEAD + b"\nOne.\n\n" + LINE + HEAD + b"\nbi\0nary\n\n" + LINE + HEAD + b"\nThree.\n"
    assert problems("box.mbox", box) == ["box.mbox#2: is binary, not text: a NUL at character 2"]


def test_many_parts() -> None:
    """A message of more parts than a parser should be given is refused."""
    assert problems("a.eml", HEAD + parts(*[PLAIN] * MAIL_PARTS)) == ["a.eml: has 501 parts, the limit is 500"]


def test_no_text() -> None:
    """A message that is only an attachment says so."""
    assert problems("a.eml", HEAD + ATTACHED) == [
        "a.eml: holds no text (attachments are not read: save them and ingest the files)"
    ]


def test_long_subject() -> None:
    """A subject is cut at the length of a title."""
    assert len(document("a.eml", b"Subject: " + b"x" * 1_000_000 + b"\n\nNo.").title or "") == TITLE_CHARS
