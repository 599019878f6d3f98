"""What events mean: their types, their dates, the tables they make. The content is in an archive's `schema/`."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regesta.schema.projections import Projection
    from regesta.schema.reference import Reference
    from regesta.schema.types import EventTypes
    from regesta.schema.views import View


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
    columns = {item.name: item.columns for item in reference}
    projections = load_projections(folder / "projections", types, columns)
    tables = {name for item in projections for name in (item.name, f"{item.name}_history")}
    relations = {item.relation for item in types.values()}
    views = load_views(folder / "views", frozenset(tables | relations | set(columns) | ENGINE_TABLES))
    return Schema(types, tuple(reference), tuple(projections), tuple(views), schema_digest(folder))


def schema_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of all files of an archive's `schema/`, and the engine's own."""
    digest = sha256()
    for root in (Path(__file__).parent / "engine", folder):
        for path in sorted(p for p in root.rglob("*") if p.suffix in (".json", ".sql", ".csv") and p.is_file()):
            data = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
