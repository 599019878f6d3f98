"""The generated parts of the documentation: `make docs` writes them, `make check` compares them.

Called from cog blocks in `docs/*.md`: `cog.out(reference.page(reference.limits))`.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from regesta import errors  # noqa: E402
from regesta.archive import Archive  # noqa: E402
from regesta.schema.types import ENVELOPE, EventType  # noqa: E402

_LIMIT = re.compile(r"^(\w+): Final = (.+?)(?:  # (.*))?$")


def page(*parts: Callable[[], None]) -> str:
    """Return what the parts print."""
    with redirect_stdout(io.StringIO()) as text:
        for part in parts:
            part()
    return text.getvalue() + "\n"


def limits() -> None:
    """Print every bound of `regesta/limits.py` with its reason."""
    print("\n| limit | value | why |\n|---|---|---|")
    comment = ""
    for line in (ROOT / "regesta" / "limits.py").read_text("utf-8").splitlines():
        match = _LIMIT.match(line)
        if match:
            print(f"| `{match[1]}` | `{match[2]}` | {match[3] or comment} |")
        comment = f"{comment} {line[2:]}".strip() if line.startswith("# ") else ""


def error_classes() -> None:
    """Print the error classes with their exit codes."""
    print("\n| error | whose fault | exit code |\n|---|---|---|")
    for name, item in vars(errors).items():
        if isinstance(item, type) and issubclass(item, errors.RegestaError):
            print(f"| `{name}` | {(item.__doc__ or '').splitlines()[0]} | {item.exit_code} |")


def event_types() -> None:
    """Print the event types of the shipped archive, the engine's included."""
    for item in sorted(Archive.open(ROOT).schema.types.values(), key=lambda item: (item.engine, item.name)):
        _event_type(item)


def _event_type(item: EventType) -> None:
    kept_by = "the engine" if item.engine else "this archive"
    print(f"\n### `{item.name}`\n\n{item.title}. {item.description} *({kept_by}; relation `{item.relation}`)*\n")
    print("| field | type | meaning |\n|---|---|---|")
    for column in item.columns:
        print(f"| `{column.name}` | {column.kind} | {column.description} |")


def envelope() -> None:
    """Print the columns that every relation has."""
    print(f"\nEvery relation also has {', '.join(f'`{name}`' for name in ENVELOPE)}.")


def tables() -> None:
    """Print the tables that events fill, the fixed lists and the views."""
    schema = Archive.open(ROOT).schema
    for table in schema.projections:
        print(f"\n### `{table.name}`\n\n{table.description}\n\nKey: {', '.join(f'`{name}`' for name in table.key)}.\n")
        print("| column | type | meaning |\n|---|---|---|")
        for column in table.columns:
            target = f" → `{column.references[0]}`" if column.references else ""
            print(f"| `{column.name}` | {column.kind}{target} | {column.description} |")
    print("\n## Fixed lists\n")
    for item in schema.reference:
        print(f"- `{item.name}` ({', '.join(f'`{name}`' for name in item.columns)}): {item.description}")
    print("\n## Views\n")
    for view in schema.views:
        print(f"- `{view.name}`: {view.description}")
