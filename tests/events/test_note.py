"""Signatures: the published example verifies, and whatever is changed in it is refused or ignored as the rules say."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest

from regesta.errors import LogError, UsageError
from regesta.events.checkpoint import Checkpoint
from regesta.events.note import SignerKey, VerifierKey, check_signatures, read_keys, read_signer, signed, signers

# The example of the documentation of Go's package golang.org/x/mod/sumdb/note, its keys included.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    b"If you think cryptography is the answer to your problem,\n"
    b"then you don't know what your problem is.\n"
)  # fmt: skip
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
LINE = f"— PeterNeumann {SIGNATURE}"
KEY = VerifierKey.parse(VKEY)
OTHER = VerifierKey("PeterNeumann", bytes(31) + b"\x01")
MINE = SignerKey("example.org/log", bytes(range(32)))
WITNESS = SignerKey("witness.example", bytes(range(1, 33)))
CHECKPOINT = Checkpoint("example.org/log", 7, bytes(32))


def with_bytes(change: bytes, place: int) -> str:
    """Return the signature line with other bytes at a place of the decoded signature (0 to 3 are the key ID)."""
    data = bytearray(b64decode(SIGNATURE))
    data[place : place + len(change)] = change
    return f"— PeterNeumann {b64encode(bytes(data)).decode()}"


def without_bytes(count: int) -> str:
    return f"— PeterNeumann {b64encode(b64decode(SIGNATURE)[:-count]).decode()}"


def test_the_published_example() -> None:
    """The example's signature verifies with the example's key."""
    assert check_signatures(TEXT, [LINE], [KEY], "n") == ["PeterNeumann"]


def test_the_published_signer() -> None:
    """Ed25519 has one signature for a text and a key: signing gives the published line."""
    key = SignerKey.parse(SKEY)
    assert (key.sign(TEXT), key.verifier.encode(), key.encode()) == (LINE, VKEY, SKEY)


WRONG = "the signature of PeterNeumann+c74f20a3 is wrong: this is not what that key signed"
UNSIGNED = "not signed by PeterNeumann+c74f20a3"
NO_SIGNATURE = "expected a signature: '— <key name> <base64>'"

# Name: text of the note, its signature lines, a part of what the refusal says.
MUTATIONS: dict[str, tuple[bytes, list[str], str]] = {
    "a letter changed": (TEXT.replace(b"problem,", b"Problem,"), [LINE], WRONG),
    "a letter removed": (TEXT[1:], [LINE], WRONG),
    "a line removed": (TEXT[: TEXT.index(b"\n") + 1], [LINE], WRONG),
    "a line added": (TEXT + b"Really.\n", [LINE], WRONG),
    "an empty line added": (TEXT + b"\n", [LINE], WRONG),
    "last newline removed": (TEXT[:-1], [LINE], WRONG),
    "Windows line ends": (TEXT.replace(b"\n", b"\r\n"), [LINE], WRONG),
    "other spelling of the quote": (TEXT.replace(b"'", "’".encode()), [LINE], WRONG),
    "lines swapped": (b"\n".join([*TEXT.split(b"\n")[1::-1], b""]), [LINE], WRONG),
    "no text": (b"", [LINE], WRONG),
    "one bit of the signature": (TEXT, [with_bytes(b"\x10"[:1], 5)], WRONG),
    "first byte of the signature": (TEXT, [with_bytes(b"\0", 4)], WRONG),
    "last byte of the signature": (TEXT, [with_bytes(b"\xff", 67)], WRONG),
    "signature of zeros": (TEXT, [with_bytes(bytes(64), 4)], WRONG),
    "halves of the signature swapped": (
        TEXT, [with_bytes(b64decode(SIGNATURE)[36:] + b64decode(SIGNATURE)[4:36], 4)], WRONG,
    ),
    "signature a byte short": (TEXT, [without_bytes(1)], WRONG),
    "signature of one byte": (TEXT, [without_bytes(63)], WRONG),
    "signature a byte long": (TEXT, [with_bytes(b"\0", 68)], WRONG),
    "signature twice in one line": (TEXT, [with_bytes(b64decode(SIGNATURE)[4:], 68)], WRONG),
    "a right one and a wrong one": (TEXT, [LINE, with_bytes(b"\0", 4)], WRONG),
    "a wrong one and a right one": (TEXT, [with_bytes(b"\0", 4), LINE], WRONG),
    "key ID changed": (TEXT, [with_bytes(b"\0", 0)], UNSIGNED),
    "key ID of zeros": (TEXT, [with_bytes(bytes(4), 0)], UNSIGNED),
    "name changed": (TEXT, [f"— PeterNeuman {SIGNATURE}"], UNSIGNED),
    "name in small letters": (TEXT, [f"— peterneumann {SIGNATURE}"], UNSIGNED),
    "name that looks the same": (TEXT, [f"— PеterNeumann {SIGNATURE}"], UNSIGNED),
    "no signature": (TEXT, [], UNSIGNED),
    "signed by others only": (TEXT, [MINE.sign(TEXT), WITNESS.sign(TEXT)], UNSIGNED),
    "no signature in the line": (TEXT, ["— PeterNeumann"], NO_SIGNATURE),
    "hyphen": (TEXT, [f"- PeterNeumann {SIGNATURE}"], NO_SIGNATURE),
    "key ID alone": (TEXT, [without_bytes(64)], "the signature has 4 bytes"),
    "base64 without padding": (TEXT, [LINE.rstrip("=")], NO_SIGNATURE),
}  # fmt: skip


@pytest.mark.parametrize(("text", "lines", "message"), MUTATIONS.values(), ids=MUTATIONS.keys())
def test_changed_note_is_refused(text: bytes, lines: list[str], message: str) -> None:
    """A note in which anything is not what the known key signed is a LogError that says what."""
    with pytest.raises(LogError) as caught:
        check_signatures(text, lines, [KEY], "events/checkpoint")
    assert (caught.value.where, message in caught.value.message) == ("events/checkpoint", True)


# Name: signature lines, keys, names of those that signed.
ACCEPTED: dict[str, tuple[list[str], list[VerifierKey], list[str]]] = {
    "an unknown key beside": ([WITNESS.sign(TEXT), LINE], [KEY], ["PeterNeumann"]),
    "a wrong signature of an unknown key": ([f"— mallory {SIGNATURE}", LINE], [KEY], ["PeterNeumann"]),
    "an unknown key of the same name": ([with_bytes(b"\0", 0), LINE], [KEY], ["PeterNeumann"]),
    "an unknown key of the same ID": ([f"— mallory {SIGNATURE}", LINE], [KEY], ["PeterNeumann"]),
    "one of two keys": ([LINE], [OTHER, KEY], ["PeterNeumann"]),
    "both of two keys": ([LINE, MINE.sign(TEXT)], [MINE.verifier, KEY], ["PeterNeumann", "example.org/log"]),
    "the same signature twice": ([LINE, LINE], [KEY], ["PeterNeumann"]),
    "a key given twice": ([LINE], [KEY, KEY], ["PeterNeumann"]),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "keys", "names"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_signed_note(lines: list[str], keys: list[VerifierKey], names: list[str]) -> None:
    """Signatures of unknown keys are ignored, and one of the known keys is enough."""
    assert check_signatures(TEXT, lines, keys, "n") == names


def test_no_keys() -> None:
    """Where nobody is trusted nothing is signed."""
    with pytest.raises(LogError, match="not signed by no key at all"):
        check_signatures(TEXT, [LINE], [], "n")


def test_sign_a_checkpoint() -> None:
    """A signed checkpoint is text that is read back, and its key verifies it."""
    checkpoint = Checkpoint.decode(signed(CHECKPOINT, MINE).encode(), "c")
    assert (signers(checkpoint, [MINE.verifier], "c"), replace(checkpoint, signatures=())) == (
        ["example.org/log"], CHECKPOINT,
    )  # fmt: skip


def test_sign_again() -> None:
    """Signing again by the same key replaces its line; all others stay as they were."""
    stale = replace(CHECKPOINT, size=6)
    lines = (signed(stale, MINE).signatures[0], signed(CHECKPOINT, WITNESS).signatures[0])
    again = signed(replace(CHECKPOINT, signatures=lines), MINE)
    assert again.signatures == (lines[1], signed(CHECKPOINT, MINE).signatures[0])
    assert signed(again, MINE) == again


def test_a_signature_is_not_part_of_what_is_signed() -> None:
    """Two keys sign the same text, whatever the order."""
    first, second = signed(signed(CHECKPOINT, MINE), WITNESS), signed(signed(CHECKPOINT, WITNESS), MINE)
    assert first.signatures == second.signatures[::-1]


def test_signature_of_another_checkpoint() -> None:
    """A signature moved to another checkpoint is refused."""
    moved = replace(CHECKPOINT, size=8, signatures=signed(CHECKPOINT, MINE).signatures)
    with pytest.raises(LogError, match="is wrong"):
        signers(moved, [MINE.verifier], "c")


def test_new_keys() -> None:
    """A new key is another one each time, is read back, and does not show itself."""
    first, second = SignerKey.generate("example.org/log"), SignerKey.generate("example.org/log")
    assert (first == second, SignerKey.parse(first.encode()) == first) == (False, True)
    assert repr(first) == "SignerKey(name='example.org/log')"


def key_text(name: str, head: bytes = b"\x01", public: bytes = KEY.public) -> str:
    """Return the text of a verifier key with the id that fits it."""
    from hashlib import sha256

    key_id = sha256(name.encode() + b"\n" + head + public).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(head + public).decode()}"


# Name: text that is no verifier key, a part of what is said.
BAD_KEYS = {
    "empty": ("", "is no verifier key"),
    "name alone": ("PeterNeumann", "is no verifier key"),
    "no key": ("PeterNeumann+c74f20a3", "is no verifier key"),
    "signer key": (SKEY, "the verifier key is not standard base64"),
    "another ID": (VKEY.replace("c74f20a3", "c74f20a4"), "has the id c74f20a3, it says 'c74f20a4'"),
    "ID in capitals": (VKEY.replace("c74f20a3", "C74F20A3"), "has the id c74f20a3"),
    "ID of nine digits": (VKEY.replace("c74f20a3", "0c74f20a3"), "has the id c74f20a3"),
    "another name": (VKEY.replace("Peter", "Petra"), "has the id"),
    "a letter changed": (VKEY.replace("ARpc", "ARpd"), "has the id"),
    "cut": (VKEY[:-1], "not standard base64"),
    "empty name": (key_text(""), "cannot be the name of a key"),
    "space in the name": (key_text("a b"), "cannot be the name of a key"),
    "no-break space in the name": (key_text("a\u00a0b"), "cannot be the name of a key"),
    "newline in the name": (key_text("a\nb"), "cannot be the name of a key"),
    "NUL in the name": (key_text("a\0b"), "cannot be the name of a key"),
    "escape in the name": (key_text("a\x1bb"), "cannot be the name of a key"),
    "long name": (key_text("a" * 101), "cannot be the name of a key"),
    "another algorithm": (key_text("a", b"\x02"), "is not an Ed25519 key of 32 bytes"),
    "witness key": (key_text("a", b"\x04"), "is not an Ed25519 key of 32 bytes"),
    "31 bytes": (key_text("a", public=KEY.public[1:]), "is not an Ed25519 key of 32 bytes"),
    "33 bytes": (key_text("a", public=KEY.public + b"\0"), "is not an Ed25519 key of 32 bytes"),
}


@pytest.mark.parametrize(("text", "message"), BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_bad_verifier_key(text: str, message: str) -> None:
    """What is no verifier key is a UsageError that says what is wrong."""
    with pytest.raises(UsageError) as caught:
        VerifierKey.parse(text)
    assert message in caught.value.message


# Name: text that is no key to sign with.
BAD_SIGNERS = {
    "empty": "",
    "verifier key": VKEY,
    "no head": SKEY.removeprefix("PRIVATE+KEY+"),
    "another head": SKEY.replace("PRIVATE", "private"),
    "cut": SKEY[:-2],
    "another ID": SKEY.replace("c74f20a3", "c74f20a4"),
    "a letter changed": SKEY.replace("AYEK", "AYEL"),
    "two lines": f"{SKEY}\n{SKEY}",
}


@pytest.mark.parametrize("text", BAD_SIGNERS.values(), ids=BAD_SIGNERS.keys())
def test_bad_signer_key(text: str) -> None:
    """What is no key to sign with is a UsageError at its file, which does not show the secret."""
    with pytest.raises(UsageError) as caught:
        read_signer(text.encode(), "key")
    assert (caught.value.where, "EKFALVFGyNhPJEMzD1QIDr" in str(caught.value)) == ("key", False)


def test_read_signer() -> None:
    """A key file is the key and a newline."""
    assert read_signer(f"{SKEY}\n".encode(), "key") == SignerKey.parse(SKEY)


def test_read_keys() -> None:
    """A file of verifier keys has one a line."""
    text = f"{VKEY}\n{MINE.verifier.encode()}\n"
    assert read_keys(text.encode(), "keys") == [KEY, MINE.verifier]


# Name: file of verifier keys, place of the message.
BAD_KEY_FILES = {
    "empty": (b"", "keys"),
    "second line bad": (f"{VKEY}\nx\n".encode(), "keys:2"),
    "empty line": (f"{VKEY}\n\n".encode(), "keys:2"),
    "not UTF-8": (b"\xff", "keys"),
    "too long": (b"a" * 16_385, "keys"),
}


@pytest.mark.parametrize(("data", "where"), BAD_KEY_FILES.values(), ids=BAD_KEY_FILES.keys())
def test_bad_key_file(data: bytes, where: str) -> None:
    """A bad file of keys is a UsageError with file and line."""
    with pytest.raises(UsageError) as caught:
        read_keys(data, "keys")
    assert caught.value.where == where


WITHOUT = """
import sys
sys.modules["cryptography"] = None
from regesta.events.note import SignerKey, VerifierKey, check_signatures
from regesta.errors import UsageError
for act in (lambda: SignerKey.generate("a"), lambda: check_signatures(b"", [sys.argv[2]], [VerifierKey.parse(sys.argv[1])], "n")):
    try:
        act()
    except UsageError as error:
        print(error)
"""


def test_without_the_library() -> None:
    """Where cryptography is not installed, signing and verifying say how to install it; parsing needs nothing."""
    done = subprocess.run([sys.executable, "-c", WITHOUT, VKEY, LINE], capture_output=True, text=True, check=True)
    said = "the library cryptography is not installed (pip install 'regesta[sign]')"
    assert done.stdout.splitlines() == [said, said]
