"""`regesta check-proof`: what is proved and what that rests on, told to somebody who has nothing but files."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import pytest
from click.testing import CliRunner, Result

from regesta.cli import main
from regesta.events.checkpoint import Checkpoint
from regesta.events.note import SignerKey, signed
from regesta.events.proof import Consistency, Inclusion

KEY = SignerKey("example.org/log", bytes(range(32)))
OTHER_KEY = SignerKey("example.org/other", bytes(range(1, 33)))
ORIGIN = "example.org/letters"
LINE = (
    b'{"data":{"letter":"l1","summary":"Letter 1 goes out."},"edtf":"2017-06-28","id":"%b",'
    b'"recordedtime":"2017-07-01T00:00:00.000Z","sequence":"000000000002","source":"manual:","specversion":"1.0",'
    b'"subject":"letter/l1","type":"letter.sent"}' % (b"0123456789abcdef" * 2)
)
EARLIER = "the earlier checkpoint that you hold; what the log is now, on "
ALONE = "NOTHING BUT THIS FILE: it fits its own checkpoint, which anybody can make; compare size and root, or use --key"


def hashed(data: bytes) -> bytes:
    return sha256(data).digest()


FIRST, THIRD = hashed(b"\x00one"), hashed(b"\x00three")


def checkpoint_of(leaf: bytes) -> Checkpoint:
    """Return the checkpoint of a log of three events, the second with this leaf."""
    return Checkpoint(ORIGIN, 3, hashed(b"\x01" + hashed(b"\x01" + FIRST + leaf) + THIRD))


LEAF = hashed(b"\x00" + LINE)
CHECKPOINT = checkpoint_of(LEAF)
PROOF = Inclusion(LINE, 1, (FIRST, THIRD), CHECKPOINT)
OLD = Checkpoint(ORIGIN, 2, hashed(b"\x01" + FIRST + LEAF))
GROWTH = Consistency(2, (THIRD,), CHECKPOINT)
ROOT = b64encode(CHECKPOINT.root).decode()
CITATION = f"3:{ROOT}"


def proof_of(line: bytes) -> Inclusion:
    """Return a right proof of any line, with a checkpoint made for it."""
    return Inclusion(line, 1, (FIRST, THIRD), checkpoint_of(hashed(b"\x00" + line)))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no archive, with a proof of each kind, checkpoints and a key."""
    files = {
        "event": PROOF.encode(),
        "growth": GROWTH.encode(),
        "signed": replace(PROOF, checkpoint=signed(CHECKPOINT, KEY)).encode(),
        "held": CHECKPOINT.encode(),
        "old": OLD.encode(),
        "key": f"{OTHER_KEY.verifier.encode()}\n{KEY.verifier.encode()}\n".encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, data: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["check-proof", *words], input=data, prog_name="regesta")


def fields(*words: str) -> dict[str, str]:
    """Return the labelled lines that are printed, heading first."""
    result = run(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    heading, *lines = result.stdout.splitlines()
    return {"": heading} | {line[2:14].strip(): line[16:] for line in lines}


def test_event(here: Path) -> None:
    """An event is told with its number, type, date and words, and the log that it is in."""
    assert fields("event") == {
        "": "proved: event 2 of this log",
        "id": "0123456789abcdef" * 2,
        "type": "letter.sent",
        "date": "28 June 2017 (2017-06-28)",
        "summary": "Letter 1 goes out.",
        "log": ORIGIN,
        "size": "3 events",
        "root": ROOT,
        "rests on": ALONE,
    }


def test_growth(here: Path) -> None:
    """That a log only grew is told with how much came since."""
    assert fields("growth", "--since", "old", "--checkpoint", "held") == {
        "": "proved: the log only grew since its first 2 events",
        "since then": "1 event added, none changed, removed or moved",
        "log": ORIGIN,
        "size": "3 events",
        "root": ROOT,
        "rests on": f"{EARLIER}the checkpoint that you hold",
    }


SIGNED_BY = "the signature of example.org/log"
HELD = "the checkpoint that you hold"
# Name: words, what the proof rests on.
GROUNDS = {
    "nothing": (["signed"], ALONE),
    "a file": (["event", "--checkpoint", "held"], HELD),
    "a citation": (["event", "--checkpoint", CITATION], HELD),
    "a key": (["signed", "--key", KEY.verifier.encode()], SIGNED_BY),
    "a file of keys": (["signed", "--key", "key"], SIGNED_BY),
    "two keys": (["signed", "--key", OTHER_KEY.verifier.encode(), "--key", KEY.verifier.encode()], SIGNED_BY),
    "both": (["signed", "--key", "key", "--checkpoint", "held"], f"{HELD}, signed by example.org/log"),
    "a citation of the old one": (["growth", "--since", f"2:{b64encode(OLD.root).decode()}"], EARLIER + ALONE),
}


@pytest.mark.parametrize(("words", "ground"), GROUNDS.values(), ids=GROUNDS.keys())
def test_ground(here: Path, words: list[str], ground: str) -> None:
    """What the proof rests on is said plainly, and most plainly where it is nothing."""
    assert fields(*words)["rests on"] == ground


def test_standard_input(here: Path) -> None:
    """The file may come by standard input."""
    assert run("-", data=PROOF.encode()).stdout == run("event").stdout


def test_json(here: Path) -> None:
    """--json gives the same as an object."""
    assert json.loads(run("signed", "--key", "key", "--json").stdout) == {
        "proved": True, "sequence": 2, "id": "0123456789abcdef" * 2, "type": "letter.sent", "edtf": "2017-06-28",
        "summary": "Letter 1 goes out.", "content_proved": True, "leaf": None, "origin": ORIGIN, "size": 3, "root": ROOT,
        "checkpoint_held": False, "signed_by": ["example.org/log"],
    }  # fmt: skip


def test_json_of_growth(here: Path) -> None:
    """--json of a consistency proof tells both sizes."""
    assert json.loads(run("growth", "--since", "old", "--json").stdout) == {
        "proved": True, "old_size": 2, "added": 1, "origin": ORIGIN, "size": 3, "root": ROOT,
        "checkpoint_held": False, "signed_by": [],
    }  # fmt: skip


def test_redacted_event(here: Path) -> None:
    """Of a stub the fingerprint is proved, and no word that the file has beside it is printed."""
    stub = LINE.replace(b'"summary":"Letter 1 goes out."', b'"summary":"Not so."').replace(
        b'"recordedtime"', b'"leafhash":"%b","recordedtime"' % LEAF.hex().encode()
    )
    (here / "stub").write_bytes(replace(PROOF, line=stub).encode())
    result = run("stub", "--checkpoint", "held")
    heading = "proved: event 2 of this log had this fingerprint. NOT proved: what the file says of the event"
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, heading)
    assert (LEAF.hex() in result.stdout, "Not so." in result.stdout) == (True, False)
    said = json.loads(run("stub", "--checkpoint", "held", "--json").stdout)
    assert {said[name] for name in ("id", "type", "edtf", "summary")} == {None}
    assert (said["proved"], said["content_proved"]) == (True, False)


def test_undated_event(here: Path) -> None:
    """An event without a date is told as such, and one without a summary too."""
    (here / "undated").write_bytes(proof_of(LINE.replace(b'"edtf":"2017-06-28",', b"")).encode())
    assert fields("undated")["date"] == "undated"


def test_text_that_would_command_a_terminal(here: Path) -> None:
    """What a file says is shown, never sent to the terminal as it is."""
    (here / "bad").write_bytes(proof_of(LINE.replace(b"2017-06-28", rb"\u001b[2J")).encode())
    assert fields("bad")["date"] == r"\x1b[2J"


def event(proof: Inclusion | Consistency) -> Callable[[Path], object]:
    return lambda here: (here / "event").write_bytes(proof.encode())


ANOTHER_ROOT = "event: the proof leads to another root than the checkpoint's"
# Name: what was done to the files, words, exit code, the message.
REFUSED: dict[str, tuple[Callable[[Path], object], list[str], int, str]] = {
    "changed event": (event(replace(PROOF, line=LINE.replace(b"out", b"on"))), ["event"], 3, ANOTHER_ROOT),
    "changed hash": (event(replace(PROOF, hashes=(THIRD, FIRST))), ["event"], 3, ANOTHER_ROOT),
    "changed root": (event(replace(PROOF, checkpoint=OLD)), ["event"], 3, "event: the proof has more hashes"),
    "another place": (
        event(replace(PROOF, index=0)), ["event"], 3,
        "event: the event says that it is number 2, the proof is for number 1",
    ),
    "place beyond": (event(replace(PROOF, index=3)), ["event"], 3, "event: the event says that it is number 2"),
    "no event in it": (event(proof_of(b"two")), ["event"], 3, "event: what it proves is not an event of a log"),
    "list": (event(proof_of(b"[]")), ["event"], 3, "event: what it proves is not an event of a log"),
    "deep list": (event(proof_of(b"[" * 200_000)), ["event"], 3, "event: what it proves is not an event of a log"),
    "deep object": (
        event(proof_of(b'{"a":' * 40_000)), ["event"], 3, "event: what it proves is not an event of a log",
    ),
    "endless number": (
        event(proof_of(LINE.replace(b'"000000000002"', b"1e400"))), ["event"], 3, "event: what it proves is not an",
    ),
    "long number": (
        event(proof_of(LINE.replace(b'"000000000002"', b'"' + b"2" * 5_000 + b'"'))), ["event"], 3, "event: what it",
    ),
    "checkpoint of another size": (
        bool, ["event", "--checkpoint", "old"], 3,
        "event: the proof is for a checkpoint of 3 events, yours is another one, of 2",
    ),
    "checkpoint with another root": (
        bool, ["event", "--checkpoint", f"3:{b64encode(bytes(32)).decode()}"], 3, "event: the proof is for a checkpoint",
    ),
    "checkpoint of another log": (
        lambda here: (here / "held").write_bytes(replace(CHECKPOINT, origin="x").encode()),
        ["event", "--checkpoint", "held"], 3, "held: this checkpoint is of the log 'x', not of 'example.org/letters'",
    ),
    "not signed": (bool, ["event", "--key", "key"], 3, "event: not signed by example.org/other+"),
    "signed by another": (
        bool, ["signed", "--key", OTHER_KEY.verifier.encode()], 3, "signed: not signed by example.org/other+",
    ),
    "wrong signature": (
        event(replace(PROOF, checkpoint=replace(CHECKPOINT, signatures=signed(OLD, KEY).signatures))),
        ["event", "--key", "key"], 3, "event: the signature of example.org/log+",
    ),
    "no key": (bool, ["signed", "--key", "a+b+c"], 2, "signed: the end of the verifier key is not standard base64"),
    "old checkpoint of another size": (
        bool, ["growth", "--since", "held"], 3, "growth: the proof begins at 2 events, the earlier checkpoint has 3",
    ),
    "old checkpoint with another root": (
        bool, ["growth", "--since", f"2:{b64encode(bytes(32)).decode()}"], 3,
        "growth: the proof does not lead from the one checkpoint's root to the other's",
    ),
    "old checkpoint of another log": (
        lambda here: (here / "old").write_bytes(replace(OLD, origin="x").encode()),
        ["growth", "--since", "old"], 3, "old: this checkpoint is of the log 'x'",
    ),
    "no old checkpoint": (bool, ["growth"], 2, "this is a consistency proof: give the earlier checkpoint"),
    "old checkpoint for an event": (bool, ["event", "--since", "old"], 2, "--since belongs to a consistency proof"),
    "a checkpoint": (bool, ["held"], 3, "held:4: the proof ends here"),
    "no file": (bool, ["none"], 1, "none: cannot be read: No such file or directory"),
    "a folder": (bool, ["."], 1, ".: cannot be read: Is a directory"),
    "endless": (bool, ["/dev/zero"], 1, "/dev/zero: more than 524288 bytes, the limit"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "words", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(here: Path, before: Callable[[Path], object], words: list[str], code: int, message: str) -> None:
    """What is not proved is refused with a reason, in bounded time, and nothing is said to be proved."""
    before(here)
    start = perf_counter()
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr[: len(message) + 7]) == (code, "", f"error: {message}")
    assert perf_counter() - start < 2
