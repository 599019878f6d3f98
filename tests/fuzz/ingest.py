"""Targets of what comes in: recipes, word lists, documents of every form, decisions, events that are handed in."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import click

from regesta.cli._complete import complete_type
from regesta.cli._decisions import read_decisions
from regesta.cli._drafts import FORMATS, _read
from regesta.cli._flags import Flags, draft_of
from regesta.errors import InputError, RegestaError
from regesta.events.model import prepare
from regesta.ingest._gold import read_gold
from regesta.ingest.capture import Source
from regesta.ingest.extract import Context, Lists, extract, load_lists
from regesta.ingest.passages import Passage, anchor
from regesta.ingest.propose import Document, proposals, row_findings
from regesta.ingest.readers import read
from regesta.ingest.recipes import load_recipes
from regesta.ingest.sources import load_source
from regesta.ingest.text import decode
from regesta.ingest.worddiff import compare, describe
from regesta.schema.types import EventTypes, load_types
from tests.archives import drafts
from tests.fuzz.record import HUMAN, JSON_WORDS, text
from tests.fuzz.running import ROOT, Ready
from tests.fuzz.samples import FEED_WORDS, MAIL, MAIL_WORDS, PAGE, PAGE_WORDS, PDF_WORDS, STORY, STORY_WORDS
from tests.fuzz.schema import TOML_WORDS
from tests.ingest.hostile import CASES
from tests.ingest.readers.made import HEAD, OHIO_ARCHIVE, atom, packed, pdf, rss, shown
from tests.publish.proposing import KEYS, proposing_archive


def _reader(name: str, examples: Sequence[bytes], words: Sequence[bytes]) -> Callable[[Path], Ready]:
    """Return the target of a reader: documents whose text can be kept, and problems that say where."""

    def ready(folder: Path) -> Ready:
        def run(data: bytes) -> Hashable:
            documents, problems = 0, 0
            for item in read(Source(name, data, url=None)):
                if isinstance(item, InputError):
                    problems += 1
                    continue
                documents += 1
                assert b"\0" not in item.text.encode("utf-8")
                assert all("\n" not in notice and len(notice) <= 500 for notice in item.notices)
                json.dumps([item.title, item.publisher, item.url], ensure_ascii=False).encode("utf-8")
                list(row_findings(item.rows or ()))
            return documents, problems

        return Ready(run, examples, words, lambda: _hostile(name))

    return ready


def _hostile(name: str) -> list[bytes]:
    """Return the hostile cases of a form that are small enough to be changed."""
    made = [make() for file, make, _ in CASES.values() if Path(file).suffix == Path(name).suffix]
    return [data for data in made if len(data) <= 20_000]


def _shipped_types() -> EventTypes:
    return load_types(ROOT / "schema" / "types")


def _shipped(folder: str, pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "ingest" / folder).glob(pattern))]


def recipe(folder: Path) -> Ready:
    """What is taken as a recipe makes proposals of a story."""
    types, path = _shipped_types(), folder / "quote.toml"
    document, findings = _story(STORY, load_lists(ROOT / "ingest"))

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        recipes = load_recipes(folder, types)
        made = proposals(document, findings, recipes)
        return len(recipes["quote"]), len(made) - len(findings)

    words = (
        *TOML_WORDS,
        b"{",
        b"}",
        b"|",
        b":",
        b"{state}",
        b"{slug:person}",
        b"{item}",
        b"{position}",
        b'each = "states"\n',
        b'when = "{x}"\n',
    )
    return Ready(run, _shipped("recipes", "*.toml"), words)


def source(folder: Path) -> Ready:
    """What a source says of itself is taken or refused."""
    types = _shipped_types()
    (folder / "ingest").mkdir()
    path = folder / "ingest" / "a.toml"

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        found = load_source(folder, "a", types)
        return found.is_watched, found.row is None, found.story is None, found.media_type is None

    page = b'url = "https://example.org/story"\ninterval = "30m"\nstory = "states"\npublisher = "The Hill"\nmedia_type = "text/csv"\n'
    table = (
        b'path = "inbox"\n[[event]]\ntype = "response.declared"\nsubject = "state/{State}"\nsummary = "{State} answers."\n'
        b'data.state = "{State}"\n[map.x]\na = "b"\n'
    )
    return Ready(run, [page, table], (*TOML_WORDS, b"30m", b"7d", b"..", b"/", b"\\\\", b"C:", b"events", b"https://"))


def lists(folder: Path) -> Ready:
    """Word lists that are taken serve for a story; the first line of the input names the file."""
    names = ["gazetteers/states.csv", "gazetteers/not-states.txt", "gazetteers/first-names.txt"]
    names += [f"cues/{path.name}" for path in sorted((ROOT / "ingest" / "cues").glob("*.toml"))]
    shutil.copytree(ROOT / "ingest", folder / "ingest")
    before = {name: (folder / "ingest" / name).read_bytes() for name in names}
    examples = [name.encode() + b"\n" + content[:6000] for name, content in before.items()]

    def run(data: bytes) -> Hashable:
        head, _, content = data.partition(b"\n")
        name = head.decode("latin-1")
        if name not in before:
            return None
        path = folder / "ingest" / name
        path.write_bytes(content)
        try:
            found = extract(STORY, Context(published="2017-07-05"), load_lists(folder / "ingest"))
        finally:
            path.write_bytes(before[name])
        return name, tuple(sorted({item.kind for item in found}))

    return Ready(
        run,
        examples,
        (*TOML_WORDS, b"*", b"|", b"(", b")", b"{field}", b"...", b"cues = ", b"sets", b"short", b"rule", b"codes"),
    )


def extraction(folder: Path) -> Ready:
    """Whatever a text says, findings lie within it, and the proposals made of them are events that can be appended."""
    found_lists, types = load_lists(ROOT / "ingest"), _shipped_types()
    recipes = load_recipes(ROOT / "ingest" / "recipes", types)

    def run(data: bytes) -> Hashable:
        words = data.decode("utf-8", "replace")
        document, findings = _story(words, found_lists)
        assert all(0 <= item.start <= item.end <= len(words) for item in findings)
        for draft in proposals(document, findings, recipes):
            _prepared(draft, types)
        return tuple(sorted({item.kind for item in findings})), min(len(findings), 20)

    paragraphs = [part.encode() for part in STORY.split("\n\n")]
    return Ready(run, [STORY.encode(), *paragraphs, *HUMAN], STORY_WORDS)


def _prepared(draft: Any, types: EventTypes) -> None:
    """Prepare a proposal, which must be fit for the log whatever the text is (a text with a NUL is no document)."""
    try:
        prepare(draft, types)
    except RegestaError as error:
        assert "is not allowed in text" in error.message, error


def _story(words: str, found_lists: Lists) -> tuple[Document, list[Any]]:
    document = Document("0" * 64, words, "story", "full", "The Hill", "../2017-07-05")
    return document, extract(words, Context("2017-07-05", None, "2017-07-06"), found_lists)


def decoding(folder: Path) -> Ready:
    """Bytes become text or are refused, in whatever character set is declared in the first line."""

    def run(data: bytes) -> Hashable:
        declared, _, content = data.partition(b"\n")
        found = decode(content, declared.decode("latin-1") or None)
        found.text.encode("utf-8")
        return found.charset, len(found.notices)

    sets = ("", "utf-8", "latin-1", "cp1252", "utf-16", "shift_jis", "gb18030", "utf-7", "koi8-r", "big5")
    examples = [
        f"{name}\n".encode() + "“Ohio” said nö — café. ".encode(name or "utf-8", "replace") * 3 for name in sets
    ]
    return Ready(
        run,
        examples,
        tuple(name.encode() for name in (*sets, "hex", "idna", "undefined", "rot13", "mbcs", "unicode_escape")),
    )


def comparison(folder: Path) -> Ready:
    """Two versions of a text, parted by a line of dashes, are compared, and passages of one sought in the other."""

    def run(data: bytes) -> Hashable:
        before, _, after = data.decode("utf-8", "replace").partition("\n---\n")
        edits = compare(before, after)
        describe(edits)
        middle = len(before) // 2
        found = anchor(
            Passage(max(0, middle - 40), middle + 1, exact=before[max(0, middle - 40) : middle + 1]), before, after
        )
        assert 0 <= found.start <= found.end <= len(after)
        return found.how, min(len(edits), 20)

    revised = STORY.replace("Friday", "Thursday").replace("also refused", "declined").replace("- Texas: partly. ", "")
    return Ready(run, [f"{STORY}\n---\n{revised}".encode(), b"a b c.\n---\nA b. C d."], STORY_WORDS)


def decisions(folder: Path) -> Ready:
    """A sheet of decisions, as CSV or as JSON Lines, is read whole or refused with its line."""
    archive = proposing_archive(folder / "archive")
    paths = {form: folder / f"sheet.{form}" for form in ("csv", "jsonl")}
    head = "decision,reason,proposal,needs,type,subject,edtf,data.summary,data.letter,found.person\n"
    rows = "".join(
        f'{word},"Why, so",{key},speaker,letter.sent,letter/l1,30 June 2017,No.,l1,Ann\n'
        for word, key in zip(("accept", "reject", ""), KEYS, strict=True)
    )
    row: dict[str, Any] = {
        "decision": "accept",
        "proposal": KEYS[0],
        "reason": None,
        "needs": [],
        "found": {"person": "Ann"},
        "event": {"type": "letter.sent", "subject": "letter/l1", "data": {"summary": "No."}},
    }

    def run(data: bytes) -> Hashable:
        form = "jsonl" if data.lstrip()[:1] == b"{" else "csv"
        paths[form].write_bytes(data)
        handed = read_decisions(str(paths[form]), form, archive, every=len(data) % 2 == 0)
        return form, len(handed.decisions), handed.skipped, handed.known

    examples = [
        (head + rows).encode(),
        head.replace(",", ";").encode() + rows.replace(",", ";").encode(),
        json.dumps(row).encode(),
    ]
    return Ready(
        run,
        examples,
        (
            *JSON_WORDS,
            *HUMAN[:10],
            b"accept",
            b"reject",
            b"skip",
            b";",
            b"\t",
            b'"',
            b"1E+30",
            b"'=",
            b"found.x",
            b"data.pages",
            KEYS[0].encode(),
        ),
    )


def handed_in(folder: Path) -> Ready:
    """Events in JSON, JSON Lines or YAML, by the name of the file or by how the text begins."""

    def run(data: bytes) -> Hashable:
        shapes: list[Hashable] = []
        for form in (None, *FORMATS):
            try:
                found = list(_read(io.BytesIO(data), "x", form))
                shapes.append((min(len(found), 5), type(found[0][1]).__name__ if found else ""))
            except RegestaError as error:
                assert error.where and error.where.startswith("x"), error
                shapes.append(error.message[:12])
        return tuple(shapes)

    item = drafts(1)[0]
    yaml = b'# events\n- type: letter.sent\n  subject: letter/l1\n  data:\n    letter: l1\n    place: "P01"\n    about: |\n      the\n      roll\n    pages: 12\n---\ntype: x\ndata: {a: [1, 2.5, ~, true]}\n'
    examples = [
        json.dumps(item).encode(),
        json.dumps([item, item], indent=1).encode(),
        json.dumps(item).encode() + b"\n" + json.dumps(item).encode(),
        yaml,
    ]
    words = (
        *JSON_WORDS,
        b"- ",
        b": ",
        b"? ",
        b"&a ",
        b"*a",
        b"!!python/object:x ",
        b"!!binary ",
        b"|\n",
        b">-\n",
        b"---\n",
        b"...\n",
        b"%YAML 1.2\n",
        b"<<: ",
        b"\t",
        b"# x\n",
        b"'",
        b"2017-06-30",
        b"no",
        b".inf",
    )
    return Ready(run, examples, words)


def flags(folder: Path) -> Ready:
    """The options of `regesta append`, one a line, make an event or name the option that is at fault."""
    archive = proposing_archive(folder / "archive")
    letter = folder / "letter.txt"
    letter.write_text(STORY, "utf-8")
    lists_of = {"data", "evidence"}
    names = {item.name for item in fields(Flags)}

    def run(data: bytes) -> Hashable:
        given: dict[str, Any] = {}
        for part in text(data).split("\n"):
            name, _, value = part.partition("=")
            if name in lists_of:
                given[name] = (*given.get(name, ()), value)
            elif name in names:
                given[name] = value
        complete_type(click.Context(click.Command("x"), info_name="x"), click.Option(["--type"]), given.get("type", ""))
        try:
            draft = draft_of(Flags(**given), archive)
        except OSError as error:  # told by the command line with the name of the file
            return type(error).__name__
        item = prepare(draft, archive.schema.types)
        return archive._admission.check([item]) is None, *sorted(given)

    event = f"type=letter.sent\nsubject=letter/l1\ndate=30 June 2017\nsummary=No.\nnote=x\ndata=letter=l1\ndata=place=P01\nevidence={letter}:0-5\n"
    examples = [
        event.encode(),
        event.replace(":0-5", ":Ohio said no").encode(),
        b"type=event.retracted\nsubject=event/3\ndata=reason=x\n",
        b"type=letter.sent\nsubject=a\nreplaces=0000\n",
    ]
    return Ready(
        run,
        examples,
        (
            *HUMAN[:12],
            *(f"{name}=".encode() for name in sorted(names)),
            b"data=pages=12\n",
            b"event/1",
            b"event/ffff",
            b":",
            b"0-99999",
        ),
    )


def gold(folder: Path) -> Ready:
    """What people marked in texts, to measure extraction by."""
    path = folder / "gold.jsonl"

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        found = read_gold(path)
        return len(found), sum(len(item.marks) for item in found)

    example = (
        b'{"doc": "a.txt", "published": "2017-07-05", "kinds": ["quote"]}\n'
        b'{"doc": "a.txt", "kind": "quote", "start": 3, "end": 9, "person": "Ann Lee", "also": {"state": ["OH"]}, "states": ["OH", "KY"]}\n'
    )
    return Ready(
        run, [example], (*JSON_WORDS, b'"doc":', b'"kind":', b'"start":', b'"end":', b'"also":', b'"published":')
    )


ROWS: Final = b'State,Answer,Date\nOhio,no,2017-06-30\n"Ken, tucky","par""tly",\nMaine,,x\n'
JSON_ROWS: Final = b'[{"State": "Ohio", "pages": 3, "sure": true, "more": {"a": [1]}}, {"State": "Maine"}]'
READERS: Final[dict[str, tuple[str, Sequence[bytes], Sequence[bytes]]]] = {
    "page": ("a.html", [PAGE], PAGE_WORDS),
    "mail": ("a.eml", [MAIL, HEAD + b"\nNo."], MAIL_WORDS),
    "mailbox": ("a.mbox", [b"From a@b Fri Jun 30 10:00:00 2017\n" + MAIL + b"\nFrom a@b Fri Jun 30 10:00:00 2017\n" + HEAD + b"\nNo.\n"], MAIL_WORDS),
    "pdf": ("a.pdf", [pdf(shown("Dear clerk,", "we will not."), packed=False), pdf(shown("a"), shown("b"))], PDF_WORDS),
    "feed": (
        "a.rss",
        [
            rss(b"<item><title>Ohio</title><link>https://a.example/</link><pubDate>Fri, 30 Jun 2017 10:00:00 GMT</pubDate><description>&lt;p&gt;No.</description></item>"),
            atom(b"<entry><title>Ohio</title><id>x</id><updated>2017-06-30T10:00:00Z</updated><content type='html'>&lt;p>No.</content></entry>"),
        ],
        FEED_WORDS,
    ),
    "table": ("a.csv", [ROWS, ROWS.replace(b",", b";"), ROWS.replace(b",", b"\t")], (b'"', b'""', b";", b"\t", b"\r", b"\r\n", b",,", b"sep=;\n", b"=cmd|x!A0")),
    "json rows": ("a.json", [JSON_ROWS, b'{"rows": [{"a": 1}]}'], JSON_WORDS),
    "json lines": ("a.jsonl", [b'{"State": "Ohio"}\n{"State": "Maine", "x": null}\n'], JSON_WORDS),
    "web archive": ("a.warc", [OHIO_ARCHIVE, OHIO_ARCHIVE * 2], (b"WARC/1.0\r\n", b"HTTP/1.1 200 OK\r\n", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"WARC-Type: revisit\r\n", b"Location: ", b"\r\n\r\n", b"0\r\n", b"ffff\r\n", b"-1", b"text/plain", b"WARC-Target-URI: http://[\r\n")),
    "packed archive": ("a.warc.gz", [packed(OHIO_ARCHIVE)], (b"\x1f\x8b\x08", b"\x00")),
    "any form": ("a", [PAGE, MAIL, ROWS, JSON_ROWS, OHIO_ARCHIVE, STORY.encode(), b"%PDF-1.7\n", "Ohio".encode("utf-16")], (*PAGE_WORDS[:10], *MAIL_WORDS[:8])),
}  # fmt: skip
TARGETS: Final[dict[str, Callable[[Path], Ready]]] = {
    "recipe": recipe, "source": source, "lists": lists, "extraction": extraction, "decoding": decoding, "comparison": comparison,
    "decisions": decisions, "handed in": handed_in, "flags": flags, "gold": gold,
    **{name: _reader(*case) for name, case in READERS.items()},
}  # fmt: skip
