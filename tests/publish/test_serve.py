"""`serve`: a real server on this machine, what it prints, and that a build is seen without a restart."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, RegestaError, StorageError, UsageError
from regesta.publish import metadata
from regesta.publish.serve import address, serve
from regesta.replay.build import build
from tests.archives import drafts

WARM = 24  # requests, many at once, so that each of the server's threads holds a connection
PROGRAM = """
import sys
from regesta.archive import Archive
from regesta.publish.serve import serve
sys.exit(serve(Archive.open(sys.argv[1]), host="127.0.0.1", port=0, open_browser=False, extra=sys.argv[2:]))
"""
COUNT_SQL = """\
-- All letters.
create view letter_count as
select count(*) as letters
from letters;
"""


@pytest.fixture
def built(archive: Archive) -> Archive:
    """An archive of 30 events, built, with its metadata."""
    archive.append(drafts(30))
    build(archive)
    metadata.refresh(archive)
    return archive


@contextmanager
def server(archive: Archive) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run `serve` in a process of its own; yield the address that it prints."""
    command = [sys.executable, "-c", PROGRAM, str(archive.folder)]
    log = archive.folder / "server.log"
    # A file, not a pipe that nobody reads: a full one would stop the server.
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            yield address_in(log, process), process
        finally:
            process.kill()


def address_in(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until the server runs, and return the address in its first line."""
    for _ in range(600):
        lines = log.read_text("utf-8").splitlines()
        if "Uvicorn running" in "".join(lines):
            return lines[0].split()[1]
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(log.read_text("utf-8"))


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response)


def counts(url: str) -> tuple[int, int]:
    """Return the number of letters by the page of the table, and by SQL."""
    by_table = len(get(f"{url}archive/letters.json?_shape=array&_size=max"))
    by_sql = get(f"{url}archive.json?_shape=array&sql=select+count(*)+as+n+from+letters")[0]["n"]
    return by_table, by_sql


def seen_by_all(look: Callable[[], Any]) -> set[Any]:
    """Return the different answers of many requests at once."""
    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda _: look(), range(WARM)))


def test_build_is_seen_without_a_restart(built: Archive) -> None:
    """An incremental build, a full one and one with a new view are seen at the next request, by warm connections."""
    with server(built) as (url, _):
        seen = [seen_by_all(lambda: counts(url))]
        built.append(drafts(30, first=31))
        assert not build(built).full
        seen.append(seen_by_all(lambda: counts(url)))
        built.append(drafts(30, first=61))
        assert build(built, full=True).full
        seen.append(seen_by_all(lambda: counts(url)))
        (built.folder / "schema" / "views" / "letter_count.sql").write_text(COUNT_SQL, "utf-8")
        assert build(Archive.open(built.folder)).full
        seen.append(seen_by_all(lambda: get(f"{url}archive/letter_count.json?_shape=array")[0]["letters"]))
    assert seen == [{(10, 10)}, {(20, 20)}, {(30, 30)}, {30}]


def test_build_under_load_shows_old_or_new(built: Archive) -> None:
    """Readers who ask while builds run get the tables of one build or another, whole, and never an error."""
    with server(built) as (url, _), ThreadPoolExecutor(4) as pool:
        sql = "select+(select+count(*)+from+letters)+as+a,+(select+count(*)+from+letters_history)+as+b"
        asked = [pool.submit(get, f"{url}archive.json?_shape=array&sql={sql}") for _ in range(200)]
        for number in range(10):
            built.append(drafts(3, first=31 + 3 * number))
            build(built, full=number % 2 == 0)
        found = [request.result()[0] for request in asked]
    assert [row for row in found if row["a"] != row["b"] or row["a"] not in range(10, 21)] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nowhere", 404),
        ("archive/nothing", 404),
        ("archive.json?sql=drop+table+letters", 400),
        ("archive@2017-99", 400),
    ],
)
def test_what_is_not_there_is_no_error_of_the_server(built: Archive, path: str, status: int) -> None:
    """A page that is not there, a refused query and a date that is none are told as such by the real server."""
    with server(built) as (url, _), pytest.raises(urllib.error.HTTPError) as found:
        get(url + path)
    found.value.close()
    assert found.value.code == status
    assert "Traceback" not in (built.folder / "server.log").read_text("utf-8")


def test_server_ends_well_when_interrupted(built: Archive) -> None:
    """Ctrl-C ends the server with 0 and no traceback."""
    with server(built) as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert "Traceback" not in (built.folder / "server.log").read_text("utf-8")


def serve_once(archive: Archive, *extra: str, host: str = "127.0.0.1", port: int = 0) -> int:
    return serve(archive, host=host, port=port, open_browser=False, extra=extra)


def test_title_and_queries_come_from_the_metadata(built: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """Metadata reach the site whole on either line: here a canned query, which 1.0 takes from its configuration."""
    document = json.loads(built.metadata.read_text("utf-8"))
    document["databases"]["archive"]["queries"] = {"two": {"sql": "select 1 + 1 as n"}}
    built.metadata.write_text(json.dumps(document), "utf-8")
    assert serve_once(built, "--get", "/archive/two.json?_shape=array") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == [{"n": 2}]


def test_site_without_metadata(built: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """An archive without a metadata file can be served."""
    built.metadata.unlink()
    assert serve_once(built, "--get", "/archive/letters.json?_shape=array&_size=1") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])[0]["id"] == "l1"


def test_settings_reach_datasette(built: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """The site has our settings, on either line."""
    serve_once(built, "--get", "/-/settings.json")
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    names = ("suggest_facets", "default_page_size", "default_cache_ttl", "sql_time_limit_ms", "truncate_cells_html")
    assert [found[name] for name in names] == [False, 100, 0, 2000, 300]


def test_options_of_the_caller_count(built: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """What the caller hands on to Datasette overrides our settings."""
    serve_once(built, "--setting", "default_page_size", "7", "--get", "/-/settings.json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["default_page_size"] == 7


def test_unknown_option_is_told(built: Archive) -> None:
    """An option that Datasette does not know is the caller's mistake."""
    with pytest.raises(UsageError, match=r"datasette: No such option.*--nonsense"):
        serve_once(built, "--nonsense")


def test_busy_port_is_told(built: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    """A port that another program has is named with what helps, before anything is printed."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(StorageError) as caught:
            serve_once(built, port=port)
    assert str(caught.value) == (
        f"port {port} is busy: another program is serving there (stop it, or take another port: --port {port + 1})"
    )
    assert capsys.readouterr().out == ""


NO_ADDRESSES = {"no name": "a" * 300, "another machine": "192.0.2.1"}


@pytest.mark.parametrize("host", NO_ADDRESSES.values(), ids=NO_ADDRESSES.keys())
def test_address_of_another_machine_is_told(built: Archive, host: str) -> None:
    """An address that this machine does not have is the caller's mistake."""
    with pytest.raises(UsageError, match=r"try --host 127\.0\.0\.1"):
        serve_once(built, host=host, port=8001)


def test_missing_database_names_the_remedy(archive: Archive) -> None:
    """Without a built database there is nothing to serve."""
    with pytest.raises(ArchiveError, match="run `regesta build`"):
        serve_once(archive)


def test_hostile_metadata_are_not_served(built: Archive) -> None:
    """A file that would run script in a reader's browser stops the server before it starts."""
    built.metadata.write_text('{"description_html": "<script>alert(1)</script>"}', "utf-8")
    with pytest.raises(RegestaError, match="description_html"):
        serve_once(built)


ADDRESSES = {
    "this machine": ("127.0.0.1", "http://127.0.0.1:8001/"),
    "name": ("localhost", "http://localhost:8001/"),
    "every network": ("0.0.0.0", "http://127.0.0.1:8001/"),
    "every network, IPv6": ("::", "http://127.0.0.1:8001/"),
    "IPv6": ("::1", "http://[::1]:8001/"),
}


@pytest.mark.parametrize(("host", "expected"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_printed_address(host: str, expected: str) -> None:
    """The address can be typed into a browser."""
    assert address(host, 8001) == expected
