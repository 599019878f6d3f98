"""Mail: a message (.eml) or a mailbox (mbox), each message a document of its own.

The text is that of the plain parts, else that of the HTML parts; attachments are counted and not read. The bytes of a
document are those of its message, so that the same message has one digest wherever it lies.

>>> message = b"From: Jane Doe <doe@x.example>\\nSubject: Our rolls\\nDate: Fri, 30 Jun 2017 10:00 -0400\\n\\nNo."
>>> mail = next(read(Source("doe.eml", message)))
>>> mail.title, mail.publisher, mail.published.edtf, mail.text
('Our rolls', 'Jane Doe <doe@x.example>', '2017-06-30T10:00:00-04:00', 'No.')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from typing import Final

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers import html
from regesta.ingest.readers._dated import dated, retrieved
from regesta.ingest.readers._guard import guarded
from regesta.ingest.text import Decoded, decode, shortened
from regesta.limits import DOCUMENT_BYTES, MAIL_HEADER_CHARS, MAIL_PARTS, TITLE_CHARS

media_types: Final = ("message/rfc822", "application/mbox")
suffixes: Final = (".eml", ".mbox", ".mbx")

# RFC 4155: the line before each message, behind an empty one. Without its clock time it could be a line of a letter.
_SEPARATOR: Final = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{1,200}\d:\d\d[^\r\n]{0,100}\r?\n")
_PART: Final = re.compile(rb"^content-type\s*:", re.IGNORECASE | re.MULTILINE)
_LONG_TYPE: Final = re.compile(rb"^content-type\s*:[^\n]{%d}" % MAIL_HEADER_CHARS, re.IGNORECASE | re.MULTILINE)
_NAMES_SHOWN: Final = 5


def read(source: Source) -> Iterator[Capture | InputError]:
    """Yield each message, or the problem with it."""
    for name, data in _messages(source):
        try:
            with guarded():
                yield _capture(source, name, data)
        except InputError as error:
            error.at(name)
            yield error


def _messages(source: Source) -> Iterator[tuple[str, bytes]]:
    starts = list(_SEPARATOR.finditer(source.data))
    if not starts or starts[0].start() > 0:
        yield source.name, source.data
        return
    ends = [*(match.start() for match in starts[1:]), len(source.data)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        data = source.data[start.end() : end]
        is_last = end == len(source.data)
        yield f"{source.name}#{number}", data if is_last else data.removesuffix(b"\n").removesuffix(b"\r")


def _capture(source: Source, name: str, data: bytes) -> Capture:
    if len(data) > DOCUMENT_BYTES:
        raise InputError(f"has {len(data):,} bytes, the limit for one document is {DOCUMENT_BYTES:,}")
    if (parts := len(_PART.findall(data))) > MAIL_PARTS:
        raise InputError(f"has {parts:,} parts, the limit is {MAIL_PARTS:,}")
    if _LONG_TYPE.search(data):
        raise InputError(f"has a Content-Type of more than {MAIL_HEADER_CHARS:,} characters")
    # Not the newer `policy.default`: it parses headers by a grammar, in the square of their length; we only show them.
    message = message_from_bytes(data)
    if not message.keys():
        raise InputError("is no mail message: no header before the first empty line")
    body, notices = _body(message)
    date = _header(message, "Date")
    published = dated(date, "header Date")
    if date and published is None:
        notices = (*notices, f"header Date is {shortened(date, 60)!r}, which is no date")
    return Capture(
        data=data,
        text=body.text,
        media_type="message/rfc822",
        reader="mail",
        name=name,
        title=_header(message, "Subject") or None,
        publisher=_header(message, "From") or None,
        published=published,
        retrieved=retrieved(source),
        notices=(*body.notices, *notices),
    )


def _header(message: Message, name: str) -> str:
    """Return a header as a reader of the mail sees it (RFC 2047), on one line and of bounded length."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    value = _words(raw[:MAIL_HEADER_CHARS].encode("utf-8", "surrogateescape"), None)
    try:
        words = decode_header(value)
    except HeaderParseError:
        return shortened(value, TITLE_CHARS)
    text = "".join(word if isinstance(word, str) else _words(word, charset) for word, charset in words)
    return shortened(text, TITLE_CHARS)


def _words(data: bytes, charset: str | None) -> str:
    """Decode a header, of which no form of it makes the message unreadable."""
    try:
        return decode(data, charset).text
    except InputError:
        return data.decode("utf-8", "replace")


def _body(message: Message) -> tuple[Decoded, tuple[str, ...]]:
    """Return the text of a message, and a notice of what else it holds."""
    leaves = list(_leaves(message))
    inline = [part for part in leaves if not _is_attached(part)]
    for media_type in ("text/plain", "text/html"):
        texts = [_text(part, media_type) for part in inline if _type(part) == media_type]
        found = [text for text in texts if text.text.strip()]
        if found:
            joined = found[0].text if len(found) == 1 else "\n\n".join(text.text for text in found)
            notices = tuple(dict.fromkeys(notice for text in found for notice in text.notices))
            return Decoded(joined, found[0].charset, notices), _attachments(leaves)
    raise InputError("holds no text", remedy="attachments are not read: save them and ingest the files")


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold content; a message within the message is one of them."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            waiting += [inner for inner in reversed(payload) if isinstance(inner, Message)]
        else:
            yield part


def _type(part: Message) -> str:
    """Return the media type of a part; where no part is found in a multipart, it is its text."""
    return "text/plain" if part.get_content_maintype() == "multipart" else part.get_content_type()


def _is_attached(part: Message) -> bool:
    is_text = _type(part) in ("text/plain", "text/html")
    return not is_text or part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _text(part: Message, media_type: str) -> Decoded:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return Decoded("", "")
    charset = part.get_content_charset()
    return decode(data, charset) if media_type == "text/plain" else html.visible_text(data, charset)


def _attachments(leaves: list[Message]) -> tuple[str, ...]:
    attached = [part for part in leaves if _is_attached(part)]
    if not attached:
        return ()
    names = [shortened(part.get_filename() or part.get_content_type(), 80) for part in attached[:_NAMES_SHOWN]]
    more = ", …" if len(attached) > _NAMES_SHOWN else ""
    return (f"attachments not read: {len(attached)} ({', '.join(names)}{more})",)
