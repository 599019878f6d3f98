"""`regesta sign`: keys outside of the archive, signatures in its checkpoint."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.events.checkpoint import Checkpoint
from regesta.events.note import SignerKey, signers
from tests.archives import drafts, make_archive, snapshot
from tests.cli.conftest import Cli
from tests.events.writers import copy_archive, edit_line

MINE = SignerKey("example.org/log", bytes(range(32)))
WITNESS = SignerKey("witness.example", bytes(range(1, 33)))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with three events, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("three"))
    archive.append(drafts(3))
    return archive


@pytest.fixture
def filled(three: Archive, quick_path: Path) -> Cli:
    """The command line on a copy."""
    (quick_path / "archive").mkdir()
    return Cli(copy_archive(three, quick_path / "archive"))


@pytest.fixture
def keys(quick_path: Path) -> Path:
    """A folder outside of the archive with two keys."""
    folder = quick_path / "keys"
    folder.mkdir()
    (folder / "mine").write_text(f"{MINE.encode()}\n")
    (folder / "witness").write_text(f"{WITNESS.encode()}\n")
    return folder


def checkpoint(cli: Cli) -> Checkpoint:
    return Checkpoint.decode((cli.archive.folder / "events" / "checkpoint").read_bytes(), "c")


def test_new_key(cli: Cli, quick_path: Path) -> None:
    """--new-key writes a key that only its owner can read, and prints the verifier key."""
    path = quick_path / "key"
    said = cli.lines("sign", "--new-key", str(path), "--name", "example.org/log")
    key = SignerKey.parse(path.read_text().removesuffix("\n"))
    assert (said, stat.S_IMODE(path.stat().st_mode), key.name) == ([key.verifier.encode()], 0o600, "example.org/log")


def test_new_key_without_an_archive(quick_path: Path, cli: Cli) -> None:
    """A key can be made where there is no archive."""
    result = cli("-C", str(quick_path), "sign", "--new-key", str(quick_path / "key"), "--name", "a", "--json")
    assert (result.exit_code, "verifier_key" in result.stdout) == (0, True)


def test_sign(filled: Cli, keys: Path) -> None:
    """The signature is in the checkpoint, which is otherwise as it was; the log stays sound."""
    before = checkpoint(filled)
    said = filled.lines("sign", "--key", str(keys / "mine"))
    after = checkpoint(filled)
    assert (said, signers(after, [MINE.verifier], "c")) == (
        ["signed the checkpoint of 3 events as example.org/log"], ["example.org/log"],
    )  # fmt: skip
    assert (after.origin, after.size, after.root) == (before.origin, before.size, before.root)
    assert filled.json("verify")["sound"]


def test_sign_again(filled: Cli, keys: Path) -> None:
    """A second key signs beside the first; the same key again changes nothing."""
    filled.lines("sign", "--key", str(keys / "mine"))
    said = filled.lines("sign", "--key", str(keys / "witness"))
    both = checkpoint(filled)
    filled.lines("sign", "--key", str(keys / "witness"))
    assert said == ["signed the checkpoint of 3 events as witness.example, beside 1 other signature"]
    assert (checkpoint(filled), len(both.signatures)) == (both, 2)


def test_append_after_signing(filled: Cli, keys: Path) -> None:
    """An append makes a new checkpoint, which nobody has signed yet."""
    filled.lines("sign", "--key", str(keys / "mine"))
    filled.archive.append(drafts(1, first=4))
    assert (checkpoint(filled).size, checkpoint(filled).signatures) == (4, ())


def test_json(filled: Cli, keys: Path) -> None:
    """--json tells the size and who signed."""
    said = filled.json("sign", "--key", str(keys / "mine"))
    assert (said["size"], said["signed_by"], said["signatures"]) == (3, "example.org/log", 1)


def test_damaged_log_is_not_signed(filled: Cli, keys: Path) -> None:
    """Where the log is not what its checkpoint says, nothing is signed."""
    edit_line(filled.archive.folder / "events" / "000001.jsonl", 1, b"the roll", b"a roll")
    before = checkpoint(filled)
    code, said = filled.error("sign", "--key", str(keys / "mine"))
    assert (code, said[0][:7], checkpoint(filled)) == (3, "error: ", before)


def test_empty_log(cli: Cli, keys: Path) -> None:
    """Without a checkpoint there is nothing to sign."""
    assert cli.error("sign", "--key", str(keys / "mine")) == (
        3, ["error: …: there is no checkpoint to sign", "help: append an event"],
    )  # fmt: skip


def test_key_in_the_archive(filled: Cli, keys: Path) -> None:
    """A key in the folder of an archive, also behind a link, is neither used nor made."""
    inside = filled.write("key", f"{MINE.encode()}\n")
    (keys / "link").symlink_to(inside)
    before = snapshot(filled.archive.folder)
    message = "a key must not lie in …, which is an archive: it would be published with it"
    tried = [
        filled.error("sign", "--key", inside),
        filled.error("sign", "--key", str(keys / "link")),
        filled.error("sign", "--new-key", str(filled.archive.folder / "events" / "new"), "--name", "a"),
    ]
    assert [(code, message in said[0]) for code, said in tried] == [(2, True)] * 3
    assert snapshot(filled.archive.folder) == before


GIVE = "give --key FILE to sign, or --new-key FILE and --name NAME to make a key"
# Name: words behind `sign` (KEYS: the folder of keys), exit code, the message.
REFUSED = {
    "nothing": ([], 2, GIVE),
    "both": (["--key", "KEYS/mine", "--new-key", "KEYS/x", "--name", "a"], 2, GIVE),
    "no name": (["--new-key", "KEYS/x"], 2, "--new-key needs a name: --name example.org/log"),
    "name without a key": (["--key", "KEYS/mine", "--name", "a"], 2, GIVE),
    "bad name": (["--new-key", "KEYS/x", "--name", "a b"], 2, "'a b' cannot be the name of a key"),
    "taken": (["--new-key", "KEYS/mine", "--name", "a"], 1, "KEYS/mine: there is a file of this name"),
    "no folder": (["--new-key", "KEYS/no/x", "--name", "a"], 1, "KEYS/no/x: cannot write: No such file"),
    "no key": (["--key", "KEYS/x"], 1, "KEYS/x: cannot be read: No such file"),
    "no key in it": (["--key", "/dev/null"], 2, "/dev/null: this is no key to sign with"),
}


@pytest.mark.parametrize(("words", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(filled: Cli, keys: Path, words: list[str], code: int, message: str) -> None:
    """What makes no sense is refused, and neither keys nor log are touched."""
    before = snapshot(keys), snapshot(filled.archive.folder / "events")
    found, said = filled.error("sign", *(word.replace("KEYS", str(keys)) for word in words))
    expected = f"error: {message.replace('KEYS', str(keys))}"
    assert (found, said[0][: len(expected)]) == (code, expected)
    assert (snapshot(keys), snapshot(filled.archive.folder / "events")) == before
