"""Many documents in one run: what enters the log, what is known already, what goes wrong and does not stop it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from regesta.archive import Archive
from regesta.errors import ArchiveError, InputError, StorageError
from regesta.ingest import run as module
from regesta.ingest.capture import Capture, Dated, Row, Source
from regesta.ingest.proposals import Wanted, select
from regesta.ingest.recipes import parse_recipe
from regesta.ingest.review import Decision, Review
from regesta.ingest.run import Options, Report, Tools, ingest, version_of
from regesta.replay.build import build
from tests.archives import check_archive, document, snapshot
from tests.ingest.tale import TEXT, marked, pending, tale

NO = "[disposition state=P01 disposition=refuse: P01 says no to all that it was asked.] That was all there was to say."
YES = "[disposition state=P02 disposition=comply: P02 will send what it has, and soon.] Nobody had thought of it."


def read(source: Source) -> Iterator[Capture | InputError]:
    """Read a source as text; `===` divides documents, `broken` is what cannot be read, the first line may hold JSON."""
    for number, part in enumerate(source.data.split(b"\n===\n"), start=1):
        if part.startswith(b"broken"):
            yield InputError("is broken", where=f"{source.name}:{number}")
            continue
        head, _, text = part.decode().rpartition("}\n") if part.startswith(b"{") else ("", "", part.decode())
        name = source.name if b"\n===\n" not in source.data else f"{source.name}, part {number}"
        capture = Capture(part, text, "text/plain", "text", name, source.url)
        known = json.loads(f"{head}}}" if head else "{}")
        dates: dict[str, Any] = {
            key: Dated(known.pop(key), "head") for key in ("published", "updated", "retrieved") if key in known
        }
        yield replace(capture, **known, **dates)


TOOLS = Tools(read, marked)


def run(archive: Archive, *texts: str | Source | InputError, **options: Any) -> Report:
    """Ingest texts, called `1.txt`, `2.txt` …; build the tables."""
    sources = [
        Source(f"{n}.txt", item.encode()) if isinstance(item, str) else item for n, item in enumerate(texts, start=1)
    ]
    report = ingest(archive, sources, Options(**options), TOOLS)
    build(archive)
    return report


def types(archive: Archive, first: int = 1) -> list[str]:
    return [event["type"] for event in check_archive(archive)][first - 1 :]


def rows(archive: Archive, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = archive.at()[table].rows
    return [tuple(row[name] for name in columns) for row in found]


@pytest.fixture
def empty(quick_path: Path) -> Archive:
    """An archive with recipes and an empty log."""
    return tale(quick_path)


def test_new_document(empty: Archive) -> None:
    """A document comes to three kinds of events: captured, its story, what it proposes; and is kept."""
    report = run(empty, NO)
    digest = sha256(NO.encode()).hexdigest()
    assert types(empty) == ["document.captured", "story.published", "proposal.made"]
    assert (report.documents, report.proposals, report.appended) == ({"new": 1}, {"disposition": 1}, 3)
    assert (empty.folder / "documents" / f"{digest}.txt").read_text("utf-8") == NO


def test_what_is_recorded(empty: Archive) -> None:
    """All that is known of a document stands in its event, and nothing else."""
    head = {
        "title": "Nein!",
        "publisher": "The Paper",
        "url": "https://example.org/a",
        "published": "2017-06-30",
        "updated": "2017-07-05",
    }
    text = f"{json.dumps(head)}\n{NO}"
    run(empty, Source("/some/where/a.txt", text.encode()))
    captured, published, proposal = check_archive(empty)
    assert captured["data"] == {
        "digest": sha256(text.encode()).hexdigest(), "title": "Nein!", "publisher": "The Paper",
        "url": "https://example.org/a", "published": "2017-06-30", "published_basis": "head", "updated": "2017-07-05",
        "updated_basis": "head", "media_type": "text/plain", "bytes": len(text.encode()), "characters": len(NO),
        "text": sha256(NO.encode()).hexdigest(), "reader": "text", "name": "a.txt",
        "summary": "A document was taken in: Nein!.",
    }  # fmt: skip
    assert (published["subject"], published["edtf"], published["data"]["url"]) == (
        "story/nein", "2017-06-30", "https://example.org/a",
    )  # fmt: skip
    assert (proposal["data"]["dated"], proposal["data"]["story"]) == ("../2017-07-05", "nein")


def test_again(empty: Archive) -> None:
    """The same documents again add nothing, in whatever order and however often they stand there."""
    run(empty, NO, YES)
    before = snapshot(empty.folder / "events")
    report = run(empty, YES, NO, NO)
    assert (report.appended, report.documents, snapshot(empty.folder / "events")) == (0, {"known": 3}, before)


def test_twice_in_one_run(empty: Archive) -> None:
    """A document that stands in two files is one document."""
    report = run(empty, NO, NO)
    assert (report.documents, len(types(empty))) == ({"new": 1, "known": 1}, 3)


def test_order_does_not_matter(empty: Archive, tmp_path: Path) -> None:
    """The same documents in another order come to the same set of events."""
    other = tale(tmp_path / "other")
    run(empty, NO, YES)
    ingest(other, [Source("2.txt", YES.encode()), Source("1.txt", NO.encode())], Options(), TOOLS)
    assert {event["id"] for event in check_archive(empty)} == {event["id"] for event in check_archive(other)}


def test_new_rules_propose_more(empty: Archive) -> None:
    """A known document is read again: what a better rule finds is proposed, what was proposed is not."""
    ingest(empty, [Source("1.txt", TEXT.encode())], Options(), Tools(read, lambda text, context: marked(text)[:1]))
    report = run(empty, TEXT)
    assert (report.documents, report.proposals.total()) == ({"known": 1}, 5)


def test_taken_in_by_hand(empty: Archive) -> None:
    """A document that was recorded by hand is not captured again; what it says is proposed in its story."""
    pending(empty)
    empty.append([document("By hand. " + NO)])
    report = run(empty, TEXT, "By hand. " + NO)
    assert (report.documents, types(empty)[-2:]) == ({"known": 1, "new": 1}, ["story.published", "proposal.made"])


def test_version_of_what_was_taken_in_by_hand(empty: Archive) -> None:
    """A document that shares most of its words with a story without name or address is a version of it."""
    pending(empty)
    report = run(empty, TEXT.replace("44", "45"))
    assert (report.documents, report.proposals) == ({"updated": 1}, {"tally": 1})


def test_rejected_is_not_proposed_again(empty: Archive) -> None:
    """What a person rejected does not come back, neither with the same document nor with its next version."""
    run(empty, NO)
    Review(empty).decide([Decision(item, False) for item in select(empty.database, Wanted())])
    build(empty)
    again, changed = run(empty, NO), run(empty, f"{NO} One sentence more.")
    assert (again.appended, changed.documents, changed.proposals) == (0, {"updated": 1}, {})


def test_new_version(empty: Archive) -> None:
    """Other bytes in a file of the same name are a new version, which proposes only what is new in it."""
    run(empty, f"{NO} And so on and so forth it went.")
    report = run(empty, f"{NO} And so on and so forth it went. {YES}")
    assert types(empty, 4) == ["document.captured", "story.updated", "proposal.made"]
    assert (report.documents, rows(empty, "stories", "id")) == ({"updated": 1}, [("1",)])


def test_two_versions_in_one_run(empty: Archive) -> None:
    """Versions that come together follow each other."""
    first, second = (
        Source("x.txt", f"{NO} And so on it went, {word} and then the rest.".encode()) for word in ("now", "once")
    )
    run(empty, first, second)
    previous = [event["data"].get("previous") for event in check_archive(empty) if event["type"] == "story.updated"]
    assert previous == [sha256(first.data).hexdigest()]


def test_orphaned(empty: Archive) -> None:
    """When a new version lacks the passage of an accepted event, the report says so."""
    run(empty, f"{NO} The rest of it stays the same as it was before.", accept=("all",))
    report = run(empty, "That was all there was to say. The rest of it stays the same as it was before.")
    assert (report.documents, report.orphaned) == ({"updated": 1}, 1)


# Name: what the document gives, is it the first version; the date of what it says without a date.
DATES: dict[str, tuple[dict[str, str], bool, str | None]] = {
    "nothing": ({}, True, None),
    "published": ({"published": "2017-06-30"}, True, "../2017-06-30"),
    "updated": ({"published": "2017-06-30", "updated": "2017-07-05T16:02:00"}, True, "../2017-07-05T16:02:00"),
    "retrieved": ({"retrieved": "2017-07-06T10:00:00Z"}, True, "../2017-07-06T10:00:00Z"),
    "published and retrieved": ({"published": "2017-06-30", "retrieved": "2017-07-06T10:00:00Z"}, True, "../2017-06-30"),
    "a later version, published": ({"published": "2017-06-30"}, False, None),
    "a later version, retrieved": ({"published": "2017-06-30", "retrieved": "2017-07-06T10:00:00Z"}, False, "../2017-07-06T10:00:00Z"),
    "a later version, updated": ({"published": "2017-06-30", "updated": "2017-07-01"}, False, "../2017-07-01"),
}  # fmt: skip


@pytest.mark.parametrize(("known", "first", "expected"), DATES.values(), ids=DATES.keys())
def test_date_of_what_is_undated(empty: Archive, known: dict[str, str], first: bool, expected: str | None) -> None:
    """What a text says had been said when it came out; a day of publication says nothing of what was added later."""
    before = [] if first else [Source("x.txt", f"{{}}\n{NO}".encode())]
    run(empty, *before, Source("x.txt", f"{json.dumps(known)}\n{NO}{YES}".encode()))
    last = check_archive(empty)[-1]
    assert (last["type"], last["data"].get("dated")) == ("proposal.made", expected)


def test_printed_stamp(empty: Archive) -> None:
    """An update stamp that the text prints bounds what it says, as the one of a page does."""
    run(empty, f"{NO} [story_update date_edtf=2017-07-05: Updated July 5.]")
    assert sorted(rows(empty, "proposals", "kind", "dated")) == [
        ("disposition", "../2017-07-05"),
        ("story_update", "../2017-07-05"),
    ]


def test_dates_on_record_count(empty: Archive) -> None:
    """Of a known document the dates on record are used, which a person has looked at."""
    drafts = document(NO)
    drafts["data"]["updated"] = "2017-07-05"
    empty.append([drafts])
    run(empty, NO)
    assert rows(empty, "proposals", "dated") == [("../2017-07-05",)]


def test_told(empty: Archive) -> None:
    """What the user says of a document is recorded as said."""
    run(empty, NO, story="tale", publisher="Ada", published="2017-06", url="https://example.org/x")
    found = rows(empty, "documents", "publisher", "published", "published_basis", "url")
    assert (found, rows(empty, "stories", "id", "published")) == (
        [("Ada", "2017-06", "given", "https://example.org/x")], [("tale", "2017-06")],
    )  # fmt: skip


def test_story_that_is_told_wrong(empty: Archive) -> None:
    """A document stays in the story in which it is."""
    run(empty, NO, story="tale")
    report = run(empty, NO, story="other")
    assert (report.appended, report.notices) == (0, ["1.txt: it is a version of the story tale already"])


def test_names_of_stories(empty: Archive) -> None:
    """A story is named by its title, else by its file, and never like another."""
    texts = (
        f'{{"title": "{title}"}}\n{n} {title} and its very own words {n}{n}'
        for n, title in enumerate(("A b", "A  b!", "日本", "../x"))
    )
    run(empty, *texts, Source("Some Letter.eml", b"zzz yyy xxx www vvv"))
    assert sorted(rows(empty, "stories", "id")) == [("a-b",), ("a-b-2",), ("some-letter",), ("story",), ("x",)]


def test_several_documents_in_one_file(empty: Archive) -> None:
    """A file that holds several documents names none of them."""
    run(empty, Source("box.mbox", f"{NO}\n===\n{YES}".encode()))
    assert rows(empty, "documents", "name") == [(None,), (None,)]


def test_the_rest_goes_on(empty: Archive) -> None:
    """What cannot be read is told, and the documents before and behind it are taken."""
    report = run(empty, NO, InputError("no permission", where="x.txt"), f"broken\n===\n{YES}", "broken\x1b[2J")
    assert (report.documents, report.problems) == (
        {"new": 2}, ["x.txt: no permission", "3.txt:1: is broken", "4.txt:1: is broken"],
    )  # fmt: skip


def refuse(source: Source) -> Iterator[Capture | InputError]:
    yield from read(source)
    raise InputError("is cut off")


def test_reader_that_gives_up(empty: Archive) -> None:
    """What a reader brought before it gave up is taken."""
    report = ingest(empty, [Source("1.txt", NO.encode())], Options(), Tools(refuse, marked))
    assert (report.documents, report.problems) == ({"new": 1}, ["1.txt: is cut off"])


def test_accept_by_rule(empty: Archive) -> None:
    """What a trusted rule proposes is accepted where it lacks nothing; the rest stays open."""
    report = run(empty, TEXT, accept=("disposition.marked",), who="Ada")
    assert (report.accepted, rows(empty, "answers", "place", "answer")) == (2, [("P01", "no"), ("P02", "yes")])
    notes = [event for event in check_archive(empty) if event["type"] == "proposal.accepted"]
    assert {(note["data"]["policy"], note["source"]) for note in notes} == {("disposition.marked", "manual:Ada")}
    assert [status for (status,) in rows(empty, "proposals", "status")].count("open") == 4


def test_accept_all(empty: Archive) -> None:
    """`all` trusts every rule, and says so."""
    report = run(empty, TEXT, accept=("all",))
    assert (report.accepted, len(types(empty))) == (4, 2 + 6 + 8)


def test_accept_again(empty: Archive) -> None:
    """To trust a rule again accepts nothing again."""
    run(empty, TEXT, accept=("all",))
    assert run(empty, TEXT, accept=("all",)).appended == 0


def test_what_the_tables_refuse_stays_open(empty: Archive) -> None:
    """An event that does not fit the tables is not accepted by a rule, and takes nothing with it."""
    text = NO.replace("P01", "P99")
    report = run(empty, text, YES, accept=("all",))
    assert (report.accepted, report.problems, len(report.notices)) == (1, [], 1)
    assert "stays open: answers.place is 'P99', which is not in schema/reference/places.csv" in report.notices[0]
    assert sorted(rows(empty, "proposals", "status")) == [("accepted",), ("open",)]


def test_document_that_the_log_refuses(empty: Archive) -> None:
    """A document whose events are refused is told; the others of its batch are appended."""
    bad = f'{{"url": "no address"}}\n{NO}'
    report = run(empty, bad, YES)
    assert (report.documents, report.problem_count) == ({"new": 1}, 1)
    assert report.problems[0].startswith("1.txt: data.url: ")


def test_dry_run(empty: Archive) -> None:
    """A dry run says what would be done and leaves every file as it is."""
    build(empty)
    before = snapshot(empty.folder / "events")
    report = ingest(empty, [Source("1.txt", TEXT.encode())], Options(accept=("all",), dry_run=True), TOOLS)
    assert (report.documents, report.proposals.total(), report.accepted) == ({"new": 1}, 6, 4)
    assert (snapshot(empty.folder / "events"), (empty.folder / "documents").exists()) == (before, False)


def table(source: Source) -> Iterator[Capture | InputError]:
    """Read lines as rows of two columns."""
    text, at = source.data.decode(), 0
    found = []
    for line in text.splitlines(keepends=True):
        place, word = line.rstrip("\n").split(",")
        found.append(Row(at, at + len(line.rstrip("\n")), {"Place": place, "Said": word}))
        at += len(line)
    yield Capture(source.data, text, "text/csv", "rows", source.name, rows=tuple(found))


MAPPING = {
    "event": [{
        "type": "answer.given", "subject": "place/{Place}", "summary": "{Place} said {Said}.",
        "data": {"letter": "l1", "place": "{Place}", "answer": "{Said}"},
    }],
}  # fmt: skip


def test_rows(empty: Archive) -> None:
    """A table with a mapping proposes an event for each row."""
    recipe = parse_recipe(MAPPING, empty.schema.types, "x")
    sources = [Source("t.csv", b"P01,yes\nP02,no\n")]
    report = ingest(empty, sources, Options(row=recipe, accept=("row",)), Tools(table, marked))
    build(empty)
    assert (report.proposals, rows(empty, "answers", "place", "answer")) == (
        {"row": 2},
        [("P01", "yes"), ("P02", "no")],
    )


def test_rows_without_a_mapping(empty: Archive) -> None:
    """A table that nobody has mapped is refused, with its columns and what to write."""
    report = ingest(empty, [Source("t.csv", b"P01,yes\n")], Options(), Tools(table, marked))
    assert report.problems == [
        "t.csv: a table (columns Place, Said) without a mapping (say which column is what in ingest/NAME.toml, [[event]],"
        " and give --source NAME)"
    ]
    assert types(empty) == []


def test_text_that_is_kept_counts(empty: Archive) -> None:
    """A newer reader makes another text: positions count the one that is kept."""
    run(empty, NO)

    def newer(source: Source) -> Iterator[Capture | InputError]:
        for capture in read(source):
            assert isinstance(capture, Capture)
            yield replace(capture, text=f"   {YES} {capture.text}", reader="text 2")

    report = ingest(empty, [Source("1.txt", NO.encode())], Options(), Tools(newer, marked))
    (empty.folder / "documents" / f"{sha256(NO.encode()).hexdigest()}.txt").unlink()
    lost = ingest(empty, [Source("1.txt", NO.encode())], Options(), Tools(newer, marked))
    assert (report.appended, report.problems) == (0, [])
    assert lost.problems[0].startswith("1.txt: text 2 reads another text than the one that is on record")


HOSTILE_NAMES = {
    "escape": ("a\x1b[2J.txt", "a\\x1b[2J.txt"),
    "newline": ("a\nb.txt", "a\\x0ab.txt"),
    "right to left": ("a\u202etxt.exe", "a\\u202etxt.exe"),
    "no UTF-8": ("a\udcff.txt", "a\\xff.txt"),
    "decomposed": ("cafe\u0301.txt", "café.txt"),
    "absolute": ("/etc/passwd", "passwd"),
    "upwards": ("../../x.txt", "x.txt"),
    "backslash": ("x\\y.txt", "x\\y.txt"),
    "long": ("x" * 400, "x" * 255),
    "dots": ("x/..", None),
}


@pytest.mark.parametrize(("name", "recorded"), HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
def test_hostile_names(empty: Archive, name: str, recorded: str | None) -> None:
    """What a file is called is recorded as it can be shown, and names nothing in the archive's folder."""
    run(empty, Source(name, NO.encode()))
    digest = sha256(NO.encode()).hexdigest()
    kept = sorted(path.name for path in (empty.folder / "documents").iterdir())
    assert (rows(empty, "documents", "name"), kept) == ([(recorded,)], [digest, f"{digest}.txt"])


def test_many_batches(empty: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run appends some documents at a time."""
    monkeypatch.setattr(module, "INGEST_DOCUMENTS", 2)
    sources = [Source(f"{n}.txt", f"{n} {n} {n} {n} {NO}".encode()) for n in range(5)]
    report = ingest(empty, sources, Options(), TOOLS)
    assert (report.documents, len(list((empty.folder / "events").glob("*.jsonl")))) == ({"new": 5}, 3)


def stopping(sources: Sequence[Source]) -> Iterator[Source]:
    yield from sources
    raise KeyboardInterrupt


def test_run_that_dies(empty: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was stopped has lost the batch at most; the next one completes it and adds nothing twice."""
    monkeypatch.setattr(module, "INGEST_DOCUMENTS", 2)
    sources = [Source(f"{n}.txt", f"{n} {n} {n} {n} {NO}".encode()) for n in range(5)]
    with pytest.raises(KeyboardInterrupt):
        ingest(empty, stopping(sources[:3]), Options(), TOOLS)
    after_the_stop = len(types(empty))
    report = ingest(empty, sources, Options(), TOOLS)
    assert (after_the_stop, report.documents, len(types(empty))) == (6, {"known": 2, "new": 3}, 15)


def test_full_disk_stops_the_run(empty: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no fault of a document stops the run."""

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    build(empty)
    monkeypatch.setattr("regesta.durable.os.fsync", full)
    with pytest.raises(StorageError):
        ingest(empty, [Source("1.txt", NO.encode())], Options(), TOOLS)


def test_broken_recipe_stops_the_run(empty: Archive) -> None:
    """A recipe that makes no sense is told before anything is read."""
    (empty.folder / "ingest" / "recipes" / "quote.toml").write_text("[[event]]\n", "utf-8")
    with pytest.raises(ArchiveError, match="needs 'type'"):
        ingest(empty, iter(()), Options(), TOOLS)


def test_progress(empty: Archive) -> None:
    """Each source is told, also one that cannot be read."""
    told: list[int] = []
    ingest(empty, [Source("1.txt", NO.encode()), InputError("x")], Options(), TOOLS, told.append)
    assert told == [1, 1]


def test_report_lists_the_first(empty: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report names the first documents and counts all; of problems too."""
    monkeypatch.setattr(module, "INGEST_LISTED", 1)
    monkeypatch.setattr(module, "INGEST_PROBLEMS", 1)
    report = run(empty, NO, YES, "broken", "broken")
    listed = [(item.name, item.story, item.state, item.proposals) for item in report.listed]
    assert (listed, report.problems, report.problem_count) == ([("1.txt", "1", "new", 1)], ["3.txt:1: is broken"], 2)


def test_name_of_the_only_document(empty: Archive) -> None:
    """What is told before and behind the only document of a file does not take its name."""

    def told(source: Source) -> Iterator[Capture | InputError]:
        yield InputError("row 1 is odd")
        yield from read(source)
        yield InputError("row 9 is odd")

    report = ingest(empty, [Source("x.txt", NO.encode())], Options(), Tools(told, marked))
    build(empty)
    assert (rows(empty, "documents", "name"), report.problems) == (
        [("x.txt",)],
        ["x.txt: row 1 is odd", "x.txt: row 9 is odd"],
    )


def unread(_source: Source) -> Iterator[Capture | InputError]:
    raise AssertionError("was read")


def test_what_was_read_by_the_same_rules_is_not_read_again(empty: Archive) -> None:
    """A file whose document these rules have read is known by its digest alone."""
    sources = [Source("1.txt", NO.encode())]
    ingest(empty, sources, Options(), Tools(read, marked, "1"))
    again = ingest(empty, [Source("other.txt", NO.encode())], Options(), Tools(unread, marked, "1"))
    assert (again.documents, again.listed[0].story, again.appended) == ({"known": 1}, "1", 0)


def test_other_rules_read_again(empty: Archive) -> None:
    """Other rules read everything again; so does a run whose memory was lost or damaged."""
    sources = [Source("1.txt", TEXT.encode())]
    ingest(empty, sources, Options(), Tools(read, lambda text, context: marked(text)[:1], "1"))
    other = ingest(empty, sources, Options(), Tools(read, lambda text, context: marked(text)[:2], "2"))
    (empty.folder / ".regesta" / "ingested.db").write_bytes(b"x" * 5_000)
    lost = ingest(empty, sources, Options(), Tools(read, marked, "2"))
    assert [report.proposals.total() for report in (other, lost)] == [1, 4]


def test_dry_run_is_not_remembered(empty: Archive) -> None:
    """What a dry run has read is not taken for done."""
    sources = [Source("1.txt", NO.encode())]
    ingest(empty, sources, Options(dry_run=True), Tools(read, marked, "1"))
    assert ingest(empty, sources, Options(), Tools(read, marked, "1")).documents == {"new": 1}


def test_log_that_was_replaced(empty: Archive, tmp_path: Path) -> None:
    """What another log has taken in counts only where it is on record here."""
    sources = [Source("1.txt", NO.encode())]
    ingest(empty, sources, Options(), Tools(read, marked, "1"))
    other = tale(tmp_path)
    (other.folder / ".regesta").mkdir()
    (other.folder / ".regesta" / "ingested.db").write_bytes((empty.folder / ".regesta" / "ingested.db").read_bytes())
    assert ingest(other, sources, Options(), Tools(read, marked, "1")).documents == {"new": 1}


def test_version(tmp_path: Path) -> None:
    """The version changes with the archive's lists and with the extractors, and else not."""
    (tmp_path / "cues.toml").write_text("a", "utf-8")
    first, same, other = version_of(tmp_path, []), version_of(tmp_path, []), version_of(tmp_path, ["x"])
    (tmp_path / "cues.toml").write_text("b", "utf-8")
    assert (first == same, first != other, first != version_of(tmp_path, [])) == (True, True, True)


def test_extractor_that_fails(empty: Archive) -> None:
    """What an extractor could not do is told; the document is taken, and read again the next time."""

    def failing(text: str, context: Any) -> Iterator[Any]:
        yield from marked(text)
        yield InputError("the plug-in x failed")

    sources = [Source("1.txt", NO.encode())]
    report = ingest(empty, sources, Options(), Tools(read, failing, "1"))
    again = ingest(empty, sources, Options(), Tools(read, lambda text, context: marked(TEXT), "1"))
    assert (report.documents, report.problems, again.proposals.total() > 0) == (
        {"new": 1}, ["1.txt: the plug-in x failed"], True,
    )  # fmt: skip


def test_two_extractors_find_the_same(empty: Archive) -> None:
    """What two rules read out of one passage is proposed once, as the surer one has it."""
    tools = Tools(read, lambda text, context: [replace(item, confidence=0.2) for item in marked(text)] + marked(text))
    ingest(empty, [Source("1.txt", NO.encode())], Options(), tools)
    build(empty)
    assert rows(empty, "proposals", "kind", "confidence") == [("disposition", 0.9)]


def test_long_text_is_searched_as_far_as_the_limit(empty: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a text beyond the limit the beginning is searched, and a notice says so; the document is taken in whole."""
    monkeypatch.setattr("regesta.ingest._take.EXTRACT_CHARS", len(NO))
    report = run(empty, f"{NO}{YES}")
    notice = f"1.txt: only the first {len(NO)} of {len(NO) + len(YES)} characters were searched"
    assert (report.notices, report.proposals.total(), report.problem_count) == ([notice], 1, 0)


def test_one_run_at_a_time(empty: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process ingests, a run waits, and says so when that takes too long."""
    monkeypatch.setattr("regesta.turn.LOCK_TIMEOUT_S", 0.05)
    (empty.folder / ".regesta").mkdir()
    with FileLock(empty.folder / ".regesta" / "ingest.lock"), pytest.raises(StorageError, match="another process"):
        ingest(empty, [], Options(), TOOLS)
