"""The checkpoint's text: what is written is read back, and everything else is refused by line."""

from __future__ import annotations

import contextlib
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import LogError
from regesta.events.checkpoint import Checkpoint, read_checkpoint, signature_parts

# The example of c2sp.org/tlog-checkpoint.
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
C2SP_SIGNATURE = (
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
)
C2SP = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n\n{C2SP_SIGNATURE}\n".encode()

BODY = f"example.org/log\n7\n{ROOT}\n".encode()
PLAIN = Checkpoint(
    "example.org/log", 7, bytes.fromhex("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
)
SIGNED = "— example.org/log AAAAAAA="  # four bytes of key ID and one more
ML_DSA_44_BYTES = 4 + 8 + 2_420  # key ID, timestamp, signature


def with_origin(origin: bytes) -> bytes:
    return origin + b"\n7\n" + ROOT.encode() + b"\n"


def with_size(size: str) -> bytes:
    return f"example.org/log\n{size}\n{ROOT}\n".encode()


def with_root(root: str) -> bytes:
    return f"example.org/log\n7\n{root}\n".encode()


def with_signature(*lines: str) -> bytes:
    return BODY + b"\n" + "".join(f"{line}\n" for line in lines).encode()


# Name: file, where the message points to, a part of what it says.
BAD = {
    "empty file": (b"", "c:1", "ends here, expected the origin"),
    "only a newline": (b"\n", "c:2", "ends here, expected the size"),
    "no origin": (with_origin(b""), "c:1", "the origin has 0 characters, expected 1 to 200"),
    "origin too long": (with_origin(b"o" * 201), "c:1", "the origin has 201 characters, expected 1 to 200"),
    "NUL in the origin": (with_origin(b"a\0b"), "c:1", "U+0000"),
    "tab in the origin": (with_origin(b"a\tb"), "c:1", "U+0009"),
    "escape in the origin": (with_origin(b"a\x1b[2Jb"), "c:1", "U+001B"),
    "DEL in the origin": (with_origin(b"a\x7fb"), "c:1", "U+007F"),
    "C1 control in the origin": (with_origin("a\x9bb".encode()), "c:1", "U+009B"),
    "byte order mark": (b"\xef\xbb\xbf" + BODY, "c:1", "U+FEFF"),
    "Windows line ends": (BODY.replace(b"\n", b"\r\n"), "c:1", "U+000D"),
    "old Mac line ends": (BODY.replace(b"\n", b"\r"), "c:1", "U+000D"),
    "Latin-1": (with_origin("Nürnberg".encode("latin-1")), "c:1", "byte 0xFC is not UTF-8"),
    "UTF-16": (BODY.decode().encode("utf-16"), "c:1", "is not UTF-8"),
    "overlong newline": (with_origin(b"a\xc0\x8ab"), "c:1", "byte 0xC0 is not UTF-8"),
    "surrogate": (with_origin(b"a\xed\xa0\x80b"), "c:1", "byte 0xED is not UTF-8"),
    "not UTF-8 on line 3": (b"example.org/log\n7\n\xff\n", "c:3", "byte 0xFF is not UTF-8"),
    "only an origin": (b"example.org/log\n", "c:2", "ends here, expected the size"),
    "no size": (with_size(""), "c:2", "the size is '', expected"),
    "size with a leading zero": (with_size("07"), "c:2", "the size is '07'"),
    "size of two zeros": (with_size("00"), "c:2", "the size is '00'"),
    "size with a sign": (with_size("+7"), "c:2", "the size is '+7'"),
    "negative size": (with_size("-7"), "c:2", "the size is '-7'"),
    "negative zero": (with_size("-0"), "c:2", "the size is '-0'"),
    "size with a space": (with_size("7 "), "c:2", "the size is '7 '"),
    "size with an underscore": (with_size("1_000"), "c:2", "the size is '1_000'"),
    "size with a comma": (with_size("1,000"), "c:2", "the size is '1,000'"),
    "hexadecimal size": (with_size("0x7"), "c:2", "the size is '0x7'"),
    "size with an exponent": (with_size("1e3"), "c:2", "the size is '1e3'"),
    "Arabic digits": (with_size("٧"), "c:2", "the size is '٧'"),
    "superscript digit": (with_size("²"), "c:2", "the size is '²'"),
    "size of 13 digits": (with_size("1" + "0" * 12), "c:2", "expected at most 12 decimal digits"),
    "size of 5,000 digits": (with_size("9" * 5_000), "c:2", "expected at most 12 decimal digits"),
    "origin and size only": (b"example.org/log\n7\n", "c:3", "ends here, expected the root"),
    "no root": (with_root(""), "c:3", "the root has 0 bytes, expected 32"),
    "hexadecimal root": (with_root("0a" * 32), "c:3", "the root has 48 bytes, expected 32"),
    "root of SHA-1": (with_root(b64encode(bytes(20)).decode()), "c:3", "the root has 20 bytes, expected 32"),
    "root of 31 bytes": (with_root(b64encode(bytes(31)).decode()), "c:3", "the root has 31 bytes, expected 32"),
    "root of 33 bytes": (with_root(b64encode(bytes(33)).decode()), "c:3", "the root has 33 bytes, expected 32"),
    "root without padding": (with_root(ROOT.rstrip("=")), "c:3", "expected standard base64 with padding"),
    "root with too much padding": (with_root(ROOT + "="), "c:3", "expected standard base64 with padding"),
    "root in the URL alphabet": (with_root(ROOT.replace("/", "_")), "c:3", "expected standard base64 with padding"),
    "root with a space": (with_root(ROOT[:9] + " " + ROOT[9:]), "c:3", "expected standard base64 with padding"),
    "root with spare bits set": (with_root(ROOT[:-2] + "J="), "c:3", "expected standard base64 with padding"),
    "root outside ASCII": (with_root("Ä" + ROOT[1:]), "c:3", "expected standard base64 with padding"),
    "size and root swapped": (f"example.org/log\n{ROOT}\n7\n".encode(), "c:2", "the size is 'CsUY"),
    "no last newline": (BODY[:-1], "c:3", "has no newline, expected one"),
    "cut inside the root": (BODY[:-9], "c:3", "has no newline, expected one"),
    "extension line": (BODY + b"extra\n", "c:4", "found the extension line 'extra'"),
    "extension line and signature": (BODY + f"extra\n\n{SIGNED}\n".encode(), "c:4", "the extension line 'extra'"),
    "signature without an empty line": (BODY + f"{SIGNED}\n".encode(), "c:4", "found the extension line '— exa"),
    "empty line and no signature": (BODY + b"\n", "c:5", "ends after an empty line, expected a signature"),
    "two empty lines": (with_signature("", SIGNED), "c:5", "found '', expected a signature"),
    "empty line at the end": (with_signature(SIGNED, ""), "c:6", "found '', expected a signature"),
    "text after the signature": (with_signature(SIGNED, "extra"), "c:6", "found 'extra', expected a signature"),
    "signature with a hyphen": (with_signature("- a AAAAAAA="), "c:5", "expected a signature"),
    "signature with an en dash": (with_signature("– a AAAAAAA="), "c:5", "expected a signature"),
    "signature without a dash": (with_signature("a AAAAAAA="), "c:5", "expected a signature"),
    "signature without a name": (with_signature("— AAAAAAA="), "c:5", "expected a signature"),
    "signature without base64": (with_signature("— a"), "c:5", "expected a signature"),
    "signature with an empty name": (with_signature("—  AAAAAAA="), "c:5", "expected a signature"),
    "signature with two spaces": (with_signature("— a  AAAAAAA="), "c:5", "expected a signature"),
    "key name with a plus": (with_signature("— a+b AAAAAAA="), "c:5", "expected a signature"),
    "key name with a no-break space": (with_signature("— a\u00a0b AAAAAAA="), "c:5", "expected a signature"),
    "signature with a trailing space": (with_signature(f"{SIGNED} "), "c:5", "expected a signature"),
    "signature without padding": (with_signature("— a AAAAAAA"), "c:5", "expected a signature"),
    "signature with spare bits set": (with_signature("— a AAAAAAB="), "c:5", "expected a signature"),
    "signature of a key ID alone": (with_signature("— a AAAAAA=="), "c:5", "the signature has 4 bytes"),
    "second signature bad": (with_signature(SIGNED, "— a !"), "c:6", "expected a signature"),
    "signature without a newline": (with_signature(SIGNED)[:-1], "c:5", "has no newline, expected one"),
    "too large": (with_origin(b"o" * 65_536), "c", "the checkpoint has 65584 bytes, expected at most 65536"),
    "JSON": (b'{"origin":"example.org/log","size":7}\n', "c:2", "ends here, expected the size"),
    "HTML": (b"<html>\n<p>404\n</html>\n", "c:2", "the size is '<p>404'"),
    "merge conflict": (b"<<<<<<< main\n" + BODY, "c:2", "the size is 'example.org/log'"),
}

# Name: a checkpoint that must not become a file.
UNWRITABLE = {
    "no origin": replace(PLAIN, origin=""),
    "origin too long": replace(PLAIN, origin="o" * 201),
    "newline in the origin": replace(PLAIN, origin="a\nb"),
    "whole checkpoint as the origin": replace(PLAIN, origin=f"a\n7\n{ROOT}"),
    "whole signed checkpoint as the origin": replace(PLAIN, origin=f"a\n7\n{ROOT}\n\n{SIGNED}"),
    "NUL in the origin": replace(PLAIN, origin="a\0b"),
    "lone surrogate in the origin": replace(PLAIN, origin="a\ud800b"),
    "negative size": replace(PLAIN, size=-1),
    "size of 13 digits": replace(PLAIN, size=10**12),
    "a truth value as the size": replace(PLAIN, size=True),
    "short root": replace(PLAIN, root=bytes(31)),
    "long root": replace(PLAIN, root=bytes(33)),
    "empty root": replace(PLAIN, root=b""),
    "empty signature": replace(PLAIN, signatures=("",)),
    "signature with its newline": replace(PLAIN, signatures=(f"{SIGNED}\n",)),
    "two signatures in one": replace(PLAIN, signatures=(f"{SIGNED}\n{SIGNED}",)),
    "signature with a hyphen": replace(PLAIN, signatures=("- a AAAAAAA=",)),
    "more than the file may have": replace(PLAIN, signatures=(SIGNED,) * 2_500),
}

ORIGINS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff"), min_size=1, max_size=200)
NAMES = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="+"), min_size=1, max_size=20)
SIGNATURES = st.builds(
    lambda name, data: f"— {name} {b64encode(data).decode()}", NAMES, st.binary(min_size=5, max_size=80)
)
# Enough of the grammar for random files to come close to a checkpoint.
FRAGMENTS = st.sampled_from(
    [b"\n", b"\n\n", b"a\n", b"0\n", b"7", BODY, ROOT.encode(), f"{SIGNED}\n".encode(), "— ".encode(), b"\r", b"\xff"]
)
CHECKPOINTS = st.builds(
    Checkpoint,
    ORIGINS,
    st.integers(0, 10**12 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(SIGNATURES, max_size=4).map(tuple),
)


def test_encode_plain() -> None:
    """A checkpoint without signatures is three lines, each with its newline."""
    expected = f"example.org/log\n7\n{ROOT}\n".encode()
    assert expected == PLAIN.encode()


def test_decode_plain() -> None:
    """Three lines are a checkpoint without signatures."""
    expected = Checkpoint("example.org/log", 7, PLAIN.root, ())
    assert expected == Checkpoint.decode(BODY, "c")


def test_the_specification_s_example() -> None:
    """The example of the specification is read, its signature kept, and written as it was."""
    expected = Checkpoint("example.com/behind-the-sofa", 20_852_163, PLAIN.root, (C2SP_SIGNATURE,))
    assert (expected, C2SP) == (Checkpoint.decode(C2SP, "c"), expected.encode())


@given(CHECKPOINTS)
def test_round_trip(checkpoint: Checkpoint) -> None:
    """What is written is read back as it was."""
    assert checkpoint == Checkpoint.decode(checkpoint.encode(), "c")


@pytest.mark.parametrize(
    "origin",
    ["a b", "a+b", "https://example.org/log", "Wählerverzeichnis", "記録", "a\u2028b", "o" * 200, "— a AAAAAAA="],
)
def test_origins_that_the_specification_only_advises_against(origin: str) -> None:
    """An origin need not look like a URL, and a line separator of Unicode does not end its line."""
    assert replace(PLAIN, origin=origin) == Checkpoint.decode(with_origin(origin.encode()), "c")


@pytest.mark.parametrize("size", [0, 1, 9, 10, 999_999_999_999])
def test_sizes_at_the_edges(size: int) -> None:
    """Zero is written as 0 and twelve digits are the most."""
    assert replace(PLAIN, size=size) == Checkpoint.decode(with_size(str(size)), "c")


def test_sixteen_large_signatures_fit() -> None:
    """The 16 signatures that a reader must take fit, post-quantum ones too."""
    line = f"— witness.example.org/name {b64encode(bytes(ML_DSA_44_BYTES)).decode()}"
    checkpoint = replace(PLAIN, signatures=(line,) * 16)
    assert checkpoint == Checkpoint.decode(checkpoint.encode(), "c")


@pytest.mark.parametrize(("data", "where", "message"), BAD.values(), ids=BAD.keys())
def test_bad_file_is_refused(data: bytes, where: str, message: str) -> None:
    """A file of another form is a LogError that names the line, what was found and what was expected."""
    with pytest.raises(LogError) as caught:
        Checkpoint.decode(data, "c")
    assert where == caught.value.where
    assert message in caught.value.message
    assert "expected" in caught.value.message


def test_message_of_a_bad_file() -> None:
    """The message starts with file and line."""
    with pytest.raises(LogError) as caught:
        Checkpoint.decode(with_size("07"), "events/checkpoint")
    expected = "events/checkpoint:2: the size is '07', expected at most 12 decimal digits, no leading zero"
    assert expected == str(caught.value)


def test_message_shows_only_the_start_of_a_long_line() -> None:
    """A message stays readable however long the line is."""
    with pytest.raises(LogError) as caught:
        Checkpoint.decode(with_size("9" * 5_000), "c")
    expected = f"the size is '{'9' * 60}'…, expected at most 12 decimal digits, no leading zero"
    assert expected == caught.value.message


@pytest.mark.parametrize("checkpoint", UNWRITABLE.values(), ids=UNWRITABLE.keys())
def test_unwritable_checkpoint_is_refused(checkpoint: Checkpoint) -> None:
    """What could not be read back is not written."""
    with pytest.raises(LogError, match="expected"):
        checkpoint.encode()


@given(st.integers(0, len(C2SP) - 1), st.integers(0, 255))
def test_one_byte_changed_is_another_checkpoint_or_none(place: int, byte: int) -> None:
    """A checkpoint has one text: no other byte anywhere gives an equal one."""
    changed = C2SP[:place] + bytes([byte]) + C2SP[place + 1 :]
    with contextlib.suppress(LogError):
        assert changed == Checkpoint.decode(changed, "c").encode()


@given(st.binary() | st.binary().map(lambda data: BODY + data) | st.lists(FRAGMENTS, max_size=9).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are a checkpoint that is written as it was, or a LogError and nothing else."""
    with contextlib.suppress(LogError):
        assert data == Checkpoint.decode(data, "c").encode()


def test_checkpoints_are_values() -> None:
    """Equal fields make equal checkpoints with equal hashes."""
    other = Checkpoint("example.org/log", 7, bytes(PLAIN.root))
    assert (PLAIN, hash(PLAIN)) == (other, hash(other))


def test_signed_text() -> None:
    """What a signature is made over is the text without signatures."""
    assert replace(PLAIN, signatures=(SIGNED,)).signed_text() == BODY


def test_signature_parts() -> None:
    """A signature line is a key's name, its ID of four bytes, and the signature."""
    assert signature_parts(SIGNED, "c:5") == ("example.org/log", bytes(4), b"\0")


@pytest.mark.parametrize(("data", "line"), [(with_size("07"), 12), (with_signature(SIGNED, "x"), 16), (b"\xff", 11)])
def test_place_within_a_longer_file(data: bytes, line: int) -> None:
    """In a file that holds more than the checkpoint the lines are counted from the file's first."""
    with pytest.raises(LogError) as caught:
        Checkpoint.decode(data, "proof", first_line=11)
    assert caught.value.where == f"proof:{line}"


def test_read_checkpoint(tmp_path: Path) -> None:
    """The file of a log is read; that there is none is no error, that it is no plain file is one."""
    (tmp_path / "checkpoint").write_bytes(BODY)
    (tmp_path / "link").symlink_to("checkpoint")
    assert (read_checkpoint(tmp_path / "checkpoint"), read_checkpoint(tmp_path / "none")) == (PLAIN, None)
    with pytest.raises(LogError, match="expected a plain file, found a link"):
        read_checkpoint(tmp_path / "link")
