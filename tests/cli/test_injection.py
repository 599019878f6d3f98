"""Words that mean something to SQL, a shell, a terminal, a format or a file system: to a command they are words.

Whatever is given for a date, a key, a table, an id, a type, a subject, a reason or a parameter, a command ends with
0, 1 or 2 and a message, sends no control character, and leaves log and tables as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from regesta.replay.build import build_into
from tests.archives import check_archive
from tests.cli.conftest import Cli
from tests.replay.dumps import dump
from tests.stranger.strings import STRINGS

SENT = "\x00\x07\x08\x1b\x7f\x9b\u202e\u2066\u2069\ufeff"  # what no output may hold

# Each S is replaced by each of the strings, OUT by a file that may be written.
COMMANDS = (
    "replay --at S -o OUT", "replay --known S -o OUT", "query --at S select_1", "query --known S select_1",
    "query S", "query -p a=S select_:a", "query -p S select_1", "query -p S=1 select_1",
    "diff S", "diff 2017 S", "diff S 2018", "diff --known S --known 2027", "diff 2017 2017 --table S",
    "blame S P01", "blame answers S",
    "timeline --at S", "timeline --known S", "timeline --since S", "timeline --until S", "timeline --type S --subject S",
    "show S", "log --type S --subject S --text S", "log --since S", "log --recorded-until S",
    "replace S --why S --undated --dry-run", "replace 3 --why x --date S --dry-run",
    "retract S --why S --dry-run", "retract 3 --why S --by S --dry-run",
    "log --recorded-since S", "replay --at 2018 --metadata S/S -o OUT", "diff 2017 2018 --known S --known S",
    "export events.csv --type S --subject S", "export events.csv --since S", "export events.csv --until S", "export feed.atom --text S -o OUT",
    "export events.jsonld --url S", "export S", "proposals --kind S --rule S", "proposals --story S --document S", "proposals --needs S",
    "accept S --dry-run", "accept --kind S --rule S --dry-run", "accept --story S --document S --reason S --by S --dry-run", "story S", "story S --from S --to S", "watch S --once",
    "S",
)  # fmt: skip
# These load the schema or make every check of an append, which takes a while: fewer strings.
SLOWER = (
    "replace 3 --why S --by S --summary S --datetext S --data reason=S --dry-run",
    "replace 3 --why x --data S --dry-run", "replace 3 --why x --data S=x --dry-run",
    "replace 3 --why x --evidence S --dry-run",
    "replace 3 --why x --subject S --dry-run",
)  # fmt: skip
FEWER = STRINGS[3:5] + STRINGS[12:14] + STRINGS[17:20] + STRINGS[26:27] + STRINGS[38:42]


def files(cli: Cli) -> dict[str, str]:
    """Return the digest of every file of the archive but those that may be deleted at any time."""
    paths = [path for path in cli.archive.folder.rglob("*") if path.is_file() and ".regesta" not in path.parts]
    return {str(path.relative_to(cli.archive.folder)): sha256(path.read_bytes()).hexdigest() for path in paths}


def faults(cli: Cli, command: str, strings: tuple[str, ...], out: Path) -> Iterator[str]:
    """Yield what is wrong with how the command takes the strings."""
    for string in strings:
        words = [word.replace("_", " ").replace("OUT", str(out)).replace("S", string) for word in command.split()]
        result = cli(*words)
        said = result.stdout + result.stderr
        stopped = result.exception is None or isinstance(result.exception, SystemExit)
        if result.exit_code not in (0, 1, 2) or not stopped or "bug in Regesta" in said or "Traceback" in said:
            yield f"{string[:40]!r}: {result.exit_code} {result.exception!r} {said[:200]}"
        if any(character in said for character in SENT) or (result.exit_code and not result.stderr):
            yield f"{string[:40]!r}: {said[:200]!r}"


@pytest.mark.parametrize("command", COMMANDS)
def test_words_are_words(story: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Every string, wherever a command takes one: a message, and nothing changed or written in the current folder."""
    monkeypatch.chdir(tmp_path)
    before = files(story)
    assert list(faults(story, command, STRINGS, tmp_path / "out.db")) == []
    assert (files(story), {path.name for path in tmp_path.iterdir()} - {"out.db"}) == (before, set())


@pytest.mark.parametrize("command", SLOWER)
def test_words_are_words_where_it_takes_longer(
    story: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """The same for the slower commands."""
    monkeypatch.chdir(tmp_path)
    before = files(story)
    assert list(faults(story, command, FEWER, tmp_path / "out.db")) == []
    assert (files(story), list(tmp_path.iterdir())) == (before, [])


# Reasons that may stand in the log: text, if of an odd kind.
APPENDED = ("'; drop table events; --", '" or 1=1', "a\nb\u202e%s{0}:at", "$(id) `id` ../ -o --", "\x9b2J\x7f")


def test_what_is_appended(retold: Cli, tmp_path: Path) -> None:
    """Such words, really appended, stand in the log and in the tables as they were given."""
    for number, words in enumerate(APPENDED):
        retold("replace", str(3 if number == 0 else 11 + number), "--why", words, "--summary", f"{number} {words}")
    events = check_archive(retold.archive)[11:]
    build_into(retold.archive, tmp_path / "full.db")
    rows = retold.json("query", "select summary from events where sequence > 11")
    said = [f"{number} {words}" for number, words in enumerate(APPENDED)]
    assert ([event["data"]["summary"] for event in events], [row["summary"] for row in rows]) == (said, said)
    assert dump(retold.archive.database) == dump(tmp_path / "full.db")


def test_there_are_enough() -> None:
    """The strings are as many as are promised, and all different."""
    assert len({*STRINGS}) >= 60
