"""Output: nothing that an event says reaches a terminal as a command."""

from __future__ import annotations

import pytest

from regesta.cli._terminal import count, one_line, safe
from tests.archives import letter
from tests.cli.conftest import Cli

# Name: text, how it is shown.
UNSAFE = {
    "clear screen": ("a\x1b[2Jb", "a\\x1b[2Jb"),
    "colour": ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
    "title of the window": ("\x1b]0;x\x07", "\\x1b]0;x\\x07"),
    "one-byte CSI": ("\x9b2J", "\\x9b2J"),
    "next line": ("a\x85b", "a\\x85b"),
    "delete": ("a\x7fb", "a\\x7fb"),
    "backspace": ("ab\x08c", "ab\\x08c"),
    "carriage return": ("ab\rc", "ab\\x0dc"),
    "newline": ("a\nb", "a\\x0ab"),
    "NUL": ("a\0b", "a\\x00b"),
    "right-to-left override": ("a\u202eb", "a\\u202eb"),
    "isolate": ("a\u2066b\u2069", "a\\u2066b\\u2069"),
    "Arabic letter mark": ("\u061ca", "\\u061ca"),
    "line separator": ("a\u2028b", "a\\u2028b"),
    "byte order mark": ("\ufeffa", "\\ufeffa"),
    "half of a pair": ("a\udc80b", "a\\udc80b"),
}
SHOWN_AS_IT_IS = "Ünïcode — “quotes” [bold]no markup[/bold] :smile: 日本 עברית 🗳"
HOSTILE = "[bold]x[/bold] \x7f\u202e :smile:\n\u009b31m"


@pytest.mark.parametrize(("text", "shown"), UNSAFE.values(), ids=UNSAFE.keys())
def test_unsafe_characters_are_escaped(text: str, shown: str) -> None:
    """Each character that does something is shown as its escape."""
    assert safe(text) == shown


def test_other_text_is_left_alone() -> None:
    """Letters of any script, quotes and emoji are shown as they are."""
    assert safe(SHOWN_AS_IT_IS) == SHOWN_AS_IT_IS


def test_lines_keep_their_ends() -> None:
    """Where several lines are meant, newlines and tabs stay; a lone carriage return, which overwrites, does not."""
    assert safe("a\r\nb\n\tc\rd", lines=True) == "a\nb\n\tc\\x0dd"


def test_one_line_joins() -> None:
    """Line ends and runs of spaces become one space."""
    assert one_line(" a\n\n b\t\x1bc ") == "a b \\x1bc"


@pytest.mark.parametrize(
    ("number", "noun", "words"), [(0, "event", "0 events"), (1, "query", "1 query"), (1234, "query", "1,234 queries")]
)
def test_count(number: int, noun: str, words: str) -> None:
    """A number agrees with its noun."""
    assert count(number, noun) == words


def hostile(cli: Cli) -> Cli:
    """Append an event whose text would do things to a terminal."""
    data = {"letter": "l1", "place": "P01", "about": HOSTILE, "summary": HOSTILE}
    cli.archive.append([letter(1, data=data)])
    return cli


# Name: command, a line that it must show in a pipe and on a terminal.
SHOWING = {
    "log": (["log"], "[bold]x[/bold] \\x7f\\u202e :smile: \\x9b31m"),
    "show": (["show", "1"], "[bold]x[/bold] \\x7f\\u202e :smile:\n"),
    "query": (["query", "select summary from events"], "[bold]x[/bold] \\x7f\\u202e :smile:"),
}


@pytest.mark.parametrize(("words", "shown"), SHOWING.values(), ids=SHOWING.keys())
def test_hostile_event_in_a_pipe(cli: Cli, words: list[str], shown: str) -> None:
    """Output for eyes is safe in a pipe too, which may end at a terminal."""
    assert shown in hostile(cli)(*words).stdout


@pytest.mark.parametrize(("words", "shown"), SHOWING.values(), ids=SHOWING.keys())
def test_hostile_event_on_a_terminal(cli: Cli, words: list[str], shown: str) -> None:
    """A terminal gets escapes and neither markup nor emoji are interpreted."""
    sent = hostile(cli).on_terminal(*words, columns=160)
    assert (shown.rstrip() in sent, [c for c in "\x7f\u202e\x9b" if c in sent]) == (True, [])


# Name: command, what a terminal gets where a pipe gets the character itself.
EXACT = {
    "log --json": (["log", "--json"], '"summary":"[bold]x[/bold] \\u007f\\u202e :smile:\\n\\u009b31m"'),
    "query --json": (["query", "--json", "select summary from events"], "\\u007f\\u202e :smile:\\n\\u009b31m"),
    "query --csv": (["query", "--csv", "select summary from events"], "\\x7f\\u202e :smile:\n\\x9b31m"),
}


@pytest.mark.parametrize(("words", "shown"), EXACT.values(), ids=EXACT.keys())
def test_machine_readable_output_is_safe_on_a_terminal_only(cli: Cli, words: list[str], shown: str) -> None:
    """JSON and CSV are exact in a pipe, and made safe where they would meet a terminal."""
    hostile(cli).json("build")
    assert ("\x7f\u202e :smile:" in cli(*words).stdout, shown in cli.on_terminal(*words)) == (True, True)


def test_progress_only_on_a_terminal(filled: Cli) -> None:
    """A build shows a bar on a terminal and nothing in a pipe."""
    assert ("building" in filled.on_terminal("build"), filled("build", "--full").stderr) == (True, "")
