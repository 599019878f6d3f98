"""An archive as files: what is in a site without a server, and that all of it holds together."""

from __future__ import annotations

import json
import posixpath
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from regesta.archive import Archive
from regesta.errors import UsageError
from regesta.limits import STATIC_NAME_CHARS
from regesta.publish import _offline, _places
from regesta.publish._places import Places
from regesta.publish._rewrite import links, rewritten
from regesta.publish.export import MARKER, check_url, export_site
from regesta.publish.pages.rendering import ASSETS
from tests.archives import snapshot
from tests.publish.feeds.taken import corrected, dated
from tests.publish.feeds.taken import hostile as hostile_letters
from tests.publish.hostile import acting
from tests.publish.proposing import SECRET, proposing_archive
from tests.publish.sites import Document

URL = "https://example.org/letters/"
NOT_A_FILE = ("javascript:", "data:", "#")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of an archive in which every text tries to act."""
    folder = tmp_path_factory.mktemp("hostile")
    archive = hostile_letters(folder / "archive")
    export_site(archive, folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A small archive with corrections."""
    return corrected(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def site(small: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small archive, for an address."""
    folder = tmp_path_factory.mktemp("site") / "public"
    export_site(small, folder, URL)
    return folder


def pages(folder: Path) -> dict[str, str]:
    """Return every page of a site by its name."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.html"))}


def missing(folder: Path) -> list[str]:
    """Return every link of a site that leads to no file, or out of the site's folder."""
    found = []
    for name, text in pages(folder).items():
        for link in Document(text).links():
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            if path.startswith("../") or parts.path.startswith("/") or not (folder / path).is_file():
                found.append(f"{name}: {link}")
    return found


def absolute(folder: Path) -> list[str]:
    """Return every file with an address of a server on this machine, or from a server's root."""
    sign = re.compile(r"localhost|127\.0\.0\.1|regesta-export\.invalid|[\"'(=]/(?:-|archive)/")
    kinds = (".html", ".js", ".css", ".atom", ".ics")
    files = [path for path in folder.rglob("*") if path.suffix in kinds and path.parent.name != "assets"]
    return [str(path) for path in files if sign.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("which", ["site", "hostile"])
def test_every_link_leads_to_a_file(request: pytest.FixtureRequest, which: str) -> None:
    """Every relative address in every page is that of a file, and none needs a server."""
    folder = request.getfixturevalue(which)
    assert (missing(folder), absolute(folder)) == ([], [])


def test_site_has_every_kind_of_page(site: Path) -> None:
    """There are the front page, now and at dates, the events, what they are about, tables, files and scripts."""
    names = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    expected = {
        "index.html", "at/2017-01-02.html", "event/2.html", "event/2.json", "about.html", "about/letter/l1.html",
        "stories.html", "changes.html", "find.html", "take.html", "take/feed.atom", "take/events.jsonl",
        "tables/letters.csv", "tables/events.csv", "archive.db", "assets/site.css", "assets/front.js",
        "assets/offline.js", "timeline/fit-0.js", "at/timeline/fit-0.js", "around/latest.js", MARKER,
    }  # fmt: skip
    assert set() == expected - names


def test_page_has_no_server_to_ask(site: Path) -> None:
    """No page has a form that only a server answers, or a module, which a browser loads from no disk."""
    found = [
        (name, tag, attributes)
        for name, text in pages(site).items()
        for tag, attributes in Document(text).elements
        if (tag == "form" and not re.search(r"(find|index)\.html$", attributes.get("action") or ""))
        or attributes.get("type") == "module"
    ]
    assert found == []


def test_scripts_need_no_modules() -> None:
    """No script of ours imports another: wrapped in a function it would not run."""
    assert [name for name, asset in ASSETS.items() if re.search(rb"(?m)^\s*(import|export)\b", asset.body)] == []


def test_same_archive_gives_the_same_bytes(small: Archive, site: Path, tmp_path: Path) -> None:
    """A second export, over an earlier one, has the same files with the same bytes."""
    export_site(small, tmp_path / "again", URL)
    export_site(small, tmp_path / "again", URL)
    assert snapshot(site) == snapshot(tmp_path / "again")
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_proposals_are_in_no_file(tmp_path: Path) -> None:
    """No word of a proposal is in any file, the database for download included."""
    archive = proposing_archive(tmp_path / "archive")
    export_site(archive, tmp_path / "site")
    assert [name for name, data in snapshot(tmp_path / "site").items() if SECRET.encode() in data] == []
    with closing(sqlite3.connect(tmp_path / "site" / "archive.db")) as db:
        assert db.execute("select count(*) from events where type like 'proposal.%'").fetchall() == [(0,)]


def test_marker_says_what_was_exported(small: Archive, site: Path) -> None:
    """The marker has the checkpoint and what was left out."""
    said = json.loads((site / MARKER).read_text("utf-8"))
    assert (small.config.origin, 6) == (said["origin"], said["size"])
    assert [
        words for words in said["left_out"] if words not in Document((site / "take.html").read_text("utf-8")).text
    ] == []


def test_address_of_the_site_is_in_feeds_and_citations(site: Path) -> None:
    """Where the site's address is known, feeds link to its pages and a citation ends with one."""
    assert f'href="{URL}event/2.html"' in (site / "take" / "feed.atom").read_text("utf-8")
    assert f"{URL}event/2.html" in Document((site / "event" / "2.html").read_text("utf-8")).text


def test_other_folders_stay(small: Archive, tmp_path: Path) -> None:
    """A folder with anything else in it is refused and stays as it is; so is a file."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    before = snapshot(tmp_path)
    for target in (tmp_path / "full", tmp_path / "full" / "notes.txt"):
        with pytest.raises(UsageError):
            export_site(small, target)
    assert before == snapshot(tmp_path)


def test_hidden_archive_is_not_exported(tmp_path: Path) -> None:
    """What visitors may not see on the site is in no export either: there is none."""
    archive = dated(tmp_path / "archive")
    archive.metadata.write_text(json.dumps({"databases": {"archive": {"allow": False}}}))
    with pytest.raises(Exception, match="visitors may not see"):
        export_site(archive, tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


def test_text_does_not_act(hostile: Path) -> None:
    """No payload acts on any page of a site of files."""
    found = [f"{name}: {harm}" for name, text in pages(hostile).items() for harm in acting(text, ours=True)]
    assert [harm for harm in found if not re.search(r"script src=(\.\./)*assets/[a-z]+\.js\?[0-9a-f]+$", harm)] == []


def test_names_are_safe_everywhere(hostile: Path) -> None:
    """A file's name has only characters that every file system and every address takes, and no name is too long."""
    names = [path.relative_to(hostile).as_posix() for path in hostile.rglob("*")]
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9_~./-]+", name) or ".." in name] == []
    assert [name for name in names if max(map(len, name.split("/"))) > STATIC_NAME_CHARS + 15] == []


def test_dates_beyond_the_limit_are_no_links(small: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more dates than a site may have, the first are there, and the rest are said to be left out."""
    limits = {"dates": 1, "pages": 10_000}
    monkeypatch.setattr(_places, "LIMITS", limits)
    monkeypatch.setattr(_offline, "LIMITS", limits)
    done = export_site(small, tmp_path / "site")
    assert (missing(tmp_path / "site"), len([words for words in done.left_out if "dates beyond" in words])) == ([], 1)


def test_large_archive_has_no_search(small: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the index would be too large the search is left out, and no link leads to it."""
    monkeypatch.setattr(_offline, "STATIC_FIND_EVENTS", 3)
    done = export_site(small, tmp_path / "site")
    assert ((tmp_path / "site" / "find.html").exists(), missing(tmp_path / "site")) == (False, [])
    assert len([words for words in done.left_out if words.startswith("the search")]) == 1


PLACES = {
    "front": ("/-/front", "index.html"),
    "root": ("/", "index.html"),
    "window": ("/?level=2&part=1", "index.html"),
    "date": ("/?asof=2017-07-01", "at/2017-07-01.html"),
    "date and window": ("/?level=2&part=1&asof=2017-07-01", "at/2017-07-01.html"),
    "event as of a date": ("/-/event/12?asof=2017-07-01", "event/12.html"),
    "data": ("/-/event/12.json", "event/12.json"),
    "subject": ("/-/about/state/KY", "about/state/KY.html"),
    "name as Datasette encodes it": ("/-/about/a/b~2Fc", "about/a/b~2fc.html"),
    "slash in a name": ("/-/about/a/b%2Fc", "about/a/b~2fc.html"),
    "folder above": ("/-/about/%2e%2e/x", "about/~2e~2e/x.html"),
    "name of a device": ("/-/about/aux", "about/aux~.html"),
    "search": ("/-/find?q=x", "find.html"),
    "file": ("/-/take/feed.atom", "take/feed.atom"),
    "file under conditions": ("/-/take/feed.atom?q=x", None),
    "unknown parameter": ("/-/event/12?x=1", None),
    "review": ("/-/review/12", None),
    "table": ("/archive/letters?_facet=x", "tables/letters.csv"),
    "no table": ("/archive/_meta", None),
    "replay": ("/archive@2017-07-01/letters", None),
    "tables": ("/archive", "take.html#tables"),
    "database": ("/archive.db", "archive.db"),
}


@pytest.mark.parametrize(("address", "expected"), PLACES.values(), ids=PLACES.keys())
def test_place_of_an_address(address: str, expected: str | None) -> None:
    """An address has its file, or none."""
    assert expected == Places("archive", frozenset({"letters"})).of(address)


def test_places_differ_by_more_than_case() -> None:
    """Two pages have two files, also where a file system takes upper and lower case for the same."""
    places = Places("archive", frozenset())
    names = [places.of(f"/-/about/{name}") or "" for name in ("KY", "ky", "KY")]
    assert (names[0], 2) == (names[2], len({name.casefold() for name in names}))


def test_only_addresses_change() -> None:
    """Everything of a page but its addresses stays, character for character."""
    page = '<svg viewBox="0 0 1 1"><a data-x=\'1\' href="/-/event/1">&lt;b&gt;\n</a></svg><p title="href=&quot;/-/x&quot;">&amp;</p>'
    assert page.replace("/-/event/1", "e") == rewritten(page, lambda address: "e")
    assert links(page) == ["/-/event/1"]


ADDRESSES = {
    "slash": ("https://example.org/x", "https://example.org/x/"),
    "as it is": ("https://example.org/", "https://example.org/"),
    "unknown": ("", ""),
}


@pytest.mark.parametrize(("given", "expected"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_address_ends_with_a_slash(given: str, expected: str) -> None:
    """The address of a site is that of a folder."""
    assert expected == check_url(given)


@pytest.mark.parametrize(
    "given", ["example.org", "javascript:alert(1)", "https://", "https://x.org/?a=b", "https://x.org/#a"]
)
def test_no_address(given: str) -> None:
    """What is no web address of a folder is refused."""
    with pytest.raises(UsageError, match="is not the address of a site"):
        check_url(given)
