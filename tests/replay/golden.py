"""Golden archives: `tests/golden/<case>/` holds an archive, and in `tables.txt` the tables that it must build to.

python -m tests.replay.golden        writes every tables.txt anew; read the difference before you keep it
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from regesta.archive import Archive
from regesta.replay.build import build_into

FOLDER = Path(__file__).parent.parent / "golden"
EXPECTED = "tables.txt"
_INSIDE = ("_", "sqlite_", "events_fts", "documents_fts", "meta")  # meta has a digest that changes with the engine


def cases() -> list[str]:
    """Return the names of the golden archives."""
    return sorted(path.parent.name for path in FOLDER.glob("*/archive.toml"))


def tables(case: str) -> str:
    """Build a golden archive somewhere else and return its tables and views as text, empty ones left out."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / case
        shutil.copytree(FOLDER / case, copy)
        return tables_of(copy)


def tables_of(folder: Path) -> str:
    """Build the archive in ``folder`` and return its tables and views as text, empty ones left out."""
    build_into(Archive.open(folder), folder / "tables.db")
    with closing(sqlite3.connect(folder / "tables.db")) as db:
        return "\n".join(_text(db))


def _text(db: sqlite3.Connection) -> Iterator[str]:
    found = db.execute("select name from sqlite_master where type in ('table', 'view') order by name").fetchall()
    for name in [name for (name,) in found if not name.startswith(_INSIDE)]:
        cursor = db.execute(f'select * from "{name}"')
        lines = sorted(" | ".join("" if value is None else str(value) for value in row) for row in cursor)
        if lines:
            yield f"# {name}\n{' | '.join(column[0] for column in cursor.description)}"
            yield "\n".join(lines) + "\n"


def main() -> None:
    """Write what every golden archive builds to now."""
    for case in cases():
        (FOLDER / case / EXPECTED).write_text(tables(case), "utf-8")
        print(f"wrote {FOLDER / case / EXPECTED}")


if __name__ == "__main__":
    main()
