"""`regesta story`: versions, a readable difference, and the passages that are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.archives import make_archive
from tests.cli.conftest import Cli
from tests.ingest.ferry import PASSAGES, STORY, Ferry, digest_of, paragraphs_moved, replaced, straight

SECOND = replaced("23 doctors", "45 doctors", replaced(PASSAGES["wish"], "", replaced("turned down", "turned dwon")))
A, B = digest_of(STORY)[:12], digest_of(SECOND)[:12]


@pytest.fixture
def ferry(quick_path: Path) -> Ferry:
    """A story in two versions."""
    ferry = Ferry(make_archive(quick_path)).begin()
    ferry.take(SECOND)
    return ferry


@pytest.fixture
def told(ferry: Ferry) -> Cli:
    """The command line on it."""
    return Cli(ferry.archive)


def test_stories_are_listed(told: Cli) -> None:
    """Without a name each story is a line."""
    assert told.lines("story") == ["ferry  2 versions, undated"]
    assert [(story["id"], story["versions"]) for story in told.json("story")] == [("ferry", 2)]


def test_no_story(cli: Cli) -> None:
    """An archive without a story says so."""
    assert (cli("story").stdout, cli.json("story")) == ("there is no story yet\n", [])


def test_versions_changes_and_passages(told: Cli) -> None:
    """A story is told in full: versions, each change with words beside it, passages with their events."""
    assert told.lines("story", "ferry") == [
        "ferry: no title",
        f"  {A}  undated, text held, event 2",
        f"  {B}  undated, text held, event 20",
        "",
        f"from {A} to {B}: 1 number changed, 1 passage removed, 1 small change of spelling or punctuation",
        "",
        "small   Seven of the nine island councils have turned [-down-]{+dwon+} the ferry company’s plan to halve the winter …",
        "words   …its clerk said. Westholm and Little Skerry have accepted."
        " [-Great Skerry asked for 16 sailings, among them one on Sundays.-]"
        " The company’s director, Per Dahl, told the Islands Gazette …",
        "number  …burn 1,450 tonnes of fuel in a winter. The islands have [-23-]{+45+} doctors, none of whom lives on"
        ' Westholm."Everyone will be …',
        "",
        "16 passages behind events: 13 letter for letter, 1 in changed words, 2 gone",
        "99 %    event 3: What the whole first sentence says. (characters 0 to 106)",
        f"gone    event 13: What wish says. {place('wish')}",
        f"gone    event 16: What doctors says. {place('doctors')}",
    ]


def place(name: str) -> str:
    """Return the place of a passage as it is told."""
    start = STORY.index(PASSAGES[name])
    return f"(characters {start} to {start + len(PASSAGES[name])})"


def test_versions_by_their_digests(told: Cli) -> None:
    """The other way round what was removed is added."""
    found = told.lines("story", "ferry", "--from", B, "--to", A[:6])
    assert found[4] == f"from {B} to {A}: 1 number changed, 1 passage added, 1 small change of spelling or punctuation"
    assert "{+Great Skerry asked for 16 sailings, among them one on Sundays.+}" in found[7]


def test_a_moved_paragraph_and_other_marks(quick_path: Path) -> None:
    """A move is told with its places; equal small changes are told once."""
    ferry = Ferry(make_archive(quick_path)).begin()
    ferry.take(straight(paragraphs_moved()))
    found = Cli(ferry.archive).lines("story", "ferry")
    assert [line[:30] for line in found if line.startswith("moved")] == ["moved   The company wrote to a"]
    assert [line[-11:] for line in found if line.startswith("small")][:2] == ["  (2 times)", "  (3 times)"]


def test_texts_that_are_not_held(ferry: Ferry, told: Cli) -> None:
    """The event that noted the update is told instead, and that it is."""
    ferry.forget(STORY, SECOND)
    found = told.lines("story", "ferry")
    assert found[1:3] == [f"  {A}  undated, text not held, event 2", f"  {B}  undated, text not held, event 20"]
    assert found[6:] == [
        "neither text is held; this is what the event has that noted the update",
        "number  [-23-]{+45+}",
        "words   [-Great Skerry asked for 16 sailings, among them one on Sundays.-]",
        "small   [-down-]{+dwon+}",
        "gone    event 13: What wish says.",
        "gone    event 16: What doctors says.",
    ]


def test_words_that_may_not_be_published_have_their_place(quick_path: Path) -> None:
    """Without texts, of an archive that keeps no words, only places are known."""
    ferry = Ferry(make_archive(quick_path, quotes="digest")).begin()
    ferry.take(SECOND)
    ferry.forget(STORY, SECOND)
    start = STORY.index(PASSAGES["wish"])
    line = f"words   [-characters {start} to {start + len(PASSAGES['wish'])}-]"
    assert line in Cli(ferry.archive).lines("story", "ferry")


def test_one_version(quick_path: Path) -> None:
    """There is nothing to compare yet."""
    found = Cli(Ferry(make_archive(quick_path)).begin().archive).lines("story", "ferry")
    assert found == ["ferry: no title", f"  {A}  undated, text held, event 2", "", "only this version is known"]


def test_json(told: Cli) -> None:
    """Everything is there for a program: versions, edits with both ranges, passages with their anchors."""
    found = told.json("story", "ferry")
    start = STORY.index("23 doctors")
    edit = {"kind": "number", "before": [start, start + 2], "from": "23", "to": "45"}
    edit["after"] = [SECOND.index("45 doctors"), SECOND.index("45 doctors") + 2]
    comparison = found["comparison"]
    assert [version["document"][:12] for version in found["versions"]] == [A, B]
    assert (comparison["from"][:12], comparison["to"][:12], comparison["held"]) == (A, B, [True, True])
    assert edit in comparison["edits"]
    hows = [(passage["event"], passage["found"]["how"]) for passage in comparison["passages"]]
    assert [item for item in hows if item[1] != "exact"] == [(3, "fuzzy"), (13, "orphaned"), (16, "orphaned")]


def test_control_characters_are_not_sent(quick_path: Path) -> None:
    """What a text holds cannot command a terminal."""
    ferry = Ferry(make_archive(quick_path)).begin()
    ferry.take(replaced("23 doctors", "23 \x1b[2J\u202edoctors"))
    found = "".join(Cli(ferry.archive).lines("story", "ferry"))
    assert ("{+\\x1b[2J+}" in found, "\x1b" in found, "\u202e" in found) == (True, False, False)


def test_on_a_terminal(told: Cli) -> None:
    """The same is told there, in colours and wrapped."""
    found = " ".join(told.on_terminal("story", "ferry").split())
    assert "The islands have [-23-]{+45+} doctors, none of whom" in found


WRONG = {
    "no such story": (("story", "boat"), 2, "error: there is no story 'boat'"),
    "no such version": (("story", "ferry", "--from", "0000"), 2, "error: '0000' names 0 versions of the story"),
    "nothing before": (("story", "ferry", "--to", A), 2, "error: there is no version before it"),
    "versions of no story": (("story", "--to", A), 2, "error: --from and --to go with the name of a story"),
}


@pytest.mark.parametrize("words, code, message", WRONG.values(), ids=WRONG)
def test_what_is_not_there(told: Cli, words: tuple[str, ...], code: int, message: str) -> None:
    """The message says what there is."""
    found = told.error(*words)
    assert (found[0], found[1][0]) == (code, message)
