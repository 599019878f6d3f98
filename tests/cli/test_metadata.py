"""`regesta metadata`: writing and checking."""

from __future__ import annotations

from tests.cli.conftest import Cli


def test_written_then_current(cli: Cli) -> None:
    """The file is made, and made only once."""
    said = [cli.lines("metadata"), cli.lines("metadata"), cli.lines("metadata", "--check")]
    assert said == [
        ["datasette-metadata.json was brought up to date"],
        ["datasette-metadata.json was up to date already"],
        ["datasette-metadata.json is up to date"],
    ]


def test_check_finds_that_it_is_old(cli: Cli) -> None:
    """--check changes nothing and is exit code 1 when the schema says more than the file."""
    cli.lines("metadata")
    before = cli.archive.metadata.read_bytes()
    path = cli.archive.folder / "schema" / "views" / "answer_counts.sql"
    path.write_text(path.read_text().replace("How many places", "How often"))
    result = cli("metadata", "--check")
    said = "datasette-metadata.json is not up to date: run `regesta metadata`\n"
    assert (result.exit_code, result.stdout, cli.archive.metadata.read_bytes()) == (1, said, before)


def test_json(cli: Cli) -> None:
    """--json tells what was found and done."""
    path = str(cli.archive.metadata)
    found = [cli.json("metadata", "--check"), cli.json("metadata"), cli.json("metadata", "--check")]
    assert found == [
        {"path": path, "current": False, "changed": False},
        {"path": path, "current": True, "changed": True},
        {"path": path, "current": True, "changed": False},
    ]
