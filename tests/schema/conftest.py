"""What the tests of the schema share: one more file in the schema of `tests.archives`, good or bad."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from regesta.archive import Archive
from regesta.errors import RegestaError
from regesta.schema import Schema
from regesta.schema.projections import Projection, load_projections
from regesta.schema.views import View, load_views
from tests.archives import make_archive, snapshot

Content = str | bytes
TABLES = frozenset({"answers", "answers_history", "letters", "places", "events"})
WITHIN_SECONDS = 2.0


class Refusal(NamedTuple):
    """How a file is refused: the class, file:line within the folder, whether soon enough, and the message."""

    kind: str
    where: str
    soon: bool
    message: str


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """The schema of `tests.archives`, loaded once."""
    return make_archive(tmp_path_factory.mktemp("schema")).schema


@pytest.fixture
def with_file(tmp_path: Path) -> Callable[[str, Content], Archive]:
    """Return a function that opens an archive with one more schema file, or another one in its place."""

    def make(name: str, content: Content) -> Archive:
        archive = make_archive(tmp_path)
        write(tmp_path / "schema" / name, content)
        return archive

    return make


@pytest.fixture
def project(tmp_path: Path, schema: Schema) -> Callable[[Content], Projection]:
    """Return a function that reads the file of the projection t."""

    def read(content: Content) -> Projection:
        write(tmp_path / "t.sql", content)
        reference = {item.name: item.columns for item in schema.reference}
        return load_projections(tmp_path, schema.types, reference)[-1]

    return read


@pytest.fixture
def view(tmp_path: Path, schema: Schema) -> Callable[[Content], View]:
    """Return a function that reads the file of the view v; it may read the tables of `tests.archives`."""

    def read(content: Content) -> View:
        write(tmp_path / "v.sql", content)
        return load_views(tmp_path, TABLES)[-1]

    return read


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[Callable[[], object]], Refusal]:
    """Return a function that says how a call is refused, and checks that it writes no file, here or elsewhere."""

    def tell(call: Callable[[], object]) -> Refusal:
        files = listing(tmp_path)
        start = time.perf_counter()
        with pytest.raises(RegestaError) as caught:
            call()
        seconds = time.perf_counter() - start
        assert listing(tmp_path).keys() - files.keys() <= {"t.sql", "v.sql"}
        where = (caught.value.where or "").removeprefix(f"{tmp_path}{os.sep}")
        return Refusal(type(caught.value).__name__, where, seconds < WITHIN_SECONDS, caught.value.message)

    return tell


def write(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def listing(folder: Path) -> Mapping[str, bytes]:
    """Return what is below ``folder``, and in the working folder, where SQL with a bare file name would write."""
    return {**snapshot(folder), **{str(path): b"" for path in Path.cwd().iterdir()}}
