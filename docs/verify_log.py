"""Check a log of events with nothing but Python 3.8 or later: python verify_log.py EVENTS_FOLDER [OLD_CHECKPOINT ...]

The log is the lines of 000001.jsonl, 000002.jsonl and so on, one event a line. The file "checkpoint" holds three lines:
the log's name, how many events it has, and the root of a Merkle tree over their lines (RFC 6962, section 2.1), which is
another one if any line was changed, removed, added or moved. An old checkpoint that somebody kept elsewhere shows that
its events are still there as they were. All of this is described in docs/format.md.
"""

import base64
import hashlib
import json
import pathlib
import sys


def hashed(data):  # noqa: D103
    return hashlib.sha256(data).digest()


def root(leaves):  # noqa: D103 (the left subtree is the largest full one that leaves something for the right)
    if len(leaves) < 2:
        return leaves[0] if leaves else hashed(b"")
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashed(b"\x01" + root(leaves[:left]) + root(leaves[left:]))


def need(condition, message):  # noqa: D103
    if not condition:
        sys.exit(f"NOT SOUND: {message}")  # exit code 1


folder = pathlib.Path(sys.argv[1])
leaves, stubs, redactions = [], [], {}
for number, path in enumerate(sorted(folder.glob("*.jsonl")), start=1):
    need(path.name == f"{number:06d}.jsonl", f"{path} is not segment {number}: one is missing")
    *lines, rest = path.read_bytes().split(b"\n")
    need(rest == b"", f"{path} does not end in a newline")
    for position, line in enumerate(lines, start=1):
        where, event = f"{path}, line {position}", json.loads(line.decode("utf-8"))
        need(event["sequence"] == f"{len(leaves) + 1:012d}", f"{where}: this is not the number that comes next")
        if "leafhash" in event:  # a stub: something was taken out, and this is the hash that the whole line had
            stubs.append((where, event, hashed(line).hex()))
        if event["type"] == "event.redacted":  # says so, with the hashes of the whole line and of what is left
            redactions[event["subject"]] = (event["sequence"], event["data"]["stub"], event["data"]["leaf"])
        leaves.append(bytes.fromhex(event["leafhash"]) if "leafhash" in event else hashed(b"\x00" + line))
for where, stub, digest in stubs:
    sequence, *said = redactions.get(f"event/{stub['id']}", ("", "", ""))
    need(sequence > stub["sequence"] and said == [digest, stub["leafhash"]], f"{where}: a stub without its redaction")
names = set()
for path in [folder / "checkpoint", *map(pathlib.Path, sys.argv[2:])]:
    name, size, digest = path.read_bytes().split(b"\n")[:3]  # signatures may follow, which are not checked here
    names.add(name)
    need(len(names) == 1, f"{path} is of another log, {name}")
    need(int(size) <= len(leaves), f"{path} is of {int(size)} events, there are only {len(leaves)}")
    need(base64.b64decode(digest) == root(leaves[: int(size)]), f"{path}: its events are not those of the log")
    print(f"{path}: its {int(size)} events are the first of the log's {len(leaves)}")
print(f"sound: {len(leaves)} events, {len(stubs)} of them redacted")
