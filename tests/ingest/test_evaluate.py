"""Scoring of findings against gold: every figure here was worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from regesta.errors import InputError
from regesta.ingest._gold import ATTRIBUTES, find, read_gold, read_text
from regesta.ingest._matching import plain
from regesta.ingest.evaluate import Attribute, Evaluation, Extract, Score, evaluate
from regesta.ingest.extract.model import KINDS, Context, Finding
from regesta.limits import LINE_BYTES
from regesta.schema.dates import check_edtf
from regesta.schema.reference import load_reference

ROOT = Path(__file__).parents[2]
GOLD = sorted((ROOT / "tests" / "ingest" / "gold").rglob("*.jsonl"))
SEEDS = ROOT.parent / "shared" / "seeds"

TEXT = (
    "Maine will not comply. “Never in my time,” said Gov. Ann Lee of Maine. Ohio has not made up its mind.\n"
    "“Ask me in June,” an aide in Utah said. So far 12 states have answered.\n"
)


def at(words: str, text: str = TEXT) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def mark(kind: str, words: str, **members: Any) -> dict[str, Any]:
    start, end = at(words)
    return {"doc": "a.txt", "kind": kind, "start": start, "end": end, **members}


def found(kind: str, words: str, **fields: Any) -> Finding:
    return Finding(kind, *at(words), "rule", 0.9, fields)


def write_gold(folder: Path, *records: dict[str, Any], name: str = "gold.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def giving(*findings: Finding) -> Extract:
    return lambda text, context: findings


def run(folder: Path, records: list[dict[str, Any]], *findings: Finding) -> Evaluation:
    (folder / "a.txt").write_text(TEXT, "utf-8")
    return evaluate([write_gold(folder, *records)], giving(*findings))


def counts(result: Evaluation) -> dict[str, tuple[int, int, int]]:
    return {kind: (s.gold, s.found, s.matched) for kind, s in result.kinds.items()}


DATE = mark("date_mention", "June", date_edtf="2017-06")
QUOTE = mark("quote", "“Never in my time,”", person="Ann Lee", role="Gov.", state="ME")
AIDE = mark("quote", "“Ask me in June,”", role="aide", state="UT")
MAINE = mark("disposition", "Maine will not comply.", state="ME", disposition="refuse")
AGAIN = mark("disposition", "“Never in my time,”", state="ME", disposition="refuse", optional=True)
OHIO = mark("disposition", "Ohio has not made up its mind.", state="OH", disposition="undecided")

# Name: gold, findings, (gold, found, matched) by kind.
MATCHES: dict[str, tuple[list[dict[str, Any]], list[Finding], dict[str, tuple[int, int, int]]]] = {
    "the same range": ([DATE], [found("date_mention", "June")], {"date_mention": (1, 1, 1)}),
    "nothing found": ([DATE], [], {"date_mention": (1, 0, 0)}),
    "half of the shorter range": ([DATE], [found("date_mention", "ne,” an")], {"date_mention": (1, 1, 1)}),
    "less than half of it": ([DATE], [found("date_mention", "e,” an")], {"date_mention": (1, 1, 0)}),
    "a longer one around it": ([DATE], [found("date_mention", "in June,”")], {"date_mention": (1, 1, 1)}),
    "two findings for one mark": (
        [DATE],
        [found("date_mention", "in June"), found("date_mention", "June")],
        {"date_mention": (1, 2, 1)},
    ),
    "another kind is another thing": (
        [DATE, QUOTE],
        [found("quote", "June")],
        {"date_mention": (1, 0, 0), "quote": (1, 1, 0)},
    ),
    "an answer elsewhere in its sentence": (
        [MAINE],
        [found("disposition", "comply", state="ME")],
        {"disposition": (1, 1, 1)},
    ),
    "an answer in the same sentence without overlap": (
        [mark("disposition", "Ohio has not", state="OH", disposition="undecided")],
        [found("disposition", "made up its mind", state="OH")],
        {"disposition": (1, 1, 1)},
    ),
    "an answer in the next sentence": (
        [MAINE],
        [found("disposition", "Ohio has not", state="ME")],
        {"disposition": (1, 1, 0)},
    ),
    "an answer of another state": (
        [MAINE],
        [found("disposition", "Maine will not comply.", state="MA")],
        {"disposition": (1, 1, 0)},
    ),
    "an answer that still needs its state": (
        [MAINE],
        [found("disposition", "Maine will not comply.")],
        {"disposition": (1, 1, 1)},
    ),
    "an optional mark, found": ([MAINE, AGAIN], [found("disposition", "“Never in my time,”", state="ME")], {"disposition": (1, 0, 0)}),
    "an optional mark, not found": ([MAINE, AGAIN], [found("disposition", "Maine", state="ME")], {"disposition": (1, 1, 1)}),
    "an optional mark, found twice": ([MAINE, AGAIN], [found("disposition", "Never", state="ME"), found("disposition", "my time", state="ME")], {"disposition": (1, 0, 0)}),
    "an optional mark, without all it says": ([MAINE, {**AGAIN, "person": "Ann Lee"}], [found("disposition", "Never", state="ME", person=None)], {"disposition": (1, 0, 0)}),
    "another answer where one is optional": ([MAINE, AGAIN], [found("disposition", "Never", state="ME", disposition="comply")], {"disposition": (1, 1, 0)}),
    "a kind that the document record names": (
        [{"doc": "a.txt", "kind": "document", "kinds": ["tally"]}, DATE],
        [found("tally", "12 states"), found("date_mention", "June")],
        {"tally": (0, 1, 0), "date_mention": (1, 0, 0)},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("records", "findings", "expected"), MATCHES.values(), ids=MATCHES.keys())
def test_matching(
    tmp_path: Path, records: list[dict[str, Any]], findings: list[Finding], expected: dict[str, tuple[int, int, int]]
) -> None:
    """Each mark is matched once, by overlap or by sentence, and what is optional counts neither way."""
    assert counts(run(tmp_path, records, *findings)) == expected


def test_the_better_pair_goes_first(tmp_path: Path) -> None:
    """A finding goes to the mark that it covers best, whatever the order in which they are given."""
    clauses = [mark("tally", "So far 12 states have answered.", figure=3), mark("tally", "12 states", figure=12)]
    result = run(tmp_path, clauses, found("tally", "12 states", figure=12), found("tally", "So far", figure=3))
    assert result.attributes == {("tally", "figure"): Attribute(right=2)}


SHARES: dict[str, tuple[Score, tuple[float | None, float | None, float | None]]] = {
    "some": (Score(gold=4, found=5, matched=3), (0.6, 0.75, 2 / 3)),
    "nothing found": (Score(gold=4), (None, 0.0, 0.0)),
    "nothing to find": (Score(found=2), (0.0, None, 0.0)),
    "nothing": (Score(), (None, None, None)),
}


@pytest.mark.parametrize(("score", "expected"), SHARES.values(), ids=SHARES.keys())
def test_shares(score: Score, expected: tuple[float | None, float | None, float | None]) -> None:
    """Precision, recall and F1, None where nothing can be shared."""
    assert (score.precision, score.recall, score.f1) == expected


# Name: attribute, gold (also), found, verdict.
VALUES: dict[str, tuple[str, Any, list[Any], Any, Attribute]] = {
    "equal": ("person", "Ann Lee", [], "Ann Lee", Attribute(right=1)),
    "without case and space": ("person", "Ann Lee", [], "ANN  lee", Attribute(right=1)),
    "another": ("person", "Ann Lee", [], "Bo Lee", Attribute(wrong=1)),
    "none": ("person", "Ann Lee", [], None, Attribute(absent=1)),
    "empty": ("person", "Ann Lee", [], "", Attribute(absent=1)),
    "as good": ("role", "administrator of the office", ["administrator"], "Administrator", Attribute(right=1)),
    "title in short": ("role", "Gov.", [], "Governor", Attribute(right=1)),
    "fields without order": ("fields", ["name", "ssn"], [], ("ssn", "name"), Attribute(right=1)),
    "fields, one too few": ("fields", ["name", "ssn"], [], ("ssn",), Attribute(wrong=1)),
    "fields, as good": ("fields", ["ssn"], [["ssn4"]], ("ssn4",), Attribute(right=1)),
    "no fields": ("fields", ["ssn"], [], (), Attribute(absent=1)),
    "figure in words of digits": ("figure", 1200, [], "1,200", Attribute(right=1)),
    "another figure": ("figure", 12, [], 13, Attribute(wrong=1)),
    "handle": ("handle", "@AnnLee", [], "annlee", Attribute(right=1)),
    "date": ("date_edtf", "2017-06", [], "2017-06-01", Attribute(wrong=1)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "gold", "also", "value", "expected"), VALUES.values(), ids=VALUES.keys())
def test_attributes(tmp_path: Path, name: str, gold: Any, also: list[Any], value: Any, expected: Attribute) -> None:
    """An attribute of a matched finding is right, wrong or absent."""
    record = mark("person", "Ann Lee", **{name: gold, "also": {name: also}})
    result = run(tmp_path, [record], found("person", "Ann Lee", **{name: value}))
    assert result.attributes == {("person", name): expected}


# Name: gold, fields of the finding, (spans, speakers, candidates, unnamed, wrong names).
SPEAKERS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[int, int, int, int, int]]] = {
    "named": (QUOTE, {"person": "Ann Lee"}, (1, 1, 0, 0, 0)),
    "a candidate": (QUOTE, {"candidates": ("Bo Day", "Ann Lee")}, (1, 0, 1, 0, 0)),
    "not among the candidates": (QUOTE, {"candidates": ("Bo Day",)}, (1, 0, 0, 1, 0)),
    "nobody": (QUOTE, {}, (1, 0, 0, 1, 0)),
    "somebody else": (QUOTE, {"person": "Bo Day", "candidates": ("Ann Lee",)}, (1, 0, 0, 0, 1)),
    "rightly nobody": (AIDE, {"role": "aide"}, (1, 1, 0, 0, 0)),
    "a name for the unnamed": (AIDE, {"person": "Ann Lee"}, (1, 0, 0, 0, 1)),
}


@pytest.mark.parametrize(("record", "fields", "expected"), SPEAKERS.values(), ids=SPEAKERS.keys())
def test_speakers(
    tmp_path: Path, record: dict[str, Any], fields: dict[str, Any], expected: tuple[int, int, int, int, int]
) -> None:
    """A speaker is right, an honest candidate, unnamed, or wrong; a name where nobody is named is wrong."""
    result = run(tmp_path, [record], Finding("quote", record["start"], record["end"], "rule", 0.9, fields))
    counted = asdict(result.quotes)
    assert (counted.pop("gold"), tuple(counted.values())) == (1, expected)


SPANS = {"the marks aside": ("Never in my time", 1), "a word too few": ("“Never in my", 0)}


@pytest.mark.parametrize(("words", "expected"), SPANS.values(), ids=SPANS.keys())
def test_spans(tmp_path: Path, words: str, expected: int) -> None:
    """A span is right when it holds the same words."""
    assert run(tmp_path, [QUOTE], found("quote", words, person="Ann Lee")).quotes.spans == expected


def answer(state: str, disposition: str, words: str = "Maine will not comply.") -> Finding:
    return found("disposition", words, state=state, disposition=disposition)


# Name: gold, findings, (states, right, wrong, missing, unfounded).
STATES: dict[str, tuple[list[dict[str, Any]], list[Finding], tuple[int, int, int, int, int]]] = {
    "right, wherever it was found": ([MAINE], [answer("ME", "refuse", "12 states")], (1, 1, 0, 0, 0)),
    "wrong": ([MAINE], [answer("ME", "comply")], (1, 0, 1, 0, 0)),
    "right and wrong is wrong": ([MAINE], [answer("ME", "refuse"), answer("ME", "comply")], (1, 0, 1, 0, 0)),
    "missing": ([MAINE, OHIO], [answer("ME", "refuse")], (2, 1, 0, 1, 0)),
    "a state without an answer": ([MAINE], [answer("UT", "refuse")], (1, 0, 0, 1, 1)),
    "one of two answers": (
        [MAINE, mark("disposition", "said Gov. Ann Lee", state="ME", disposition="undecided")],
        [answer("ME", "refuse")],
        (1, 0, 0, 1, 0),
    ),
    "an optional answer need not be found": (
        [MAINE, {**AGAIN, "disposition": "undecided"}],
        [answer("ME", "refuse")],
        (1, 1, 0, 0, 0),
    ),
    "an optional answer may be found": ([MAINE, {**AGAIN, "disposition": "undecided"}], [answer("ME", "refuse"), answer("ME", "undecided")], (1, 1, 0, 0, 0)),
    "another value that is as good": ([{**MAINE, "also": {"disposition": ["partial"]}}], [answer("ME", "partial")], (1, 1, 0, 0, 0)),
    "only an optional answer": ([AGAIN], [answer("ME", "refuse")], (0, 0, 0, 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("records", "findings", "expected"), STATES.values(), ids=STATES.keys())
def test_answers(
    tmp_path: Path, records: list[dict[str, Any]], findings: list[Finding], expected: tuple[int, int, int, int, int]
) -> None:
    """By state: each answer and no other, another answer, or too few; and states that gave none."""
    assert tuple(asdict(run(tmp_path, records, *findings).answers).values()) == expected


def test_what_the_gold_does_not_annotate_is_not_counted(tmp_path: Path) -> None:
    """Findings of a kind that a gold file lacks are told apart, by file, and count as nothing."""
    result = run(
        tmp_path,
        [DATE],
        found("tally", "12 states"),
        found("tally", "So far"),
        found("date_mention", "June", date_edtf="2017-06"),
    )
    expected: Any = ({"date_mention": (1, 1, 1)}, {("tally", str(tmp_path / "gold.jsonl")): 2}, [])
    assert (counts(result), result.uncounted, result.problems) == expected


def test_problems_have_their_line_and_words(tmp_path: Path) -> None:
    """What was missed, is spurious, wrong or absent is listed with its place in the document and in the gold."""
    records = [DATE, QUOTE, {**AIDE, "party": "D"}]
    findings = [found("date_mention", "time"), found("quote", "“Never in my time,”", person="Bo", role="Gov.", state="ME"), found("quote", "“Ask me in June,”", role="aide", state="UT")]  # fmt: skip
    listed = [(p.verdict, p.kind, p.line, p.words, p.note, p.where) for p in run(tmp_path, records, *findings).problems]
    gold = str(tmp_path / "gold.jsonl")
    assert listed == [
        ("missed", "date_mention", 2, "June", "date_edtf 2017-06", f"{gold}:1"),
        ("spurious", "date_mention", 1, "time", "", "rule"),
        ("wrong", "quote", 1, "“Never in my time,”", "person should be Ann Lee, found Bo", f"{gold}:2"),
        ("absent", "quote", 2, "“Ask me in June,”", "party should be D", f"{gold}:3"),
    ]


def test_same_input_gives_the_same_result(tmp_path: Path) -> None:
    """The order of the findings does not matter."""
    findings = [answer("ME", "refuse"), answer("ME", "comply"), found("disposition", "comply", state="ME")]
    first = run(tmp_path, [MAINE, OHIO, AGAIN], *findings)
    assert run(tmp_path, [MAINE, OHIO, AGAIN], *reversed(findings)) == first


def test_several_files_add_up(tmp_path: Path) -> None:
    """Counts of several gold files are added; progress is told of each document."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    files = [write_gold(tmp_path, DATE), write_gold(tmp_path, DATE, name="more.jsonl")]
    told: list[int] = []
    result = evaluate(files, giving(found("date_mention", "June")), progress=told.append)
    assert (result.documents, counts(result), told) == (2, {"date_mention": (2, 2, 2)}, [1, 1])


def test_dates_of_the_document_reach_extraction(tmp_path: Path) -> None:
    """A record of the document itself gives the dates that are known of it; its kind may be left out."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    gold = write_gold(tmp_path, {"doc": "a.txt", "published": "2017-07-01", "updated": "2017-07-02"}, DATE)
    seen: list[tuple[str, Context]] = []

    def extract(text: str, context: Context) -> Iterator[Finding]:
        seen.append((text, context))
        return iter(())

    evaluate([gold], extract)
    assert seen == [(TEXT, Context("2017-07-01", "2017-07-02"))]


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "not JSON": ("{", "not JSON: unexpected end of data (column 2)"),
    "not an object": ("[1]", "not a JSON object"),
    "no document": ('{"kind": "quote", "start": 0, "end": 1}', "doc is None, expected text"),
    "no kind": ('{"doc": "a.txt", "start": 0, "end": 1}', "kind is None, expected text"),
    "no end": ('{"doc": "a.txt", "kind": "quote", "start": 0}', "end is None, expected a position (0 or more)"),
    "truth as a position": ('{"doc": "a.txt", "kind": "quote", "start": true, "end": 1}', "start is True, expected a position (0 or more)"),
    "before the text": ('{"doc": "a.txt", "kind": "quote", "start": -1, "end": 1}', "start is -1, expected a position (0 or more)"),
    "behind the text": ('{"doc": "a.txt", "kind": "quote", "start": 0, "end": 999}', "ends at 999, but a.txt has 174 characters"),
    "empty range": ('{"doc": "a.txt", "kind": "quote", "start": 4, "end": 4}', "the range from 4 to 4 is empty"),
    "optional is no truth": ('{"doc": "a.txt", "kind": "quote", "start": 0, "end": 1, "optional": "yes"}', "optional is 'yes', expected true or false"),
    "a value of no use": ('{"doc": "a.txt", "kind": "quote", "start": 0, "end": 1, "person": {}}', "person is {}, expected text, a number or a list of texts"),
    "also without lists": ('{"doc": "a.txt", "kind": "quote", "start": 0, "end": 1, "also": {"role": "chair"}}', "also must be an object of lists, such as {'role': ['chair']}"),
    "kinds is no list": ('{"doc": "a.txt", "kinds": "all"}', "kinds is 'all', expected a list of texts"),
    "no date": ('{"doc": "a.txt", "published": "yesterday"}', "published: 'yesterday'"),
    "not UTF-8": (b'{"doc": "\xff"}', "not JSON: str is not valid UTF-8"),
    "endless line": ('{"doc": "' + "a" * LINE_BYTES, f"longer than {LINE_BYTES} bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_gold_is_refused_with_its_line(tmp_path: Path, line: str | bytes, message: str) -> None:
    """What scoring rests on must be right: the error names file and line."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(b"\n" + (line if isinstance(line, bytes) else line.encode()) + b"\n")
    with pytest.raises(InputError) as caught:
        evaluate([gold], giving())
    assert (caught.value.where, caught.value.message[: len(message)]) == (f"{gold}:2", message)


def test_unknown_members_and_missing_attributes_do_no_harm(tmp_path: Path) -> None:
    """A record needs document, kind and range; what else it has may be unknown or null."""
    record = {**DATE, "date_edtf": None, "comment": {"by": "A. Reader"}, "also": None}
    assert counts(run(tmp_path, [record], found("date_mention", "June"))) == {"date_mention": (1, 1, 1)}


def test_gold_that_is_not_there(tmp_path: Path) -> None:
    """A gold file that cannot be read is an input error."""
    with pytest.raises(InputError, match="cannot be read: No such file"):
        evaluate([tmp_path / "none.jsonl"], giving())


DIGEST = sha256(TEXT.encode()).hexdigest()
# Name: what the gold calls it, where it lies.
PLACES = {
    "beside the gold": ("a.txt", "gold/a.txt"),
    "as a path": ("../far/a.txt", "far/a.txt"),
    "in the folder that is given": ("a.txt", "given/a.txt"),
    "by file name": ("elsewhere/a.txt", "given/a.txt"),
    "in docs": ("a.txt", "gold/docs/a.txt"),
    "in texts": ("a.txt", "gold/texts/a.txt"),
    "by stem": ("a", "gold/a.txt"),
    "another suffix": ("a.html", "given/a.txt"),
    "a stem with a dot": ("v1.2", "gold/v1.2.txt"),
    "by digest of the bytes": (DIGEST, "given/a.txt"),
    "by digest as a URN": (f"urn:sha256:{DIGEST}", "gold/a.txt"),
    "held by the archive": ("f" * 64, f"archive/documents/{'f' * 64}.txt"),
}


@pytest.mark.parametrize(("doc", "place"), PLACES.values(), ids=PLACES.keys())
def test_where_documents_are_found(tmp_path: Path, doc: str, place: str) -> None:
    """Documents are found beside the gold, in the given folders, by name, by stem and by digest."""
    for folder in ("gold", "given"):
        (tmp_path / folder).mkdir()
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT, "utf-8")
    document = read_gold(write_gold(tmp_path / "gold", {**DATE, "doc": doc}))[0]
    assert find(document, [tmp_path / "given"], tmp_path / "archive").samefile(path)


def test_document_that_is_nowhere(tmp_path: Path) -> None:
    """A missing document is an error at the line of the gold, with what helps."""
    gold = write_gold(tmp_path, DATE)
    with pytest.raises(InputError) as caught:
        evaluate([gold], giving())
    expected = f"{gold}:1: there is no document 'a.txt' (give the folder of the documents with --docs)"
    assert str(caught.value) == expected


def test_document_that_is_not_utf8(tmp_path: Path) -> None:
    """A text file is its own canonical text, so it must be UTF-8."""
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match="not UTF-8 at byte 3"):
        evaluate([write_gold(tmp_path, DATE)], giving())


def test_line_ends_are_left_alone(tmp_path: Path) -> None:
    """Positions count the code points of the file as it is, carriage returns included."""
    path = tmp_path / "a.txt"
    path.write_bytes("é\r\nJune".encode())
    assert read_text(path, Context())[0] == "é\r\nJune"


REFERENCES = {reference.name: reference.rows for reference in load_reference(ROOT / "schema" / "reference")}
STATE_CODES = {row[0] for row in REFERENCES["states"]}


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_gold_is_sound(path: Path) -> None:
    """The gold that is kept here reads, and its kinds, codes and dates are such as findings can have."""
    if path.stem == "seeds" and not SEEDS.is_dir():
        pytest.skip("the two articles are not beside this project")
    problems = [problem for document in read_gold(path) for problem in unsound(document)]
    assert problems == []


def unsound(document: Any) -> Iterator[str]:
    text = read_text(find(document, [SEEDS], None), document.context)[0]
    for item in document.marks:
        words = text[item.start : item.end]
        if item.end > len(text) or words != words.strip():
            yield f"{item.where}: range"
        if item.kind not in KINDS or not set(item.also) <= set(ATTRIBUTES):
            yield f"{item.where}: kind or attribute"
        if not {item.values.get("state", "ME"), *item.values.get("states", ())} <= STATE_CODES:
            yield f"{item.where}: state"
        if "date_edtf" in item.values:
            check_edtf(item.values["date_edtf"])


def test_plain_of_lists() -> None:
    """Lists are compared without order."""
    assert plain("states", ["ME", "OH"]) == plain("states", ("oh", "me"))


def test_documented_example(tmp_path: Path) -> None:
    """The example of docs/gold.md reads, and its ranges hold the words that it means."""
    page = (ROOT / "docs" / "gold.md").read_text("utf-8")
    gold = tmp_path / "gold.jsonl"
    gold.write_text(page.partition("```json\n")[2].partition("```")[0], "utf-8")
    text = page.partition("`ferry.txt` holds `")[2].partition("`")[0]
    found = {item.kind: text[item.start : item.end] for item in read_gold(gold)[0].marks}
    assert found == {
        "state_mention": "Maine",
        "disposition": "Maine declined the offer Monday.",
        "date_mention": "Monday",
        "quote": "“We have boats enough,”",
        "person": "Ida Thorne",
    }
