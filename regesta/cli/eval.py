"""`regesta eval`: measure extraction against what people found in the same texts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._session import Session
from regesta.cli._terminal import count, one_line, print_json, progress, safe

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.ingest.evaluate import Attribute, Evaluation, Extract, Problem, Score

_COLUMN: Final = 9  # characters of a column of figures
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("eval", short_help="Measure extraction against gold files.")
@click.argument("files", metavar="GOLD.jsonl...", nargs=-1, required=True, type=_FILE)
@click.option("--docs", "folders", metavar="DIR", multiple=True, type=_FOLDER, help="Look for the documents here too.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--misses", is_flag=True, help="List what was missed, is spurious or has a wrong attribute.")
@click.pass_obj
def command(session: Session, files: tuple[Path, ...], folders: tuple[Path, ...], as_json: bool, misses: bool) -> None:
    """Run extraction on the documents of gold files and say how much of the gold it finds, by kind.

    A gold file has one JSON object a line: what stands where in which document (docs/gold.md). Its documents are
    looked for beside it, in `docs` or `texts` beside it, in --docs, and by SHA-256 in the archive. Extraction uses
    the archive's word lists. Nothing is appended; figures are no verdict, so the exit code is 0.
    """
    from regesta.ingest.evaluate import evaluate

    archive = session.archive
    with progress("evaluating") as advance:
        result = evaluate(files, _extract(archive), folders=folders, archive=archive.folder, progress=advance)
    if as_json:
        print_json(_as_json(result, misses))
    else:
        print_evaluation(result, misses)


def _extract(archive: Archive) -> Extract:
    from regesta.ingest.extract import extract
    from regesta.ingest.extract.lists import load_lists

    lists = load_lists(archive.folder / "ingest")
    return lambda text, context: extract(text, context, lists)


def print_evaluation(result: Evaluation, misses: bool = False) -> None:
    """Print the figures as tables, and with ``misses`` every problem, by document and line."""
    click.echo(f"{count(result.documents, 'document')}\n")
    kinds = result.ordered()
    _table(
        "kind", ("gold", "found", "matched", "precision", "recall", "F1"), {k: _score(result.kinds[k]) for k in kinds}
    )
    rows = {f"{kind}.{name}": _attribute(counts) for (kind, name), counts in sorted(result.attributes.items())}
    _table("attribute", ("right", "wrong", "absent"), rows)
    _quotes_and_answers(result)
    for (kind, file), number in sorted(result.uncounted.items()):
        click.echo(safe(f"not counted: {count(number, 'finding')} of kind {kind}, which {file} does not annotate"))
    if misses:
        click.echo()
        for problem in sorted(result.problems, key=lambda item: (item.doc, item.start, item.end, item.verdict)):
            click.echo(_line(problem))


def _table(heading: str, columns: tuple[str, ...], rows: dict[str, list[str]]) -> None:
    if not rows:
        return
    width = max(len(heading), *map(len, rows))
    for name, cells in {heading: columns, **rows}.items():
        click.echo(safe(name.ljust(width) + "".join(f"  {cell:>{_COLUMN}}" for cell in cells)))
    click.echo()


def _score(score: Score) -> list[str]:
    return [
        *map(str, (score.gold, score.found, score.matched)),
        *map(_share, (score.precision, score.recall, score.f1)),
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _attribute(counts: Attribute) -> list[str]:
    return [str(counts.right), str(counts.wrong), str(counts.absent)]


def _quotes_and_answers(result: Evaluation) -> None:
    quotes, answers = result.quotes, result.answers
    if quotes.gold:
        click.echo(
            f"quotes: {quotes.gold} in the gold; span right {quotes.spans}; speaker right {quotes.speakers}, "
            f"honest candidate {quotes.candidates}, unnamed {quotes.unnamed}, wrong name {quotes.wrong_names}"
        )
    if answers.states or answers.unfounded:
        click.echo(
            f"answers: {count(answers.states, 'state')} in the gold; right {answers.right}, wrong {answers.wrong}, "
            f"missing {answers.missing}; states without an answer in the gold: {answers.unfounded}"
        )


def _line(problem: Problem) -> str:
    place = f"{problem.doc}:{problem.line} [{problem.start}:{problem.end}]"
    parts = (f"{problem.verdict} {problem.kind} {place}", problem.words, problem.note, problem.where)
    return " | ".join(one_line(part) for part in parts if part)


def _as_json(result: Evaluation, misses: bool) -> dict[str, Any]:
    found = {
        "documents": result.documents,
        "kinds": {kind: _score_as_json(result.kinds[kind]) for kind in result.ordered()},
        "attributes": {f"{kind}.{name}": asdict(c) for (kind, name), c in sorted(result.attributes.items())},
        "quotes": asdict(result.quotes),
        "answers": asdict(result.answers),
        "uncounted": [{"kind": k, "file": f, "found": n} for (k, f), n in sorted(result.uncounted.items())],
    }
    return {**found, "misses": [asdict(problem) for problem in result.problems]} if misses else found


def _score_as_json(score: Score) -> dict[str, Any]:
    return {**asdict(score), "precision": score.precision, "recall": score.recall, "f1": score.f1}
