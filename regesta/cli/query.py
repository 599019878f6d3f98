"""`regesta query`: ask the tables with SQL."""

from __future__ import annotations

import csv
import json
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._asof import database_at, point_options
from regesta.cli._session import Session
from regesta.cli._terminal import console, count, notice, on_terminal, safe, styled, write_exactly, write_json

if TYPE_CHECKING:
    from regesta.replay.query import Answer, Value


@click.command("query", short_help="Ask the tables with SQL.")
@click.argument("sql")
@click.option(
    "-p", "--param", "pairs", multiple=True, metavar="NAME=VALUE", help="Value of `:NAME` in the SQL. Repeatable."
)
@point_options
@click.option("--json", "form", flag_value="json", help="Print a list of objects.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV (RFC 4180), cells exactly as they are.")
@click.pass_obj
def command(session: Session, /, sql: str, pairs: tuple[str, ...], form: str | None, **point: Any) -> None:
    """Ask the tables in archive.db with one SQL statement that reads; `-` takes it from standard input.

    With --at or --known the same SQL is asked of the tables as of that date.

    archive.db is built if there is none. A program that opens the CSV may take a cell that begins with =, +, - or
    @ for a formula: nothing is put before it here.
    """
    from regesta.replay.query import ask, parameter_value

    parameters = {name: parameter_value(value) for name, value in map(_pair, pairs)}
    statement = sys.stdin.read() if sql == "-" else sql
    path = database_at(session.archive, **point, question=(statement, parameters))
    with ask(path, statement, parameters) as answer:
        {"json": _print_json, "csv": _print_csv}.get(form or "", _print_table)(answer)
        if answer.cut:
            notice(f"there are more rows; the first {answer.limit_rows:,} are shown (add `limit` and `offset`)")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="'-p'")
    return name.removeprefix(":"), value


def _print_json(answer: Answer) -> None:
    """Print row by row, so that a long answer takes no memory."""
    opening, names = "[", _distinct(answer.columns)
    for row in answer:
        values = dict(zip(names, map(_json_value, row), strict=True))
        write_json(opening + json.dumps(values, ensure_ascii=False, allow_nan=False))
        opening = ","
    click.echo("[]" if opening == "[" else "]")


def _distinct(columns: Iterable[str]) -> list[str]:
    """Number a name that occurs again (`id`, `id_2`): an object has one member of a name."""
    names: dict[str, None] = {}
    for column in columns:
        name, number = column, 1
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names[name] = None
    return list(names)


def _json_value(value: Value) -> Any:
    if isinstance(value, bytes):
        return {"$base64": True, "encoded": b64encode(value).decode()}  # as Datasette and sqlite-utils have it
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None  # JSON has no such number; SQLite makes NaN null itself
    return value


class _Exactly:
    """A file for the CSV writer."""

    write = staticmethod(write_exactly)


def _print_csv(answer: Answer) -> None:
    writer = csv.writer(_Exactly())  # lines end in CRLF (RFC 4180 §2)
    writer.writerow(answer.columns)
    writer.writerows(
        [_json_value(cell)["encoded"] if isinstance(cell, bytes) else cell for cell in row] for row in answer
    )


_NUMBER: Final = (int, float)


def _print_table(answer: Answer) -> None:
    rows = list(answer)
    if not on_terminal():
        _print_plain(answer.columns, rows)
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(answer.columns):
        table.add_column(
            styled((name, "bold")), justify="right" if _is_numeric(rows, number) else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(styled(_cell_style(value)) for value in row))
    console().print(table)
    click.echo(count(len(rows), "row"))


def _print_plain(columns: Iterable[str], rows: list[tuple[Value, ...]]) -> None:
    """Print a header, a rule and one line a row; the last column is not padded."""
    head = [safe(name) for name in columns]
    lines = [head, *([safe(_cell(value)) for value in row] for row in rows)]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    numeric = [_is_numeric(rows, number) for number in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        click.echo("  ".join(_justified(line, widths, numeric)).rstrip())


def _justified(line: list[str], widths: list[int], numeric: list[bool]) -> Iterator[str]:
    for cell, width, right in zip(line, widths, numeric, strict=True):
        yield cell.rjust(width) if right else cell.ljust(width)


def _is_numeric(rows: Iterable[tuple[Value, ...]], column: int) -> bool:
    values = [row[column] for row in rows if row[column] is not None]
    return bool(values) and all(isinstance(value, _NUMBER) for value in values)


def _cell(value: Value) -> str:
    if isinstance(value, bytes):
        return f"<{count(len(value), 'byte')}>"
    return "" if value is None else str(value)


def _cell_style(value: Value) -> tuple[str, str]:
    return _cell(value), "dim" if isinstance(value, bytes) else ""
