"""`regesta verify`: the verdict and its exit code."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.events.checkpoint import Checkpoint
from regesta.events.note import SignerKey, signed
from tests.archives import ORIGIN, drafts, letter, log_lines, make_archive, segment_paths, tree_root
from tests.cli.conftest import Cli
from tests.events.writers import copy_archive, edit_line, rewrite


def root(cli: Cli) -> str:
    return b64encode(tree_root(log_lines(cli.archive))).decode()


def test_sound(filled: Cli) -> None:
    """A sound log is one line: its size and its root."""
    assert filled.lines("verify") == [f"sound: 3 events in 1 segment, root {root(filled)}"]


def test_empty(cli: Cli) -> None:
    """An archive without events is sound."""
    assert cli("verify").stdout.startswith("sound: 0 events in 0 segments, root ")


def test_fault(filled: Cli) -> None:
    """Each fault is a line with file and line, then the verdict; the exit code is 3."""
    path = segment_paths(filled.archive)[0]
    path.write_bytes(path.read_bytes().replace(b"Letter 1 goes out.", b"Letter 1 stays in."))
    result = filled("verify")
    first, *_, verdict = result.stdout.splitlines()
    assert (result.exit_code, first.startswith(f"{path}:1: "), verdict) == (
        3, True, "NOT sound: 2 faults in 3 events in 1 segment",
    )  # fmt: skip


def test_json(filled: Cli) -> None:
    """--json gives the same as an object."""
    expected = {
        "sound": True, "events": 3, "segments": 1, "checkpoint": 3, "root": root(filled), "redacted": 0,
        "faults": [], "notices": [],
    }  # fmt: skip
    assert filled.json("verify") == expected


def test_json_of_a_fault(filled: Cli) -> None:
    """A fault in JSON has its place and message."""
    (filled.archive.folder / "events" / "notes.txt").write_text("x")
    where = str(filled.archive.folder / "events" / "notes.txt")
    result = filled.json("verify")
    assert (result["sound"], result["faults"]) == (
        False, [{"where": where, "message": "this file does not belong to the log"}],
    )  # fmt: skip


def test_notice(filled: Cli) -> None:
    """What is no fault but worth knowing goes to standard error."""
    (filled.archive.folder / "events" / ".000002.jsonl.0badcafe.tmp").write_bytes(b"")
    result = filled("verify")
    said = "notice: .000002.jsonl.0badcafe.tmp was left by an append that was killed; the next one removes it\n"
    assert (result.exit_code, result.stderr) == (0, said)


def test_progress(filled: Cli) -> None:
    """On a terminal the check shows how far it is."""
    filled.archive.append(drafts(3, first=4))
    assert "verifying" in filled.on_terminal("verify")


KEY = SignerKey("example.org/log", bytes(range(32)))
OTHER_KEY = SignerKey("example.org/other", bytes(range(1, 33)))


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with five events in two segments, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("five"))
    archive.append(drafts(3))
    archive.append(drafts(2, first=4))
    return archive


@pytest.fixture
def grown(five: Archive, quick_path: Path) -> Cli:
    """The command line on a copy."""
    return Cli(copy_archive(five, quick_path))


def covering(cli: Cli, size: int) -> Checkpoint:
    """Return the checkpoint that the log had when it was so long."""
    return Checkpoint(ORIGIN, size, tree_root(log_lines(cli.archive)[:size]))


def keep(cli: Cli, size: int, folder: Path) -> str:
    """Write that checkpoint to a file outside of the archive and return its path."""
    (folder / "kept").write_bytes(covering(cli, size).encode())
    return str(folder / "kept")


UNBROKEN = "history was not rewritten: the first {} are those of the checkpoint that you kept; {} came after"


@pytest.mark.parametrize("mode", [[], ["--hashes"]], ids=["all", "hashes"])
@pytest.mark.parametrize(
    ("size", "said"),
    {
        0: ("0 events", "5 events"),
        1: ("1 event", "4 events"),
        4: ("4 events", "1 event"),
        5: ("5 events", "none"),
    }.items(),
)
def test_since(grown: Cli, tmp_path: Path, mode: list[str], size: int, said: tuple[str, str]) -> None:
    """A checkpoint of any earlier size, or the present one, is said to be the log's beginning."""
    found = grown.lines("verify", *mode, "--since", keep(grown, size, tmp_path))
    assert found[1:] == [UNBROKEN.format(*said)]


def test_since_a_citation(grown: Cli, tmp_path: Path) -> None:
    """What a citation says, and standard input, are as good as a file."""
    citation = f"3:{b64encode(covering(grown, 3).root).decode()}"
    path = keep(grown, 3, tmp_path)
    by_file, by_citation = grown("verify", "--since", path), grown("verify", "--since", citation)
    by_input = grown("verify", "--since", "-", input=Path(path).read_bytes())
    assert by_file.stdout == by_citation.stdout == by_input.stdout


def edited(cli: Cli) -> None:
    edit_line(segment_paths(cli.archive)[0], 1, b"the roll", b"the role")
    rewrite(cli.archive, log_lines(cli.archive))


def swapped(cli: Cli) -> None:
    one, two, *rest = log_lines(cli.archive)
    rewrite(cli.archive, [two, one, *rest])


def dropped(cli: Cli) -> None:
    rewrite(cli.archive, log_lines(cli.archive)[:3])


def slipped_in(cli: Cli) -> None:
    one, *rest = log_lines(cli.archive)
    rewrite(cli.archive, [one, one, *rest])


REWRITTEN = "kept: the first 4 events are not those of this checkpoint: history was rewritten, or it is of another log"
# What somebody did who can compute everything and wrote a checkpoint that fits; the fault.
FORGED: dict[str, tuple[Callable[[Cli], object], str]] = {
    "an event changed": (edited, REWRITTEN),
    "events swapped": (swapped, REWRITTEN),
    "an event slipped in": (slipped_in, REWRITTEN),
    "events removed": (
        dropped, "kept: this checkpoint is of 4 events, the log has 3: some were removed, or it is of another log",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("forge", "fault"), FORGED.values(), ids=FORGED.keys())
def test_rewritten_history(grown: Cli, tmp_path: Path, forge: Callable[[Cli], object], fault: str) -> None:
    """A log that was rewritten whole, with its checkpoint, is found out by a checkpoint from before; exit code 3."""
    path = keep(grown, 4, tmp_path)
    forge(grown)
    result = grown("verify", "--hashes", "--since", path)
    *faults, verdict = result.stdout.replace(f"{tmp_path}/", "").splitlines()
    assert (result.exit_code, faults, verdict[:19]) == (3, [fault], "NOT sound: 1 fault ")


def test_since_another_log(grown: Cli, tmp_path: Path) -> None:
    """A checkpoint of another log says nothing of this one: it is the wrong one to ask with."""
    (tmp_path / "kept").write_bytes(Checkpoint("example.org/other", 4, bytes(32)).encode())
    code, said = grown.error("verify", "--since", str(tmp_path / "kept"))
    expected = "--since: this checkpoint is of the log 'example.org/other', the archive is 'example.org/letters'"
    assert (code, said[0]) == (2, f"error: {expected}")


def test_json_of_since(grown: Cli, tmp_path: Path) -> None:
    """--json tells the kept checkpoint and whether the log begins with it."""
    root = b64encode(covering(grown, 4).root).decode()
    result = grown.json("verify", "--hashes", "--since", keep(grown, 4, tmp_path))
    assert (result["only_hashes"], result["since"]) == (True, {"size": 4, "root": root, "unbroken": True})


def test_hashes_only(grown: Cli) -> None:
    """--hashes says that nothing else was checked; a fault of form it does not see."""
    lines = log_lines(grown.archive)
    rewrite(grown.archive, [lines[0], b"no event at all", *lines[2:]])
    result = grown("verify", "--hashes")
    root = b64encode(tree_root(log_lines(grown.archive))).decode()
    assert (result.exit_code, result.stdout) == (
        0, f"hashes agree: 5 events in 1 segment, root {root}; nothing else was checked\n",
    )  # fmt: skip


def sign(cli: Cli, key: SignerKey) -> None:
    path = cli.archive.folder / "events" / "checkpoint"
    path.write_bytes(signed(Checkpoint.decode(path.read_bytes(), "c"), key).encode())


def test_key(grown: Cli, tmp_path: Path) -> None:
    """--key takes a key or a file of keys; one of them must have signed, and its name is told."""
    sign(grown, KEY)
    (tmp_path / "keys").write_text(f"{OTHER_KEY.verifier.encode()}\n{KEY.verifier.encode()}\n")
    for key in (KEY.verifier.encode(), str(tmp_path / "keys")):
        assert grown.lines("verify", "--key", key)[1:] == ["the checkpoint is signed by example.org/log"]
    assert grown.json("verify", "--key", KEY.verifier.encode())["signed_by"] == ["example.org/log"]


def test_not_signed(grown: Cli) -> None:
    """A checkpoint that the key did not sign is told; the log itself is sound."""
    sign(grown, OTHER_KEY)
    result = grown.json("verify", "--key", KEY.verifier.encode())
    expected = f"{grown.archive.folder}/events/checkpoint: not signed by example.org/log+{KEY.verifier.id.hex()}"
    assert (result["sound"], result["signed_by"], result["unsigned"][: len(expected)]) == (True, [], expected)
    assert grown("verify", "--key", KEY.verifier.encode()).exit_code == 1


def test_kept_checkpoint_not_signed(grown: Cli, tmp_path: Path) -> None:
    """With --since the checkpoint that was kept must be signed, not what has come since."""
    sign(grown, KEY)
    result = grown.json("verify", "--key", KEY.verifier.encode(), "--since", keep(grown, 4, tmp_path))
    assert (result["sound"], result["unsigned"].startswith(str(tmp_path / "kept"))) == (True, True)


def test_kept_checkpoint_signed(grown: Cli, tmp_path: Path) -> None:
    """A checkpoint that was signed and kept holds also when events came after it that nobody has signed."""
    sign(grown, KEY)
    (tmp_path / "kept").write_bytes((grown.archive.folder / "events" / "checkpoint").read_bytes())
    grown.archive.append([letter(99)])
    said = grown.lines("verify", "--key", KEY.verifier.encode(), "--since", str(tmp_path / "kept"))
    assert said[2:] == ["the checkpoint that you kept is signed by example.org/log"]


# Name: words behind `verify`, exit code, the message.
REFUSED = {
    "no file": (["--since", "none"], 1, "none: cannot be read: No such file or directory"),
    "short root": (["--since", "3:YZHX"], 2, "3:YZHX: the root has 3 bytes, expected 32"),
    "not a checkpoint": (["--since", "/dev/null"], 3, "/dev/null:1: the checkpoint ends here, expected the origin"),
    "no key": (["--key", "a+b"], 2, "'a+b' is no verifier key"),
    "secret key": (["--key", KEY.encode()], 2, "the verifier key is not"),
    "no file of keys": (["--key", "none"], 1, "none: cannot be read"),
}


@pytest.mark.parametrize(("words", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(grown: Cli, words: list[str], code: int, message: str) -> None:
    """Options that make no sense are told before the log is read."""
    found, said = grown.error("verify", *words)
    assert (found, message in said[0]) == (code, True)
