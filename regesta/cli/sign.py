"""`regesta sign`: put a signature under the log's checkpoint, or make the key for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from regesta.cli._kept import read_bounded
from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, print_json, safe
from regesta.errors import LogError, StorageError, UsageError
from regesta.limits import KEY_BYTES

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.events.checkpoint import Checkpoint
    from regesta.events.note import SignerKey

_OWNER_ONLY: Final = 0o600


@click.command("sign", short_help="Sign the log's checkpoint.")
@click.option("--key", "key_file", metavar="FILE", help="The key to sign with, a file outside of the archive.")
@click.option("--new-key", "new_file", metavar="FILE", help="Make a key and write it to FILE, instead of signing.")
@click.option("--name", metavar="NAME", help="The name of the new key: like an address, such as example.org/log.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(session: Session, key_file: str | None, new_file: str | None, name: str | None, as_json: bool) -> None:
    """Add a signature to the log's checkpoint; others stay, one of the same key is replaced.

    Every append makes a new checkpoint, which has no signature yet. The key must be kept out of the archive, because
    who has it can sign anything: keep it where only you can read it. What --new-key prints is the verifier key, which
    is for everybody; with it `regesta verify --key` and `regesta check-proof --key` tell who signed.
    """
    if (key_file is None) == (new_file is None) or (new_file is None) != (name is None):
        if new_file and not key_file:
            raise click.UsageError("--new-key needs a name: --name example.org/log")
        raise click.UsageError("give --key FILE to sign, or --new-key FILE and --name NAME to make a key")
    said = _make(Path(new_file), name or "") if new_file else _sign(session.archive, Path(key_file or ""))
    if as_json:
        print_json(said)
    else:
        click.echo(safe(str(said["said"])))


def _make(path: Path, name: str) -> dict[str, object]:
    from regesta.events.note import SignerKey

    _refuse_in_archive(path)
    key = SignerKey.generate(name)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(f"{key.encode()}\n".encode())
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise StorageError("there is a file of this name", where=str(path), remedy="name another") from None
    except OSError as error:
        raise StorageError(f"cannot write: {error.strerror}", where=str(path)) from error
    return {"key": str(path), "verifier_key": key.verifier.encode(), "said": key.verifier.encode()}


def _sign(archive: Archive, path: Path) -> dict[str, object]:
    from regesta import durable
    from regesta.events.checkpoint import CHECKPOINT
    from regesta.events.log import AppendResult
    from regesta.events.note import read_signer, signed

    _refuse_in_archive(path)
    key, result = read_signer(read_bounded(str(path), KEY_BYTES), str(path)), AppendResult()
    with archive.log.turn(result):  # it compares the log with its checkpoint: nothing else is signed
        checkpoint = archive.log.checkpoint()
        if checkpoint is None:
            raise LogError("there is no checkpoint to sign", where=str(archive.folder), remedy="append an event")
        checkpoint = signed(checkpoint, key)
        durable.replace_file(archive.folder / "events" / CHECKPOINT, [checkpoint.encode()])
        # Dies before: the checkpoint as it was; dies here: the signed one.
    for text in result.notices:
        notice(text)
    return _told(checkpoint, key)


def _told(checkpoint: Checkpoint, key: SignerKey) -> dict[str, object]:
    size = count(checkpoint.size, "event")
    others = len(checkpoint.signatures) - 1
    beside = f", beside {count(others, 'other signature')}" if others else ""
    said = f"signed the checkpoint of {size} as {key.name}{beside}"
    return {"size": checkpoint.size, "signed_by": key.name, "signatures": len(checkpoint.signatures), "said": said}


def _refuse_in_archive(path: Path) -> None:
    """Refuse a key file in the folder of an archive, any archive: it would be published with it."""
    from regesta.archive import CONFIG

    for folder in path.resolve().parents:
        if (folder / CONFIG).exists():
            message = f"a key must not lie in {folder}, which is an archive: it would be published with it"
            raise UsageError(message, where=str(path), remedy="keep it elsewhere, where only you can read it")
