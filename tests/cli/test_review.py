"""`regesta review`: what each key does, and that what was decided is in the log whatever happens."""

from __future__ import annotations

import os
import pty
import select
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from regesta.replay.build import build
from tests.archives import answer, check_archive
from tests.cli.conftest import Cli
from tests.ingest.tale import TEXT, keys, pending, tale


@pytest.fixture
def told(quick_path: Path) -> Cli:
    """The command line on an archive with six open proposals: two answers, a quote, a tally, a list of two."""
    return Cli(pending(tale(quick_path, keeper="Ada")))


def review(cli: Cli, *answers: str, words: tuple[str, ...] = ()) -> str:
    """Answer line by line; return what was said."""
    result = cli("review", *words, input="".join(f"{answer}\n" for answer in answers))
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def statuses(cli: Cli) -> str:
    """Return the first letters of what became of the proposals, in the order of the text."""
    build(cli.archive)
    found = {item["proposal"]: item["status"][0] for item in cli.json("proposals", "--status", "any")}
    return "".join(found[key] for key in keys(cli.archive))


def events(cli: Cli) -> list[dict[str, Any]]:
    return check_archive(cli.archive)[8:]


# Name: answers, what becomes of the six.
ANSWERS: dict[str, tuple[list[str], str]] = {
    "nothing": ([], "oooooo"),
    "quit": (["q"], "oooooo"),
    "accept": (["a", "q"], "aooooo"),
    "accept in capitals": (["A", "Q"], "aooooo"),
    "end of the input": (["a"], "aooooo"),
    "reject": (["r", "It was P03.", "q"], "rooooo"),
    "reject without a reason": (["r", "", "q"], "rooooo"),
    "skip": (["s", "a", "q"], "oaoooo"),
    "empty lines": (["", "", "a", ""], "aooooo"),
    "unknown key": (["x", "a"], "aooooo"),
    "help": (["?", "a"], "aooooo"),
    "back before the first": (["b", "a"], "aooooo"),
    "back undoes": (["a", "b", "s"], "oooooo"),
    "back and otherwise": (["a", "b", "r", "", "q"], "rooooo"),
    "back twice": (["a", "a", "b", "b", "q"], "oooooo"),
    "to the end": (["a", "a", "s", "s", "a", "a"], "aaooaa"),
    "what lacks something is not accepted": (["s", "s", "a", "q"], "oooooo"),
    "candidate": (["s", "s", "2", "a"], "ooaooo"),
    "candidate that is none": (["s", "s", "3", "a"], "oooooo"),
    "what is needed": (["s", "s", "e", "Bob Ray", "", "a"], "ooaooo"),
    "candidate by number where it is asked for": (["s", "s", "e", "1", "", "a"], "ooaooo"),
    "good without": (["s", "s", "e", "-", "", "a"], "ooaooo"),
    "left as it is": (["s", "s", "e", "", "", "a"], "oooooo"),
    "anything else": (["e", "data.pages=7", "edtf=30 June 2017", "", "a"], "aooooo"),
    "edit that makes no sense": (["e", "edtf=soon", "x", "data.pages=7", "", "a"], "aooooo"),
    "value that the tables refuse": (["e", "data.answer=hm", "", "a", "q"], "oooooo"),
    "value that the tables refuse, mended": (
        ["e", "data.answer=hm", "", "a", "e", "data.answer=no", "", "a"],
        "aooooo",
    ),
}


@pytest.mark.parametrize(("answers", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_answers(told: Cli, answers: list[str], expected: str) -> None:
    """Each answer does what it says."""
    review(told, *answers)
    assert statuses(told) == expected


def test_what_is_shown(told: Cli) -> None:
    """A proposal is shown with its passage in the text, its event, and what it needs."""
    said = review(told, "s", "s", "q").split("== 3 of 6")[1].splitlines()
    assert said[0] == "  quote  quote.marked  0.90  tale"
    assert '[quote candidates=Ann_Lee,Bob_Ray state=P03: »"We shall see."«] So it was' in said
    assert [line for line in said if (line.startswith("  ") and "speaker" in line) or "perhaps" in line] == [
        "  still needs   speaker", "  perhaps       1 Ann Lee  2 Bob Ray",
    ]  # fmt: skip


def test_summary(told: Cli) -> None:
    """At the end it is said what was decided and what is left."""
    assert review(told, "a", "r", "", "q").splitlines()[-1] == "1 proposal accepted, 1 rejected, 4 left open"


def test_edits_are_in_the_event(told: Cli) -> None:
    """What was edited is in the event and noted beside it."""
    review(told, "e", "data.pages=7", "edtf=30 June 2017", "", "a")
    event, note = events(told)
    assert (event["data"]["pages"], event["edtf"], note["data"]["edited"]) == (7, "2017-06-30", "data.pages, edtf")


def test_candidate_makes_the_event_anew(told: Cli) -> None:
    """Who speaks is also what the event is about."""
    review(told, "s", "s", "2", "a", words=("--by", "Bob"))
    event, note = events(told)
    assert (event["subject"], event["data"]["summary"], note["source"]) == (
        "person/bob-ray",
        "Bob Ray is quoted.",
        "manual:Bob",
    )


def test_mistakes_are_said(told: Cli) -> None:
    """What cannot be done is said with what helps, and the review goes on."""
    said = review(told, "b", "1", "w", "s", "s", "a", "q")
    assert [line.removeprefix("[a]ccept [e]dit [w]hole [r]eject [s]kip [b]ack [q]uit [?] ") for line in said.splitlines() if "! " in line] == [
        "! this is the first one", "! there is no candidate 1", "! no editor is known", "! it still needs speaker",
    ]  # fmt: skip


def test_goes_on_where_it_was(told: Cli) -> None:
    """The next review begins with what is open."""
    review(told, "a", "r", "")
    assert "== 1 of 4  quote" in review(told, "q")


def test_options_choose(told: Cli) -> None:
    """Kinds, needs and keys choose what is reviewed."""
    assert "== 1 of 2  status_list" in review(told, "q", words=("--kind", "status_list"))
    assert "== 1 of 2  disposition" in review(told, "q", words=(keys(told.archive)[1][:8], keys(told.archive)[4]))


def test_nothing_to_review(told: Cli) -> None:
    """Where nothing is open, that is said."""
    told.lines("accept", keys(told.archive)[0])
    assert told.lines("review", keys(told.archive)[0]) == ["no open proposal is like that"]


def test_older_decisions_are_in_the_log(quick_path: Path) -> None:
    """The last five are held for `back`; what came before is in the log while the review goes on."""
    told = Cli(
        pending(
            tale(quick_path), "".join(f"[disposition state=P0{n} disposition=refuse: no {n}] " for n in range(1, 9))
        )
    )
    said = review(told, *"aaaaaaa", *"bbbbbb", "a", "q")
    assert said.count("the decision is undone") == 5
    assert "! it was accepted, and that is in the log" in said
    assert statuses(told) == "aaoooooo"


def test_interrupted_on_a_terminal(quick_path: Path) -> None:
    """On a terminal a key is enough, arrows do nothing, and a review that is interrupted keeps what was decided."""
    archive = pending(tale(quick_path))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "regesta", "-C", str(archive.folder), "review"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a run in the background ignores it
    ) as process:  # fmt: skip
        os.close(theirs)
        sent = _until(ours, b"[?]")
        _press(ours, b"\x1b[A")
        sent += _until(ours, b"[?]")
        _press(ours, b"a")
        sent += _until(ours, b"[?]")
        process.send_signal(signal.SIGINT)
        sent += _rest(ours)
    os.close(ours)
    assert (process.returncode, b"1 proposal accepted" in sent, statuses(Cli(archive))) == (130, True, "aooooo")


def _press(descriptor: int, key: bytes) -> None:
    """Press a key until there is an answer: one that comes before the terminal waits for a single key is thrown away."""
    os.write(descriptor, key)
    while not select.select([descriptor], [], [], 5)[0]:
        os.write(descriptor, key)


def _until(descriptor: int, end: bytes) -> bytes:
    sent = b""
    while end not in sent:
        sent += os.read(descriptor, 4096)
    return sent


def _rest(descriptor: int) -> bytes:
    sent = b""
    while True:
        try:
            chunk = os.read(descriptor, 4096)
        except OSError:
            return sent
        if not chunk:
            return sent
        sent += chunk


def editor(folder: Path, script: str) -> str:
    """Return an editor that runs a Python script on the text `t` of the file."""
    path = folder / "editor"
    lines = [
        "#!" + sys.executable,
        "import sys, pathlib",
        "p = pathlib.Path(sys.argv[1])",
        "t = p.read_text('utf-8')",
        script,
        "p.write_text(t, 'utf-8')",
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


# Name: what the editor does to the text, which proposal, the answers after it, members of the event, statuses.
EDITED: dict[str, tuple[str, int, dict[str, Any], str]] = {
    "nothing": ("", 0, {"answer": "no"}, "aooooo"),
    "a member": ("t = t.replace('answer: ', 'pages: 7\\n  answer: ')", 0, {"pages": 7}, "aooooo"),
    "a member away": ("t = t.replace('  reason: ann-lee\\n', '')", 0, {"answer": "no"}, "aooooo"),
    "the need supplied": ("t = t.replace('data:', 'data:\\n  reason: bob-ray').split('# Still')[0]", 2, {"reason": "bob-ray"}, "ooaooo"),
    "the need left": ("t = t.replace('P03', 'P04')", 2, {}, "oooooo"),
    "no YAML": ("t = ': {'", 0, {}, "aooooo"),
    "no event": ("t = '- a\\n- b\\n'", 0, {}, "aooooo"),
    "unknown member": ("t += '\\nstate: P01\\n'", 0, {}, "aooooo"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "skip", "members", "expected"), EDITED.values(), ids=EDITED.keys())
def test_whole_event_in_an_editor(
    told: Cli, monkeypatch: pytest.MonkeyPatch, script: str, skip: int, members: dict[str, Any], expected: str
) -> None:
    """The event as a text in one's own editor: what was changed is changed, what makes no sense is said."""
    monkeypatch.setenv("EDITOR", editor(told.archive.folder, script or "pass"))
    review(told, *["s"] * skip, "w", "a", "q")
    data = events(told)[0]["data"] if events(told) else {}
    assert (statuses(told), {name: data.get(name) for name in members}) == (expected, members)


def test_document_is_not_kept(told: Cli) -> None:
    """Without the document the event is shown without its passage."""
    for path in (told.archive.folder / "documents").glob("*.txt"):
        path.unlink()
    assert "(the document is not kept here: ingest it again to see the passage)" in review(told, "q")


def test_hostile_text(quick_path: Path) -> None:
    """What a document says reaches a terminal as escapes, in its passage and around it."""
    text = TEXT.replace("P01 will", "\x1b[2J\x07P01 \u202ewill").replace("But", "\x9b2JBut")
    said = review(Cli(pending(tale(quick_path), text)), "q")
    assert (
        "»\\x1b[2J\\x07P01 \\u202ewill not take part.«" in said,
        [sign for sign in "\x1b\x07\x9b\u202e" if sign in said],
    ) == (True, [])


def test_somebody_else_appends(told: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events that others append in the meantime do not stop the review."""
    from regesta.cli import _keys

    answers = iter("aq")

    def ask(_prompt: str) -> str:
        key = next(answers)
        told.archive.append([answer(ord(key))])
        return key

    monkeypatch.setattr(_keys, "read_key", ask)
    told("review")
    assert statuses(told) == "aooooo"


def test_somebody_else_decides(told: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision that others have taken otherwise in the meantime is told, and keeps back none of the others."""
    from regesta.cli import _keys

    answers = iter("aaq")

    def ask(_prompt: str) -> str:
        key = next(answers)
        if key == "q":
            told("accept", "--reject", keys(told.archive)[0])
        return key

    monkeypatch.setattr(_keys, "read_key", ask)
    said = told("review").stdout
    assert ("it was rejected already" in said, "1 proposal accepted, 0 rejected" in said, statuses(told)) == (
        True,
        True,
        "raoooo",
    )
