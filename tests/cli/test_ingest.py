"""`regesta ingest`: files, folders, standard input, addresses; what is said, and what is told as wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from regesta.errors import InputError, NetworkError
from regesta.ingest import fetch as fetch_module
from regesta.ingest.capture import Source
from regesta.ingest.fetch import Fetched
from tests.archives import check_archive, snapshot
from tests.cli.conftest import Cli
from tests.ingest.tale import tale

TEXT = "Nothing at all was said about it on June 30, 2017, by anybody who was there."
TABLE = "Where;What\nP01;no\nP02;yes\n"
MAPPING = """\
publisher = "The Clerk"
[[event]]
type = "answer.given"
subject = "place/{Where}"
summary = "{Where} answers {What}."
data.letter = "l1"
data.place = "{Where}"
data.answer = "{What}"
"""


@pytest.fixture
def empty(quick_path: Path) -> Cli:
    """The command line on an archive with recipes and an empty log; beside it a folder `in` with two documents."""
    folder = quick_path / "archive"
    folder.mkdir()
    (quick_path / "in" / "sub").mkdir(parents=True)
    (quick_path / "in" / "a.txt").write_text(TEXT, "utf-8")
    (quick_path / "in" / "sub" / "b.txt").write_text("Somewhere else it was July 4, 2017, and very hot.", "utf-8")
    return Cli(tale(folder, keeper="Ada"))


def beside(cli: Cli, name: str = "in") -> str:
    return str(cli.archive.folder.parent / name)


def said(cli: Cli, *words: str, **more: Any) -> tuple[int, list[str], list[str]]:
    """Return exit code, what is said and what is said on standard error, the folder shown as `…`."""
    result = cli("ingest", *words, **more)
    out, err = (
        text.replace(str(cli.archive.folder.parent), "…").splitlines() for text in (result.stdout, result.stderr)
    )
    return result.exit_code, out, err


def types(cli: Cli) -> list[str]:
    return [event["type"] for event in check_archive(cli.archive)]


def test_file(empty: Cli) -> None:
    """What was taken in is said, what it came to, and what to do next."""
    code, out, err = said(empty, beside(empty, "in/a.txt"))
    assert (code, out, err) == (
        0,
        [
            "1 document: 1 new",
            "  …/in/a.txt: new, 1 proposal, story a",
            "1 proposal: 1 date_mention",
            "what some still need: type (1)",
            "next: `regesta review` goes through the proposals, `regesta proposals` lists them",
            "built archive.db: 3 events",
        ],
        [],
    )
    assert types(empty) == ["document.captured", "story.published", "proposal.made"]


def test_folder(empty: Cli) -> None:
    """A folder is taken with all below it; what is passed over is said."""
    (Path(beside(empty)) / ".hidden").write_text("x", "utf-8")
    (Path(beside(empty)) / "link").symlink_to("/etc/passwd")
    code, out, _ = said(empty, beside(empty))
    assert (code, out[0], [line for line in out if line.startswith("passed over")]) == (
        0, "2 documents: 2 new", ["passed over: 1 hidden file, 1 link"],
    )  # fmt: skip


def test_again(empty: Cli) -> None:
    """The same again is known, adds nothing and builds nothing."""
    said(empty, beside(empty))
    before = snapshot(empty.archive.folder / "events")
    code, out, _ = said(empty, beside(empty))
    assert (code, out[:2], snapshot(empty.archive.folder / "events")) == (
        0,
        ["2 documents: 2 known already", "nothing new"],
        before,
    )
    assert not any(line.startswith("built") for line in out)


def test_what_cannot_be_read(empty: Cli) -> None:
    """What cannot be read is told, the rest is taken, and the exit code says so."""
    (Path(beside(empty)) / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    code, out, err = said(empty, beside(empty), beside(empty, "missing.txt"))
    assert (code, out[0], err[0]) == (1, "2 documents: 2 new", "2 problems, the rest was taken")
    assert [line.partition(": ")[2].partition(": ")[0] for line in err[1:]] == ["…/in/c.pdf", "…/missing.txt"]


def test_standard_input(empty: Cli) -> None:
    """Standard input is a document with the name that it is given."""
    code, out, _ = said(empty, "-", "--name", "letter.txt", input=TEXT)
    assert (code, out[1]) == (0, "  letter.txt: new, 1 proposal, story letter")


def test_standard_input_without_a_name(empty: Cli) -> None:
    """Without a name the document has none."""
    said(empty, "-", input=TEXT)
    assert "name" not in check_archive(empty.archive)[0]["data"]


def test_what_is_told(empty: Cli) -> None:
    """What the user says of a document is recorded."""
    path = beside(empty, "in/a.txt")
    said(
        empty,
        path,
        "--story",
        "tale",
        "--publisher",
        "The Paper",
        "--published",
        "30 June 2017",
        "--url",
        "https://example.org/a",
    )
    data = check_archive(empty.archive)[0]["data"]
    assert {name: data[name] for name in ("publisher", "published", "published_basis", "url", "name")} == {
        "publisher": "The Paper", "published": "2017-06-30", "published_basis": "given", "url": "https://example.org/a",
        "name": "a.txt",
    }  # fmt: skip
    assert check_archive(empty.archive)[1]["subject"] == "story/tale"


def test_media_type(empty: Cli) -> None:
    """What the files are can be said where name and bytes do not tell."""
    path = Path(beside(empty, "in/page"))
    path.write_text("<p>So it was.", "utf-8")
    said(empty, str(path), "--media-type", "text/html")
    assert check_archive(empty.archive)[0]["data"]["media_type"] == "text/html"


def test_table(empty: Cli) -> None:
    """A table comes to events by the mapping of its source, which also says who published it."""
    (empty.archive.folder / "ingest" / "answers.toml").write_text(MAPPING, "utf-8")
    path = Path(beside(empty, "in/t.csv"))
    path.write_text(TABLE, "utf-8")
    code, out, _ = said(empty, str(path), "--source", "answers", "--accept", "row", "--by", "Bob")
    assert (code, "2 proposals accepted at once" in out) == (0, True)
    assert [(row["place"], row["answer"]) for row in empty.archive.at()["answers"].rows] == [
        ("P01", "no"),
        ("P02", "yes"),
    ]
    assert (check_archive(empty.archive)[0]["data"]["publisher"], check_archive(empty.archive)[-1]["source"]) == (
        "The Clerk", "manual:Bob",
    )  # fmt: skip


def test_table_by_another_mapping(empty: Cli) -> None:
    """A table that is known comes to what another mapping makes of it."""
    for name, place in (("one", "{Where}"), ("other", "P03")):
        mapping = MAPPING.replace('data.place = "{Where}"', f'data.place = "{place}"').replace("/{Where}", f"/{place}")
        (empty.archive.folder / "ingest" / f"{name}.toml").write_text(mapping, "utf-8")
    path = Path(beside(empty, "in/t.csv"))
    path.write_text(TABLE, "utf-8")
    said(empty, str(path), "--source", "one")
    _, out, _ = said(empty, str(path), "--source", "other")
    assert (out[0], types(empty).count("proposal.made")) == ("1 document: 1 known already", 4)


def test_known_table_without_a_mapping(empty: Cli) -> None:
    """A table that is known is no problem without its mapping, whatever is remembered of earlier runs."""
    (empty.archive.folder / "ingest" / "answers.toml").write_text(MAPPING, "utf-8")
    path = Path(beside(empty, "in/t.csv"))
    path.write_text(TABLE, "utf-8")
    said(empty, str(path), "--source", "answers")
    (empty.archive.folder / ".regesta" / "ingested.db").unlink()
    code, out, err = said(empty, str(path))
    assert (code, out[0], "without --source NAME" in err[0]) == (0, "1 document: 1 known already", True)


def test_table_without_a_mapping(empty: Cli) -> None:
    """A table without a mapping is told with its columns and what to write."""
    path = Path(beside(empty, "in/t.csv"))
    path.write_text(TABLE, "utf-8")
    code, _, err = said(empty, str(path))
    assert (
        code,
        err[1].startswith("error: …/in/t.csv: a table (columns Where, What) without a mapping (say which column"),
    ) == (1, True)


def test_json(empty: Cli) -> None:
    """--json tells everything, also what was passed over."""
    result = empty.json("ingest", beside(empty, "in/a.txt"))
    assert (result.pop("listed")[0]["state"], result) == ("new", {
        "documents": {"new": 1}, "proposals": {"date_mention": 1}, "needs": {"type": 1}, "accepted": 0, "appended": 3,
        "orphaned": 0, "problems": [], "problem_count": 0, "notices": [], "skipped": {}, "dry_run": False,
    })  # fmt: skip


def test_dry_run(empty: Cli) -> None:
    """A dry run says what would be done and leaves log and documents as they are."""
    code, out, _ = said(empty, beside(empty), "--dry-run")
    assert (code, out[:2], types(empty), (empty.archive.folder / "documents").exists()) == (
        0, ["nothing is written; this is what would be done", "2 documents: 2 new"], [], False,
    )  # fmt: skip


def test_no_build(empty: Cli) -> None:
    """--no-build leaves the tables as they were when the run began."""
    said(empty, beside(empty), "--no-build")
    assert empty.json("status")["tables"]["size"] == 0


class Site:
    """Answers for one address, and refuses the others."""

    def __call__(self, url: str, **_conditions: Any) -> Fetched:
        """Return what is at an address."""
        if url == "https://example.org/a":
            return Fetched(Source(url, TEXT.encode(), url, "text/plain", "2017-07-06T10:00:00Z"), 200)
        if url == "https://example.org/inside":
            raise InputError("leads inward", where=url)
        raise NetworkError("cannot be read: no such host", where=url)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    """A net with one page."""
    monkeypatch.setattr(fetch_module, "fetch", Site())


@pytest.mark.usefixtures("site")
def test_address(empty: Cli) -> None:
    """An address is fetched; it and the time are recorded, and no file name."""
    code, out, _ = said(empty, "https://example.org/a")
    data = check_archive(empty.archive)[0]["data"]
    assert (code, out[0], data["url"], data["retrieved"], "name" in data) == (
        0, "1 document: 1 new", "https://example.org/a", "2017-07-06T10:00:00Z", False,
    )  # fmt: skip


@pytest.mark.usefixtures("site")
def test_addresses_that_do_not_answer(empty: Cli) -> None:
    """An address that does not answer, or is not asked, is told; the others are taken."""
    code, out, err = said(empty, "https://example.org/x", "https://example.org/inside", "https://example.org/a")
    assert (code, out[0], err[1:]) == (
        1, "1 document: 1 new",
        ["error: https://example.org/x: cannot be read: no such host", "error: https://example.org/inside: leads inward"],
    )  # fmt: skip


# Name: words behind `ingest`, what is said.
REFUSED = {
    "nothing": ([], "missing argument 'PATH|URL|-...'"),
    "address of several": (["a", "b", "--url", "https://example.org"], "--url says where one file was: give it with one file"),
    "address of an address": (["https://a.b", "--url", "https://example.org"], "--url says where one file was: give it with one file"),
    "address that is none": (["a", "--url", "example.org"], "--url 'example.org' is no address: https://…"),
    "name of a file": (["a", "--name", "x"], "--name goes with standard input: `-`"),
    "password in the address": (
        ["a", "--url", "https://me:secret@example.org"],
        "--url holds a user name or password, which the log would show to everybody",
    ),
    "address of another kind": (["ftp://example.org/a"], "of addresses only http:// and https:// are read"),
    "empty place": (["a", ""], "one of the places is empty"),
    "story": (["a", "--story", "../x"], "--story '../x': a name of small letters, digits and hyphens"),
    "date": (["a", "--published", "soon"], "soon"),
    "source": (["a", "--source", "x"], "there is no source 'x'"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(empty: Cli, words: list[str], message: str) -> None:
    """What makes no sense is refused before anything is read."""
    code, _, err = said(empty, *words)
    assert (code, message in err[0], types(empty)) == (2, True, [])


def test_the_archive_itself(empty: Cli) -> None:
    """The folder of the archive is no source."""
    code, _, err = said(empty, str(empty.archive.folder))
    assert (code, err[0]) == (2, "error: …/archive: this is the archive itself")


def test_hostile_name(empty: Cli) -> None:
    """A file name reaches the terminal as escapes."""
    path = os.fsdecode(os.fsencode(beside(empty)) + b"/a\x1b[2J\xff\n.txt")
    Path(path).write_text(TEXT, "utf-8")
    code, out, _ = said(empty, path)
    assert (code, out[1]) == (0, "  …/in/a\\x1b[2J\\xff\\x0a.txt: new, 1 proposal, story a-x1b-2j-xff-x0a")


def test_broken_recipe(empty: Cli) -> None:
    """A file of the archive that is wrong stops the run with its name."""
    (empty.archive.folder / "ingest" / "recipes" / "quote.toml").write_text("x", "utf-8")
    code, _, err = said(empty, beside(empty))
    assert (code, err[0].startswith("error: …/archive/ingest/recipes/quote.toml: not valid TOML")) == (3, True)


def test_progress(empty: Cli) -> None:
    """On a terminal a bar shows how far it is."""
    assert "ingesting" in empty.on_terminal("ingest", beside(empty))


SEEDS = Path(__file__).parent.parent.parent.parent / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two articles are not there")
def test_the_two_articles(quick_path: Path) -> None:
    """The shipped archive proposes from the articles that it was made of, by hand; again it proposes nothing."""
    from shutil import copytree

    from regesta.archive import Archive

    root = Path(__file__).parent.parent.parent
    for name in ("events", "ingest", "schema"):
        copytree(root / name, quick_path / name)
    (quick_path / "archive.toml").write_bytes((root / "archive.toml").read_bytes())
    cli = Cli(Archive.open(quick_path))
    first, again = (cli.json("ingest", *map(str, sorted(SEEDS.glob("*.txt")))) for _ in range(2))
    kinds = {kind for kind, number in first["proposals"].items() if number}
    assert (
        first["documents"],
        kinds >= {"quote", "tweet", "disposition", "status_list", "deadline", "story_update"},
    ) == ({"known": 2}, True)
    assert again["appended"] == 0
