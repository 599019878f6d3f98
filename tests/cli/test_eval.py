"""`regesta eval`: figures of extraction against gold, as tables or JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regesta.cli.eval import print_evaluation
from regesta.ingest.evaluate import evaluate
from regesta.ingest.extract.model import Finding
from tests.archives import make_archive
from tests.cli.conftest import Cli

TEXT = "Sent on June 30, 2017. “We are not taking part,” said Ann Lee. Replies are late.\n"
RECORDS = (
    {"doc": "a.txt", "kind": "date_mention", "start": 8, "end": 21, "date_edtf": "2017-06-30"},
    {"doc": "a.txt", "kind": "quote", "start": 23, "end": 48, "person": "Ann Lee"},
    {"doc": "a.txt", "kind": "disposition", "start": 23, "end": 48, "state": "ME", "disposition": "refuse"},
)
FINDINGS = (
    Finding("date_mention", 8, 21, "absolute", 0.9, {"date_edtf": "2017-06-30"}),
    Finding("date_mention", 63, 70, "relative", 0.5, {"date_edtf": "2017-07"}),
    Finding("quote", 23, 48, "marks", 0.9, {"person": "Bo Day"}),
    Finding("tally", 63, 70, "count", 0.5),
)


def write(folder: Path) -> Path:
    (folder / "a.txt").write_text(TEXT, "utf-8")
    gold = folder / "gold.jsonl"
    gold.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), "utf-8")
    return gold


TABLES = """\
1 document

kind               gold      found    matched  precision     recall         F1
date_mention          1          2          1      0.500      1.000      0.667
quote                 1          1          1      1.000      1.000      1.000
disposition           1          0          0          -      0.000      0.000

attribute                   right      wrong     absent
date_mention.date_edtf          1          0          0
quote.person                    0          1          0

quotes: 1 in the gold; span right 1; speaker right 0, honest candidate 0, unnamed 0, wrong name 1
answers: 1 state in the gold; right 0, wrong 0, missing 1; states without an answer in the gold: 0
not counted: 1 finding of kind tally, which {gold} does not annotate
"""
MISSES = """
missed disposition a.txt:1 [23:48] | “We are not taking part,” | disposition refuse, state ME | {gold}:3
wrong quote a.txt:1 [23:48] | “We are not taking part,” | person should be Ann Lee, found Bo Day | {gold}:2
spurious date_mention a.txt:1 [63:70] | Replies | date_edtf 2017-07 | relative
"""


@pytest.mark.parametrize(("misses", "expected"), [(False, TABLES), (True, TABLES + MISSES)], ids=["tables", "misses"])
def test_output(tmp_path: Path, capsys: pytest.CaptureFixture[str], misses: bool, expected: str) -> None:
    """Tables by kind and attribute, what was not counted, and on request every problem with its words."""
    gold = write(tmp_path)
    print_evaluation(evaluate([gold], lambda text, context: FINDINGS), misses)
    assert capsys.readouterr().out == expected.format(gold=gold)


def test_words_of_a_document_cannot_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Control characters of a document are shown as escapes."""
    (tmp_path / "a.txt").write_text("\x1b[2J", "utf-8")
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"doc": "a.txt", "kind": "quote", "start": 0, "end": 4}\n', "utf-8")
    print_evaluation(evaluate([gold], lambda text, context: ()), misses=True)
    assert "| \\x1b[2J |" in capsys.readouterr().out


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """The command line on an archive that has no word lists."""
    return Cli(make_archive(tmp_path))


def test_json(cli: Cli) -> None:
    """--json gives the same figures; quotes need no word list."""
    result = cli.json("eval", str(write(cli.archive.folder)))
    expected = {"gold": 1, "found": 1, "matched": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert (result["documents"], result["kinds"]["quote"], "misses" in result) == (1, expected, False)


def test_json_with_misses(cli: Cli) -> None:
    """--misses adds the list of problems; without a word list nobody knows what an answer is."""
    result = cli.json("eval", "--misses", str(write(cli.archive.folder)))
    problem = {
        "verdict": "missed", "kind": "disposition", "doc": "a.txt", "line": 1, "start": 23, "end": 48,
        "words": "“We are not taking part,”", "note": "disposition refuse, state ME",
        "where": f"{cli.archive.folder / 'gold.jsonl'}:3",
    }  # fmt: skip
    assert [item for item in result["misses"] if item["kind"] == "disposition"] == [problem]


def test_documents_of_another_folder(cli: Cli, tmp_path: Path) -> None:
    """--docs names where the documents are."""
    gold = write(cli.archive.folder).rename(cli.archive.folder / "schema" / "gold.jsonl")
    assert cli.lines("eval", "--docs", str(tmp_path), str(gold))[0] == "1 document"


# Name: the gold file's text, exit code, what is said.
ERRORS = {
    "broken line": ("{\n", 1, "error: …/gold.jsonl:1: not JSON"),
    "no such document": ('{"doc": "b.txt", "kind": "x", "start": 0, "end": 1}\n', 1, "error: …/gold.jsonl:1: there is"),
}


@pytest.mark.parametrize(("text", "code", "said"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(cli: Cli, text: str, code: int, said: str) -> None:
    """Gold that cannot be used is told with file and line, exit code 1."""
    found, lines = cli.error("eval", cli.write("gold.jsonl", text))
    assert (found, lines[0][: len(said)]) == (code, said)


def test_missing_file_is_misuse(cli: Cli) -> None:
    """A gold file that is not there is exit code 2."""
    assert cli.error("eval", "none.jsonl")[0] == 2
