r"""Output: text that no event can turn into commands for a terminal, JSON, notices, progress.

What an event says may hold characters that move the cursor, change colours or turn the direction of writing.
They are shown as escapes, never sent: on a terminal always, and in a pipe wherever the output is meant for eyes.

>>> safe("a\x1b[2Jb\u202ec")
'a\\x1b[2Jb\\u202ec'
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Field = tuple[str, str]  # label, text
JSON_INDENT: Final = 2
_LABEL_CHARS: Final = 12  # so that the texts of most sections stand below each other
# Controls (C0, DEL, C1), marks and overrides of the writing direction (Unicode TR 9), separators that some
# programs take for a line end, the byte order mark, and halves of surrogate pairs, which cannot be written.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_UNSAFE_IN_LINES: Final = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))


def safe(text: str, *, lines: bool = False) -> str:
    """Return ``text`` with every character escaped that would not just be shown; ``lines`` keeps line ends and tabs."""
    return _UNSAFE_IN_LINES.sub(_escaped, text.replace("\r\n", "\n")) if lines else _UNSAFE.sub(_escaped, text)


def one_line(text: str) -> str:
    """Return ``text`` in one line: each run of white space is a space, the rest as `safe` has it."""
    return safe(" ".join(text.split()))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def on_terminal(stream: TextIO | None = None) -> bool:
    """Say whether standard output (or ``stream``) is a terminal."""
    return (stream or sys.stdout).isatty()


def write_exactly(text: str) -> None:
    """Write machine-readable text, without adding a newline; on a terminal it is made safe there."""
    click.echo(safe(text, lines=True) if on_terminal() else text, nl=False)


def write_json(text: str) -> None:
    r"""Write one line of JSON; on a terminal unsafe characters become JSON's own ``\u`` escapes, the same value."""
    click.echo(_UNSAFE_IN_LINES.sub(lambda match: f"\\u{ord(match[0]):04x}", text) if on_terminal() else text)


def print_json(value: Any) -> None:
    """Print what a command reports as JSON."""
    write_json(json.dumps(value, ensure_ascii=False, indent=JSON_INDENT))


def notice(text: str) -> None:
    """Say something that is worth knowing and no error, on standard error."""
    click.echo(f"notice: {safe(text)}", err=True)


def count(number: int, noun: str) -> str:
    """Return '1 event', '2 events', '12,345 events'.

    >>> count(1, "event"), count(12345, "query")
    ('1 event', '12,345 queries')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def console() -> Console:
    """Return a console for standard output in which nothing is markup but what the code itself styles."""
    from rich.console import Console

    class _Console(Console):
        def on_broken_pipe(self) -> None:  # rich would exit with 1; `_errors.py` decides about that
            raise BrokenPipeError

    return _Console(highlight=False, markup=False, emoji=False, soft_wrap=not on_terminal())


def styled(*parts: tuple[str, str]) -> Text:
    """Return (text, style) parts as one text for the console, made safe."""
    from rich.text import Text

    return Text.assemble(*((safe(text, lines=True), style) for text, style in parts))


def print_fields(heading: str, fields: Sequence[Field]) -> None:
    """Print a heading and, below it, aligned labels and texts; long texts wrap on a terminal only."""
    width = max(_LABEL_CHARS, *(len(label) for label, _ in fields)) if fields else 0
    if not on_terminal():
        click.echo(safe(heading))
        for label, text in fields:
            lines = safe(text, lines=True).replace("\n", "\n" + " " * (width + 4))
            click.echo(f"  {safe(label).ljust(width)}  {lines}".rstrip())
        return
    from rich.padding import Padding
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=width, no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in fields:
        grid.add_row(styled((label, "cyan")), styled((text, "")))
    screen = console()
    screen.print(styled((heading, "bold")))
    screen.print(Padding(grid, (0, 0, 0, 2)))


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while the block runs; yield what to call with the number of events done.

    Without a terminal nothing is shown. ``total`` is None when nobody knows it.
    """
    if not on_terminal(sys.stderr):
        yield lambda events: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda events: bar.advance(task, events)
