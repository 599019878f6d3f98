"""Inputs that are nearly right: bytes of known examples, changed in small ways by a seeded generator.

The same seed, examples and words give the same inputs in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from random import Random
from typing import Final

MOST_BYTES: Final = 65_536  # an input; longer ones are what the limits are tested with, elsewhere
CORPUS: Final = 400  # inputs that are kept to be changed further, beside the examples
_PIECE: Final = re.compile(rb"\w+|\s+|.", re.DOTALL)
_NUMBER: Final = re.compile(rb"-?\d+(?:\.\d+)?")
_NUMBERS: Final = (
    b"0", b"-0", b"-1", b"1", b"00", b"9", b"10000", b"2147483648", b"9007199254740992", b"9223372036854775808",
    b"-9223372036854775809", b"1e400", b"-1e400", b"1e-400", b"0.1", b"1E5", b"0x10", b"1_000", b"NaN", b"Infinity",
    b"9" * 30, b"9" * 400, b"9" * 5_000, "٣".encode(), "²".encode(), "２０１７".encode(), "Ⅷ".encode(),
)  # fmt: skip
# Signs that programs take for another sign, for none, or for the end of something.
_ODD: Final = tuple(
    sign.encode("utf-8", "surrogatepass")
    for sign in (
        "\x00", "\x01", "\x1b[2J", "\x7f", "\x85", "\xa0", "\xad", "\u0130", "\u0131", "\u017f", "\u0301", "\u061c", "\u200b",
        "\u200d", "\u2028", "\u2029", "\u202e", "\u2066", "\u3000", "\ufb01", "\ufeff", "\ufffd", "\uffff", "\ud800", "\udfff",
        "\U0001d7d8", "\U0001f1fa", "\U0010ffff", "“", "’", "–", "…", "ß", "é",
    )
)  # fmt: skip
_BROKEN: Final = (b"\xff", b"\xc0\xaf", b"\xe2\x80", b"\xff\xfe", b"\xfe\xff")
_SIGNS: Final = tuple(bytes([sign]) for sign in b"\"'`<>{}[]()/\\|&;:,.=+-*%@#!?~^$_ \t\n\r")
_PAIRS: Final = (
    (b"[", b"]"),
    (b"{", b"}"),
    (b"(", b")"),
    (b"<b>", b"</b>"),
    (b'{"a":', b"}"),
    (b'"', b'"'),
    (b"'", b"'"),
)
_DEPTHS: Final = (1, 2, 3, 20, 33, 100, 1_000, 5_000)

Change = Callable[[bytes], bytes]


class Mutator:
    """Makes inputs from ``examples`` and ``words``, the words of the language that the parser reads."""

    def __init__(self, examples: Sequence[bytes], words: Sequence[bytes], random: Random) -> None:
        self._examples = [item[:MOST_BYTES] for item in examples]
        self._words = (*words, *_SIGNS)
        self._random = random
        self._found: list[bytes] = []
        # The first half changes a few bytes; it is meant to be likelier than what tears an input apart.
        self._changes: tuple[Change, ...] = (
            self._flipped, self._byte, self._odd, self._inserted, self._inserted, self._replaced, self._replaced, self._number,
            self._number, self._swapped, self._without, self._without, self._again, self._spliced, self._nested, self._case,
            self._cut,
        )  # fmt: skip

    def keep(self, data: bytes) -> None:
        """Remember an input that led somewhere new; of too many an old one is forgotten."""
        if len(self._found) < CORPUS:
            self._found.append(data)
        else:
            self._found[self._random.randrange(CORPUS)] = data

    def next(self) -> bytes:
        """Return the next input."""
        data = self._any()
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3, 5, 8))):
            data = self._random.choice(self._changes)(data)[:MOST_BYTES]
        return data

    def _any(self) -> bytes:
        known = self._found if self._found and self._random.random() < 0.6 else self._examples
        return self._random.choice(known)

    def _place(self, data: bytes) -> int:
        return self._random.randint(0, len(data))

    def _stretch(self, data: bytes) -> tuple[int, int]:
        start = self._place(data)
        length = self._random.choice((1, 1, 2, 4, 8, 30, 200, len(data)))
        return start, min(len(data), start + self._random.randint(0, length))

    def _flipped(self, data: bytes) -> bytes:
        place = self._place(data)
        return (
            data[:place]
            + bytes(byte ^ (1 << self._random.randrange(8)) for byte in data[place : place + 1])
            + data[place + 1 :]
        )

    def _byte(self, data: bytes) -> bytes:
        place = self._place(data)
        return data[:place] + bytes([self._random.randrange(256)]) + data[place + self._random.randrange(2) :]

    def _odd(self, data: bytes) -> bytes:
        place = self._place(data)
        return (
            data[:place] + self._random.choice((*_ODD, *_BROKEN)) * self._random.choice((1, 1, 1, 2, 70)) + data[place:]
        )

    def _inserted(self, data: bytes) -> bytes:
        place = self._place(data)
        return (
            data[:place]
            + self._random.choice(self._words) * self._random.choice((1, 1, 1, 1, 2, 3, 300))
            + data[place:]
        )

    def _replaced(self, data: bytes) -> bytes:
        """Put a word where another piece is: a word, a space or a sign."""
        pieces = list(islice(_PIECE.finditer(data, max(0, self._place(data) - 500)), 400))
        if not pieces:
            return data
        piece = self._random.choice(pieces)
        return data[: piece.start()] + self._random.choice(self._words) + data[piece.end() :]

    def _number(self, data: bytes) -> bytes:
        numbers = list(_NUMBER.finditer(data))
        new = self._random.choice(_NUMBERS)
        if not numbers:
            return self._inserted(data)
        number = self._random.choice(numbers)
        return data[: number.start()] + new + data[number.end() :]

    def _swapped(self, data: bytes) -> bytes:
        sign = self._random.choice((b"\n", b" ", b",", b"/", b"|", b"&", b";"))
        parts = data.split(sign)
        one, other = (self._random.randrange(len(parts)) for _ in range(2))
        parts[one], parts[other] = parts[other], parts[one]
        return sign.join(parts)

    def _without(self, data: bytes) -> bytes:
        start, end = self._stretch(data)
        return data[:start] + data[end:]

    def _again(self, data: bytes) -> bytes:
        start, end = self._stretch(data)
        return data[:end] + data[start:end] * self._random.choice((1, 1, 2, 5, 200)) + data[end:]

    def _spliced(self, data: bytes) -> bytes:
        other = self._any()
        start, end = self._stretch(other)
        place = self._place(data)
        return data[:place] + other[start:end] + data[place + self._random.choice((0, end - start)) :]

    def _nested(self, data: bytes) -> bytes:
        start, end = self._stretch(data)
        opening, closing = self._random.choice((*_PAIRS, (self._random.choice(self._words), b"")))
        depth = self._random.choice(_DEPTHS)
        return (
            data[:start]
            + opening * depth
            + data[start:end]
            + closing * self._random.choice((depth, depth, 0))
            + data[end:]
        )

    def _case(self, data: bytes) -> bytes:
        start, end = self._stretch(data)
        return data[:start] + data[start:end].swapcase() + data[end:]

    def _cut(self, data: bytes) -> bytes:
        return data[: self._place(data)]
