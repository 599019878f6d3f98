"""What events mean: their types, their dates, the tables they make. The content is in an archive's `schema/`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from regesta.errors import ArchiveError, ProjectionError
from regesta.limits import REFERENCE_BYTES
from regesta.plain import read_plain
from regesta.schema._files import schema_files

if TYPE_CHECKING:
    from regesta.schema.projections import Projection
    from regesta.schema.reference import Reference
    from regesta.schema.types import EventTypes
    from regesta.schema.views import View

_ENGINE = "the engine"
_KINDS: Final = {"projections": ".sql", "reference": ".csv", "types": ".json", "views": ".sql"}
_RESERVED = ("sqlite_", "events_fts", "documents_fts")  # of SQLite, and of the full-text index


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole schema of an archive; ``digest`` changes when any of its files, or the engine's, does."""

    types: EventTypes
    reference: tuple[Reference, ...]
    projections: tuple[Projection, ...]
    views: tuple[View, ...]
    digest: str


def load_schema(folder: Path) -> Schema:
    """Read and check an archive's `schema/` folder; raises `ArchiveError` naming file and line."""
    # Here, not above: they bring in the SQL parser (150 ms), which who only reads the log need not wait for.
    from regesta.schema.projections import ENGINE_TABLES, load_projections
    from regesta.schema.reference import load_reference
    from regesta.schema.types import load_types
    from regesta.schema.views import load_views

    types = load_types(folder / "types")
    reference = load_reference(folder / "reference")
    _check_names(folder, types, reference)
    columns = {item.name: item.columns for item in reference}
    projections = load_projections(folder / "projections", types, columns)
    tables = {name for item in projections for name in (item.name, f"{item.name}_history")}
    relations = {item.relation for item in types.values()}
    views = load_views(folder / "views", frozenset(tables | relations | set(columns) | ENGINE_TABLES))
    return Schema(types, tuple(reference), tuple(projections), tuple(views), schema_digest(folder))


def _check_names(folder: Path, types: EventTypes, reference: list[Reference]) -> None:
    """Raise unless relations, fixed lists, tables and views have different names: SQLite has one space for all."""
    from regesta.schema.projections import ENGINE_TABLES

    taken = dict.fromkeys(ENGINE_TABLES, _ENGINE)
    for name, file in sorted(_names(folder, types, reference), key=lambda item: item[1] != _ENGINE):
        if name in taken or (name.startswith(_RESERVED) and file != _ENGINE):
            error = ProjectionError if file.endswith(".sql") else ArchiveError
            raise error(f"the name {name} is taken by {taken.get(name, _ENGINE)}", where=str(folder / file))
        taken[name] = file


def _names(folder: Path, types: EventTypes, reference: list[Reference]) -> Iterator[tuple[str, str]]:
    """Yield each name with the file that it comes from."""
    from regesta.schema._sql import sql_files
    from regesta.schema.projections import ENGINE_FOLDER

    for event_type in types.values():
        yield event_type.relation, _ENGINE if event_type.engine else f"types/{event_type.name}.json"
    for item in reference:
        yield item.name, f"reference/{item.name}.csv"
    for path in [*sql_files(ENGINE_FOLDER), *sql_files(folder / "projections")]:
        file = _ENGINE if path.parent == ENGINE_FOLDER else f"projections/{path.name}"
        yield from ((path.stem, file), (f"{path.stem}_history", file), (f"{path.stem}_possible", file))
    for path in sql_files(folder / "views"):
        yield path.stem, f"views/{path.name}"


def schema_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of all files of an archive's `schema/`, and the engine's own."""
    digest, engine = sha256(), Path(__file__).parent / "engine"
    own = sorted(path for path in engine.rglob("*") if path.suffix in _KINDS.values())
    # Only what is read as the schema: whatever else a stranger's folder holds, or leads to, may be without end.
    given = [path for kind, suffix in _KINDS.items() for path in schema_files(folder / kind, suffix)]
    for root, paths in ((engine, own), (folder, given)):
        for path in paths:
            data = read_plain(path, REFERENCE_BYTES)
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
