"""`docs/verify_log.py`: a log is checked with the standard library alone, by a script that fits on a page."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest
import rfc8785

from tests.archives import tree_root

ROOT: Final = Path(__file__).parent.parent
SCRIPT: Final = ROOT / "docs" / "verify_log.py"
NAME: Final = "example.org/log"


def run(folder: Path, *checkpoints: Path) -> tuple[int, list[str]]:
    """Run the script in a bare interpreter; return its exit code and what it said, with short paths."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(folder), *map(str, checkpoints)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).replace(f"{folder}/", "").splitlines()


def event(number: int, **members: Any) -> dict[str, Any]:
    return {
        "data": {"note": f"n{number}"}, "id": f"{number:032x}", "recordedtime": "2017-07-01T00:00:00.000Z",
        "sequence": f"{number:012d}", "source": "manual:", "specversion": "1.0", "subject": "letter/l1",
        "type": "letter.sent", **members,
    }  # fmt: skip


def leaf(item: dict[str, Any]) -> str:
    return sha256(b"\x00" + rfc8785.dumps(item)).hexdigest()


SECRET = event(2)
STUB = event(2, data={}, leafhash=leaf(SECRET))


def redaction(number: int, stub: dict[str, Any], **data: str) -> dict[str, Any]:
    """Return the event that announces the stub of event 2."""
    digest = sha256(rfc8785.dumps(stub)).hexdigest()
    said = {"fields": "note", "leaf": leaf(SECRET), "reason": "Asked for.", "stub": digest, **data}
    return event(number, type="event.redacted", subject=f"event/{SECRET['id']}", data=said)


WHOLE = [event(1), SECRET, event(3), event(4), redaction(5, STUB)]
REDACTED = [event(1), STUB, *WHOLE[2:]]


FORGED = [event(1, data={}), *REDACTED[1:]]


def write(folder: Path, events: list[dict[str, Any]], sealed: list[dict[str, Any]] = WHOLE) -> None:
    """Write the events as a log of two segments, with a checkpoint, and an old one of three events of `WHOLE`."""
    lines = [rfc8785.dumps(item) + b"\n" for item in events]
    (folder / "000001.jsonl").write_bytes(b"".join(lines[:2]))
    (folder / "000002.jsonl").write_bytes(b"".join(lines[2:]))
    seal(folder / "checkpoint", sealed)
    seal(folder / "old", WHOLE[:3])


def seal(path: Path, events: list[dict[str, Any]], name: str = NAME) -> None:
    root = b64encode(tree_root([rfc8785.dumps(item) for item in events])).decode()
    path.write_text(f"{name}\n{len(events)}\n{root}\n")


def test_it_fits_on_a_page() -> None:
    """The script has at most 60 lines and imports nothing but the standard library."""
    lines = SCRIPT.read_text("utf-8").splitlines()
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert (len(lines) <= 60, max(map(len, lines)) <= 120, imported - sys.stdlib_module_names) == (True, True, set())


def test_the_shipped_archive() -> None:
    """The log that comes with the program is sound, with as many events as its checkpoint says."""
    size = (ROOT / "events" / "checkpoint").read_text().splitlines()[1]
    code, said = run(ROOT / "events")
    assert (code, said[0]) == (0, f"checkpoint: its {size} events are the first of the log's {size}")


def test_an_older_checkpoint(tmp_path: Path) -> None:
    """A checkpoint that somebody kept is checked against the log's first events; signatures do not matter."""
    write(tmp_path, REDACTED)
    with (tmp_path / "old").open("a") as file:
        file.write("\n— example.org/log AAAAAAA=\n")
    assert run(tmp_path, tmp_path / "old") == (
        0,
        [
            "checkpoint: its 5 events are the first of the log's 5",
            "old: its 3 events are the first of the log's 5",
            "sound: 5 events, 1 redacted. Not checked: ids, dates, schemas, signatures",
        ],
    )


def test_a_redacted_event(tmp_path: Path) -> None:
    """A stub that a later event announces has the hash of the line that it stands for, and is counted."""
    write(tmp_path, REDACTED)
    code, said = run(tmp_path, tmp_path / "old")
    assert (code, said[-1]) == (0, "sound: 5 events, 1 redacted. Not checked: ids, dates, schemas, signatures")


def changed(number: int, **members: Any) -> Callable[[Path], object]:
    return lambda folder: write(folder, [*REDACTED[: number - 1], event(number, **members), *REDACTED[number:]])


def replaced(path: str, old: bytes, new: bytes) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        data = (folder / path).read_bytes()
        assert old in data
        (folder / path).write_bytes(data.replace(old, new, 1))

    return change


NO_STUB = f"event {SECRET['id']}: its stub and its redaction do not agree"
NOT_THESE = "checkpoint: its events are not those of the log"
# Name: what was done to the log, the first words of what the script says.
DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a letter": (replaced("000001.jsonl", b"n1", b"n9"), NOT_THESE),
    "an event": (changed(3, data={"note": "other"}), NOT_THESE),
    "the last line removed": (lambda folder: write(folder, [event(1), *WHOLE[1:4]]), "checkpoint is of 5 events, there are 4"),
    "a line removed": (
        lambda folder: write(folder, [*REDACTED[:2], *REDACTED[3:]]),
        "000002.jsonl, line 1: this is not the number that comes next",
    ),
    "a line twice": (
        lambda folder: write(folder, [WHOLE[0], *WHOLE]), "000001.jsonl, line 2: this is not the number that comes next",
    ),
    "two lines swapped": (
        lambda folder: write(folder, [WHOLE[1], WHOLE[0], *WHOLE[2:]]),
        "000001.jsonl, line 1: this is not the number that comes next",
    ),
    "a segment removed": (
        lambda folder: (folder / "000001.jsonl").unlink(), "000002.jsonl is not segment 1: one is missing",
    ),
    "the end cut off": (replaced("000002.jsonl", b'"}\n{', b'"}\n'), "000002.jsonl, line 2: JSONDecodeError"),
    "no last newline": (
        lambda folder: (folder / "000002.jsonl").write_bytes((folder / "000002.jsonl").read_bytes()[:-1]),
        "000002.jsonl is empty, or does not end in a newline",
    ),
    "another root": (lambda folder: seal(folder / "checkpoint", [*WHOLE[:4], event(5)]), NOT_THESE),
    "a log rewritten with its checkpoint": (
        lambda folder: write(folder, FORGED, sealed=[FORGED[0], *WHOLE[1:]]), "old: its events are not those of the log",
    ),
    "an old checkpoint of another log": (
        lambda folder: seal(folder / "old", WHOLE[:3], "example.org/other"), "old is of another log, example.org/other",
    ),
    "a stub that nobody announces": (lambda folder: write(folder, [*REDACTED[:4], event(5)]), NO_STUB),
    "a stub that says something else": (
        lambda folder: write(folder, [event(1), {**STUB, "data": {"note": "other"}}, *WHOLE[2:]]), NO_STUB,
    ),
    "a stub with another hash": (
        lambda folder: write(folder, [event(1), {**STUB, "leafhash": leaf(event(7))}, *WHOLE[2:]]), NO_STUB,
    ),
    "a stub of another event": (
        lambda folder: write(folder, [event(1), {**STUB, "id": "f" * 32}, *WHOLE[2:]]), NO_STUB,
    ),
    "a redaction before its stub": (
        lambda folder: write(folder, [{**redaction(1, STUB)}, STUB, *WHOLE[2:4], event(5)]), NO_STUB,
    ),
    "a redaction without its stub": (lambda folder: write(folder, WHOLE), NO_STUB),
    "a size that is no number": (replaced("checkpoint", b"5", b"-5"), "checkpoint is of -5 events, there are 5"),
    "a redaction of another leaf": (
        lambda folder: write(folder, [*REDACTED[:4], redaction(5, STUB, leaf="0" * 64)]), NO_STUB,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage(tmp_path: Path, change: Callable[[Path], object], message: str) -> None:
    """Whatever was changed, the script says NOT SOUND and where, with exit code 1."""
    write(tmp_path, REDACTED)
    change(tmp_path)
    code, said = run(tmp_path, tmp_path / "old")
    problem = [
        line.removeprefix("NOT SOUND: ") for line in said if not line.startswith(("checkpoint: its 5", "old: its 3"))
    ]
    assert (code, problem[0][: len(message)]) == (1, message)


def test_flipped_bits_in_the_shipped_log(tmp_path: Path) -> None:
    """Of bits flipped here and there in the shipped log, none passes."""
    copytree(ROOT / "events", tmp_path / "events")
    path = tmp_path / "events" / "000001.jsonl"
    data = path.read_bytes()
    codes = []
    for place in range(1_000, len(data), len(data) // 6):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        codes.append(run(tmp_path / "events")[0])
    assert set(codes) == {1}


def test_documented_members(tmp_path: Path) -> None:
    """docs/format.md names every member that a line of the shipped log has."""
    text = (ROOT / "docs" / "format.md").read_text("utf-8")
    lines = (ROOT / "events" / "000001.jsonl").read_bytes().splitlines()
    members = {name for line in lines for name in json.loads(line)} | {"leafhash"}
    assert [name for name in sorted(members) if f"`{name}`" not in text] == []
