"""An archive in which every text field holds what tries to act in a reader's browser, and what finds that it does.

A log takes no C0 controls, U+0085, U+2028 and U+2029, so none is among them. Each payload stands in all fields of one letter, one answer, one document, one proposal and one row of a fixed list;
what an archive has only once, its title or its keeper, holds all payloads in a row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from regesta.archive import Archive
from regesta.ingest.capture import Capture
from regesta.ingest.store import Store
from regesta.publish import metadata
from regesta.replay.build import build
from tests.archives import ANSWERS_SQL, CONFIG, LETTERS_SQL, SCHEMA_FILES, make_archive, passage, retraction
from tests.publish.sites import Document

# The only host that a page may lead to: where the documents say they are from.
ELSEWHERE: Final = "news.example"
PAYLOADS: Final = {
    "script": "<script>alert(1)</script>",
    "script elsewhere": "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "end of a script": "</script><script>alert(1)</script>",
    "image handler": "<img src=x onerror=alert(1)>",
    "svg handler": "<svg/onload=alert(1)>",
    "script in svg": "<svg><script>alert(1)</script></svg>",
    "link in svg": "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "animation": "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "frame": "<iframe srcdoc='<script>alert(1)</script>'>",
    "mathml": "<math href=javascript:alert(1)><mtext>x</mtext></math>",
    "form": "<form action=javascript:alert(1)><button>x",
    "style": "<style>*{background:url(//evil.example/x)}</style>",
    "base": "<base href=//evil.example/>",
    "refresh": "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "object": "<object data=javascript:alert(1)></object>",
    "details": "<details open ontoggle=alert(1)>",
    "double quote": '" onmouseover="alert(1)" x="',
    "single quote": "' onmouseover='alert(1)' x='",
    "backquote": "` onmouseover=`alert(1)` x=`",
    "no quote": "x onmouseover=alert(1) ",
    "out of an attribute": '"><script>alert(1)</script>',
    "out of a comment": "--><img src=x onerror=alert(1)><!--",
    "unclosed comment": "<!--",
    "out of cdata": "]]><script>alert(1)</script>",
    "end of a style": "</style><script>alert(1)</script>",
    "end of a title": "</title></textarea></svg><script>alert(1)</script>",
    "end of the page": "</p></div></main></body></html>",
    "entities": "&lt;script&gt;alert(1)&#60;/script&#62;&colon;&NewLine;",
    "javascript": "javascript:alert(1)",
    "javascript in disguise": "jAvA\tsCrIpT&colon;alert(1)",
    "data": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "no scheme": "//evil.example/x",
    "template": "{{ 7 * 7 }}{% include '/etc/passwd' %}{# x #}",
    "template literal": "${alert(1)}`${alert(1)}`",
    "formula": "=cmd|' /C calc'!A0",
    "formula with a sign": "+1+1\u0009@SUM(1)",
    "bidi": "\u202egpj.exe\u2066<b>x</b>\u2069\u202c",
    "right to left": "שלום עולם مرحبا بالعالم",
    "controls": "a\u0080b\u009bc\u007fd\u00ade\ufffdf\u200bg\U000e0041",
    "long word": "W" * 300,
    "combining": "Z" + "\u0301\u0323" * 60,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈\U0001f9ff",
    "null": "null",
    "path": "../../../etc/passwd%00",
    "address": "a?b=c&d#e%2f%zz;f",
    "slashes": "a∕b⁄c／d\\e",
}  # fmt: skip
_ALL: Final = " ".join(PAYLOADS.values())
_IN_URI: Final = re.compile(r"[\s\x00-\x20\x7f-\x9f<>\"\\^`{|}]")
_DAY: Final = "2017-06-{:02d}"


def hostile_archive(folder: Path) -> Archive:
    """Make and build the archive."""
    make_archive(folder, files=_schema())
    _configure(folder)
    archive = Archive.open(folder)
    store = Store(folder / "documents", archive.config.quotes)
    archive.append([draft for number in range(len(PAYLOADS)) for draft in _drafts(number, store)])
    events = {event.subject: event.id for event in archive.log.events() if event.type == "letter.sent"}
    ids = list(events.values())
    archive.append([retraction(ids[number], text) for number, text in enumerate(PAYLOADS.values()) if number % 9 == 4])
    build(archive)
    _describe(archive)
    return archive


def _schema() -> dict[str, str]:
    """Every title, description and comment of the schema hostile, and a fixed list with hostile keys."""
    files = {}
    for name, text in SCHEMA_FILES.items():
        if name.startswith("types/"):
            event_type = json.loads(text)
            event_type |= {"title": _ALL[:200], "description": _ALL}
            for member in event_type["properties"].values():
                member.pop("maxLength", None)
                member["description"] = _ALL
            files[name] = json.dumps(event_type)
    comment = " ".join(_ALL.replace("\x7f", "").split())  # a line, as a file of SQL takes it
    for name, sql in (("letters", LETTERS_SQL), ("answers", ANSWERS_SQL)):
        files[f"projections/{name}.sql"] = re.sub("-- .*", lambda _: f"-- {comment}", sql)
    table = io.StringIO()
    csv.writer(table).writerows([("code", "name"), *((code(number), text) for number, text in enumerate(_texts()))])
    return {**files, "reference/places.csv": table.getvalue(), "reference/README.md": f"- places: {comment}\n"}


def _texts() -> list[str]:
    return list(PAYLOADS.values())


def code(number: int) -> str:
    """Return the key of the n-th row of the fixed list."""
    return f"{_texts()[number].strip()[:60]}{number}"


def letter_id(number: int) -> str:
    """Return the key of the n-th letter."""
    return f"{_texts()[number][:30]}{number}"


def subject(number: int) -> str:
    """Return the subject of the events of the n-th payload: what of it can stand in a URI."""
    return f"letter/{_IN_URI.sub('', _texts()[number])[:120]}{number}"


def story(number: int) -> str:
    """Return the id of the n-th story."""
    return f"story-{number}"


def _configure(folder: Path) -> None:
    """Spread the payloads over the settings, which have their limit."""
    short = [text[:60] for text in _texts()]
    parts = [_quoted(" ".join(short[number::6])) for number in range(6)]
    lines = [
        *(f"{name} = {_quoted(CONFIG[name])}" for name in ("origin", "zone")),
        *(f"{name} = {part}" for name, part in zip(("title", "description", "keeper", "license"), parts, strict=False)),
        'license_url = "javascript:alert(1)"', '[subjects]\nletter = "letters.about"\nplace = "places.name"',
        f'[[status]]\ntable = "letters"\ncolumn = "about"\ntitle = {parts[4]}\nothers = {parts[5]}',
        *(_value(text) for text in short[::4]),
        *(f'[[lane]]\ntitle = {_quoted(text)}\ntypes = ["letter."]' for text in short[2::4]),
    ]  # fmt: skip
    (folder / "archive.toml").write_text("\n".join(lines) + "\n", "utf-8")


def _value(text: str) -> str:
    value, sign = _quoted(text), _quoted(text[:3])
    return f'[[status.value]]\nvalue = {value}\nlabel = {value}\nsign = {sign}\ncolor = "#a4262c"'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _drafts(number: int, store: Store) -> Iterator[dict[str, Any]]:
    text, name = _texts()[number], list(PAYLOADS)[number]
    body = f"Before it. {text} After it, in the {name}."
    later = f"Before it, {number}. {text} {text} After it."
    documents = [Capture(item.encode(), item, "text/plain", "text", "x.txt") for item in (body, later)]
    for document in documents:
        store.put(document)
    dated = {"edtf": _DAY.format(1 + number % 28), "source": _source(number), "subject": subject(number)}
    start = body.index(text)
    evidence = [passage(start, start + len(text), text=body, exact=text)]
    words = {"summary": text, "datetext": text, "note": text, "evidence": evidence}
    yield from (_captured(text, document) for document in documents)
    yield from _stories(number, text, [document.digest for document in documents])
    data = {"letter": letter_id(number), "place": code(number), "about": text}
    yield {"type": "letter.sent", **dated, "data": {**data, **words}}
    data = {"letter": letter_id(number), "place": code(number), "reason": text}
    yield {"type": "answer.given", **dated, "data": {**data, "answer": "no", **words}}
    sure = {**dated, "edtf": f"{dated['edtf']}/2017-07-01"}
    yield {"type": "answer.given", **sure, "data": {**data, "answer": "yes", **words}}
    yield _proposal(number, text, documents[0].digest, evidence)


def _source(number: int) -> str:
    return _IN_URI.sub("", f"javascript:alert(1)//{_texts()[number]}")[:300]


def _captured(text: str, document: Capture) -> dict[str, Any]:
    url = f"https://{ELSEWHERE}/{text.replace(' ', '')[:200]}"
    data = {
        "digest": document.digest, "title": text, "publisher": text, "url": re.sub(r"\s", "", url), "media_type": "text/plain",
        "bytes": len(document.data), "characters": len(document.text), "reader": text[:200], "name": text[:255],
        "published": "2017-06-01", "published_basis": text[:200], "summary": text,
    }  # fmt: skip
    return {"type": "document.captured", "source": "manual:", "subject": f"document/{document.digest}", "data": data}


def _stories(number: int, text: str, digests: list[str]) -> Iterator[dict[str, Any]]:
    about = {"source": "manual:", "subject": f"story/{story(number)}"}
    url = f"https://{ELSEWHERE}/{_IN_URI.sub('', text)[:200]}"
    data = {"story": story(number), "title": text, "publisher": text, "url": url, "summary": text}
    yield {"type": "story.published", **about, "edtf": "2017-06-01", "data": {**data, "document": digests[0]}}
    edits = [{"kind": "wording", "before": [0, 4], "after": [0, 5], "from": text[:200], "to": text[:200]}]
    data = {"story": story(number), "document": digests[1], "previous": digests[0], "change": text, "stamp": text[:200]}
    yield {"type": "story.updated", **about, "edtf": "2017-06-02", "data": {**data, "edits": edits, "summary": text}}


def _proposal(number: int, text: str, digest: str, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    key = proposal_key(number)
    data = {
        "proposal": key, "kind": text[:64], "rule": text[:100], "confidence": 0.5, "needs": text[:500],
        "candidates": [text[:200]], "found": {text[:60]: text}, "story": story(number), "document": digest, "start": 0,
        "end": 6, "proposes": "letter.sent", "about": text, "summary": text, "evidence": evidence, "note": text,
        "event": {"type": "letter.sent", "source": text, "subject": text, "data": {"letter": text, "summary": text}},
    }  # fmt: skip
    return {"type": "proposal.made", "source": "manual:", "subject": f"proposal/{key}", "data": data}


def proposal_key(number: int) -> str:
    """Return the key of the n-th proposal."""
    return f"{number:032x}"


def _describe(archive: Archive) -> None:
    """Write hostile metadata, of the kinds that are no danger: text."""
    metadata.refresh(archive)
    document = json.loads(archive.metadata.read_text("utf-8"))
    words = dict.fromkeys(("title", "description", "source", "license", "about"), _ALL)
    document |= words
    database = document["databases"]["archive"]
    database |= words
    database["queries"] = {"asked": {"sql": "select about, summary from letters where id <> :id", **words}}
    for name in ("letters", "answers", "events"):
        database["tables"][name] |= words | {"facets": ["about"] if name == "letters" else []}
    archive.metadata.write_text(json.dumps(document), "utf-8")
    metadata.load(archive.metadata)


# What a page must not have ------------------------------------------------------------------------------------

_LINKS: Final = ("href", "src", "action", "formaction", "data", "srcset", "poster", "xlink:href", "background", "cite")
_FOREIGN: Final = ("iframe", "frame", "object", "embed", "applet", "base", "math", "animate", "set", "foreignobject")
_SCHEME: Final = re.compile(r"[\s\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.\s-]*):")
_OWN_HOSTS: Final = ("", "localhost", "127.0.0.1")
# Datasette's own, in the footer of each page.
_KNOWN_HOSTS: Final = (*_OWN_HOSTS, ELSEWHERE, "datasette.io")
# A handler of Datasette's own (1.0), on the button that chooses columns.
_THEIRS: Final = ("onclick", "openColumnChooser()")
_OURS: Final = re.compile(r"(/-/regesta/[a-z]+\.js\?[0-9a-f]+|/-/static/.*)")


def acting(source: str, *, ours: bool) -> list[str]:
    """Return what in a page would act: foreign scripts, handlers, addresses with a scheme or of another host.

    ``ours`` says that the page is one of our own, which has no script in itself at all.
    """
    document = Document(source)
    found = [item for tag, attributes in document.elements for item in _acts(tag.lower(), attributes)]
    found = found if ours else [item for item in found if item != f"button {_THEIRS[0]}={_THEIRS[1]}"]
    return [*found, *(text[:60] for text in document.scripts if _is_foreign(text, ours=ours))]


def _acts(tag: str, attributes: Mapping[str, str | None]) -> Iterator[str]:
    if tag in _FOREIGN or (tag == "meta" and "http-equiv" in attributes):
        yield f"<{tag}>"
    for name, value in attributes.items():
        if name.lower().startswith("on") or name.lower() == "srcdoc":
            yield f"{tag} {name}={value}"
        if name.lower() == "style" and re.search(r"url\(|@import|expression|evil", value or ""):
            yield f"{tag} style={value}"
        if name.lower() in _LINKS and tag != "script" and _leads_away(tag, value or ""):
            yield f"{tag} {name}={value}"
    if tag == "script" and (attributes.get("src") or "") and not _OURS.fullmatch(attributes.get("src") or ""):
        yield f"script src={attributes['src']}"


def _leads_away(tag: str, address: str) -> bool:
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return True
    host = urlsplit(address.strip().replace("\\", "/")).hostname or ""
    return host not in (_KNOWN_HOSTS if tag == "a" else _OWN_HOSTS)


def _is_foreign(script: str, *, ours: bool) -> bool:
    """Say whether a script in a page came with a payload; on a page of ours there are only blocks of JSON."""
    if not ours:
        return script.lstrip().startswith("alert(1)")
    try:
        json.loads(script)
    except ValueError:
        return bool(script.strip())
    return False
