"""Signatures on checkpoints: Ed25519 as in C2SP signed notes (https://c2sp.org/signed-note), by `cryptography`.

Guarantees that a signature of a known key either verifies or refuses the note, that those of unknown keys are
ignored, and that where keys are asked for one of them has signed. Keys are texts as Go's `note` package has them.
Needs the extra: `pip install 'regesta[sign]'`; it is imported when something is signed or verified, not before.

>>> VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").name
'PeterNeumann'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from regesta.errors import LogError, UsageError
from regesta.events._text import FORBIDDEN, base64_bytes, base64_text, shown
from regesta.events.checkpoint import Checkpoint, signature_parts
from regesta.limits import KEY_BYTES, KEY_NAME_CHARS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_PRIVATE: Final = "PRIVATE+KEY+"
_ED25519: Final = b"\x01"  # signed-note, Signature types
_KEY_BYTES: Final = 32  # public key and seed (RFC 8032 §5.1.5)
_NAME = re.compile(r"[^\s+]+")  # signed-note, Format: non-empty, no Unicode spaces, no plus
_ID = re.compile(r"[0-9a-f]{8}")
_REMEDY: Final = "a verifier key is NAME+8 hex digits+base64, as `regesta sign --new-key` prints it"
_REMEDY_PRIVATE: Final = "a key file is what `regesta sign --new-key` writes"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A key that signatures are verified with: its name and the 32 bytes of its public key."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The key ID, 4 bytes (signed-note, Signatures)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Return the key of its text ``name+id+base64``; raises `UsageError`."""
        parts = text.split("+", 2)  # base64 may hold a plus, a name may not
        if len(parts) != 3:
            raise UsageError(f"{shown(text)} is no verifier key", remedy=_REMEDY)
        key = cls(_name(parts[0]), _bytes(parts[2], "verifier key", _REMEDY))
        _check_id(key, parts[1])
        return key

    def encode(self) -> str:
        """Return the text of the key."""
        return f"{self.name}+{self.id.hex()}+{base64_text(_ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A key to sign with: its name and the seed of 32 bytes, which nobody else may know."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> SignerKey:
        """Return a new key; raises `UsageError` for what cannot be a key's name."""
        return cls(_name(name), _private(None).private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Return the key of its text ``PRIVATE+KEY+name+id+base64``; raises `UsageError`, which never shows the key."""
        parts = text.removeprefix(_PRIVATE).split("+", 2)
        if not text.startswith(_PRIVATE) or len(parts) != 3:
            raise UsageError("this is no key to sign with", remedy=_REMEDY_PRIVATE)
        key = cls(_name(parts[0]), _bytes(parts[2], "key", _REMEDY_PRIVATE))
        _check_id(key.verifier, parts[1])
        return key

    @property
    def verifier(self) -> VerifierKey:
        """The key that verifies what this one signs."""
        return VerifierKey(self.name, _private(self.seed).public_key().public_bytes_raw())

    def encode(self) -> str:
        """Return the text of the key, which is a secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{base64_text(_ED25519 + self.seed)}"

    def sign(self, text: bytes) -> str:
        """Return the signature line (without newline) over the text of a note, which ends in a newline."""
        return f"— {self.name} {base64_text(self.verifier.id + _private(self.seed).sign(text))}"


def signed(checkpoint: Checkpoint, key: SignerKey) -> Checkpoint:
    """Return the checkpoint with a signature of ``key``, in place of its former one; all others stay as they are."""
    known = (key.name, key.verifier.id)
    others = [line for line in checkpoint.signatures if signature_parts(line, "checkpoint")[:2] != known]
    return replace(checkpoint, signatures=(*others, key.sign(checkpoint.signed_text())))


def signers(checkpoint: Checkpoint, keys: Sequence[VerifierKey], where: str) -> list[str]:
    """Return the names of those ``keys`` that signed the checkpoint; raises as `check_signatures` does."""
    return check_signatures(checkpoint.signed_text(), checkpoint.signatures, keys, where)


def check_signatures(text: bytes, lines: Iterable[str], keys: Sequence[VerifierKey], where: str) -> list[str]:
    """Return the names of the keys that signed the text of a note, given its signature lines.

    Raises `LogError` at ``where`` when a signature of one of the ``keys`` is wrong, and when none of them signed.
    """
    known, found = {(key.name, key.id): key for key in keys}, dict[VerifierKey, None]()
    for line in lines:
        name, key_id, signature = signature_parts(line, where)
        # Unknown keys are ignored, also those with the name or the ID of a known one (signed-note, Signatures).
        key = known.get((name, key_id))
        if key:
            _check(key, signature, text, where)
            found[key] = None
    if not found:
        names = ", ".join(f"{key.name}+{key.id.hex()}" for key in keys) or "no key at all"
        raise LogError(f"not signed by {names}", where=where, remedy="ask for a signed checkpoint, or give its key")
    return [key.name for key in found]


def _check(key: VerifierKey, signature: bytes, text: bytes, where: str) -> None:
    public, wrong = _public(key.public)
    try:
        public.verify(signature, text)
    except wrong:
        message = f"the signature of {key.name}+{key.id.hex()} is wrong: this is not what that key signed"
        raise LogError(message, where=where, remedy="do not rely on it; ask for the checkpoint again") from None


def read_keys(data: bytes, where: str) -> list[VerifierKey]:
    """Return the verifier keys of a file that has one a line; raises `UsageError` with file and line."""
    keys = []
    for number, text in enumerate(_key_text(data, where).splitlines(), start=1):
        try:
            keys.append(VerifierKey.parse(text))
        except UsageError as error:
            raise error.at(f"{where}:{number}") from None
    if not keys:
        raise UsageError("the file has no verifier key", where=where, remedy=_REMEDY)
    return keys


def read_signer(data: bytes, where: str) -> SignerKey:
    """Return the key of a key file; raises `UsageError` at ``where``."""
    try:
        return SignerKey.parse(_key_text(data, where).removesuffix("\n"))
    except UsageError as error:
        raise error.at(where) from None


def _key_text(data: bytes, where: str) -> str:
    if len(data) > KEY_BYTES:
        raise UsageError(f"{len(data)} bytes, a file of keys has at most {KEY_BYTES}", where=where)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("not text in UTF-8, so no key", where=where) from None


def _name(name: str) -> str:
    if not (1 <= len(name) <= KEY_NAME_CHARS and _NAME.fullmatch(name)) or FORBIDDEN.search(name):
        message = f"{shown(name)} cannot be the name of a key: 1 to {KEY_NAME_CHARS} characters, no space, no plus"
        raise UsageError(message, remedy="take a name like an address, such as example.org/log")
    return name


def _bytes(text: str, noun: str, remedy: str) -> bytes:
    data = base64_bytes(text)
    if data is None:
        raise UsageError(f"the end of the {noun} is not standard base64 with padding", remedy=remedy)
    if data[:1] != _ED25519 or len(data) != 1 + _KEY_BYTES:
        raise UsageError(f"the {noun} is not an Ed25519 key of {_KEY_BYTES} bytes", remedy=remedy)
    return data[1:]


def _check_id(key: VerifierKey, text: str) -> None:
    if not _ID.fullmatch(text) or text != key.id.hex():
        message = f"the key of {key.name} has the id {key.id.hex()}, it says {shown(text)}"
        raise UsageError(message, remedy="copy it whole")


def _public(data: bytes) -> tuple[Ed25519PublicKey, type[Exception]]:
    """Return the public key, and the exception that says that a signature is not its own."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise _missing() from None
    return Ed25519PublicKey.from_public_bytes(data), InvalidSignature


def _private(seed: bytes | None) -> Ed25519PrivateKey:
    """Return the key of a seed, or a new one."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        raise _missing() from None
    return Ed25519PrivateKey.from_private_bytes(seed) if seed is not None else Ed25519PrivateKey.generate()


def _missing() -> UsageError:
    return UsageError("the library cryptography is not installed", remedy="pip install 'regesta[sign]'")
