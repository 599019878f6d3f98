"""What a person answers: a key where the terminal can tell keys, else the first letter of a line.

So a review works on a dumb terminal, through a pipe and with a screen reader. The end of the input is `q`. What was
typed ahead counts.
"""

from __future__ import annotations

import os
import sys
from select import select
from typing import Final

import click

_END: Final = "q"
_END_OF_TEXT: Final = "\x04"  # Ctrl-D, which no longer ends the input where keys are told one by one
_ESCAPE: Final = b"\x1b"
_REST_S: Final = 0.02  # within which the other bytes of an arrow or of a letter of another script arrive


def read_key(prompt: str) -> str:
    """Return the key that is pressed, in lower case; '' for one that is no single letter or digit."""
    click.echo(prompt, nl=False)
    if not _tells_keys():
        line = sys.stdin.readline()
        return line.strip()[:1].lower() if line else _END
    key = _pressed()
    click.echo()
    return _END if key == _END_OF_TEXT else key.strip().lower()


def read_line(prompt: str) -> str:
    """Return a line that is typed, without the space around it."""
    click.echo(prompt, nl=False)
    return sys.stdin.readline().strip()


def _tells_keys() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _pressed() -> str:
    try:
        import termios
        import tty
    except ImportError:  # Windows
        return click.getchar()
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)  # not click.getchar: it forgets what was typed ahead
        key = os.read(terminal, 1)
        if key != _ESCAPE and key < b"\x80":
            return key.decode() or _END
        while select([terminal], [], [], _REST_S)[0] and os.read(terminal, 32):
            pass
        return ""
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
