"""Check a log of events with nothing but Python 3.8 or later: python verify_log.py EVENTS_FOLDER [OLD_CHECKPOINT ...]

The log is the lines of 000001.jsonl and so on, one event a line. "checkpoint" holds three lines: the log's name, how
many events it has, and the root of a Merkle tree over their lines (RFC 6962, section 2.1), which is another one if any
line was changed, removed, added or moved. Who can write the log can write that file too: only an old checkpoint that
somebody kept elsewhere shows that nothing was rewritten. docs/format.md describes all of this.
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


folder, where, leaves, stubs, redactions, names = pathlib.Path(*sys.argv[1:2]), "this script", [], {}, {}, set()
try:
    for number, path in enumerate(sorted(folder.glob("*.jsonl")), start=1):
        need(path.name == f"{number:06d}.jsonl", f"{path} is not segment {number}: one is missing")
        *lines, rest = path.read_bytes().split(b"\n")
        need(lines and rest == b"", f"{path} is empty, or does not end in a newline")
        for position, line in enumerate(lines, start=1):
            where = f"{path}, line {position}"
            event = json.loads(line.decode("utf-8"))
            need(event["sequence"] == f"{len(leaves) + 1:012d}", f"{where}: this is not the number that comes next")
            if "leafhash" in event:  # a stub: something was taken out, and this is the hash that the whole line had
                need(event["id"] not in stubs and len(event["leafhash"]) == 64, f"{where}: this is no good stub")
                stubs[event["id"]] = (hashed(line).hex(), event["leafhash"], len(leaves))
            if event["type"] == "event.redacted":  # says so, with the hashes of what is left and of the whole line
                redactions[event["subject"][6:]] = (event["data"]["stub"], event["data"]["leaf"], len(leaves))
            leaves.append(bytes.fromhex(event["leafhash"]) if "leafhash" in event else hashed(b"\x00" + line))
    for event in sorted({*stubs, *redactions}):
        stub, said = stubs.get(event, ("", "", 0)), redactions.get(event, ("", "", 0))
        need(stub[:2] == said[:2] and stub[2] < said[2], f"event {event}: its stub and its redaction do not agree")
    for where in [folder / "checkpoint", *map(pathlib.Path, sys.argv[2:])]:
        name, size, digest = where.read_bytes().decode("utf-8").split("\n")[:3]  # signatures may follow: not checked
        need(size.isdigit() and int(size) <= len(leaves), f"{where} is of {size} events, there are {len(leaves)}")
        need(len(names := names | {name}) == 1, f"{where} is of another log, {name}")
        same = base64.b64decode(digest, validate=True) == root(leaves[: int(size)])
        need(same, f"{where}: its events are not those of the log")
        print(f"{where}: its {size} events are the first of the log's {len(leaves)}")
except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
    sys.exit(f"NOT SOUND: {where}: {error!r}\n\n{__doc__}")
print(f"sound: {len(leaves)} events, {len(stubs)} redacted. Not checked: ids, dates, schemas, signatures")
