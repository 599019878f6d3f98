"""Keys as text: one text for each key, as Datasette writes it, and back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from datasette.utils import tilde_encode
from hypothesis import given
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.replay.build import build
from regesta.replay.keys import Columns, columns_of, key_text, key_values, projections_of
from tests.archives import drafts

TEXTS = {
    "plain": (("voter-rolls-2017", "NY"), "voter-rolls-2017,NY"),
    "one": (("a",), "a"),
    "numbers": ((12, -3), "12,-3"),
    "comma and space": (("a, b", "c"), "a~2C+b,c"),
    "plus": (("a+b",), "a~2Bb"),
    "tilde": (("~41",), "~7E41"),
    "slash and dot": (("../x",), "~2E~2E~2Fx"),
    "not ASCII": (("é", "日"), "~C3~A9,~E6~97~A5"),
    "digits of another script": (("٣",), "~D9~A3"),
    "empty": (("",), ""),
    "two empty": (("", ""), ","),
    "null byte": (("a\0b",), "a~00b"),
}
words = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(("values", "text"), TEXTS.values(), ids=TEXTS)
def test_key_has_one_text(values: tuple[Any, ...], text: str) -> None:
    """What is no letter, digit, `-` or `_` is escaped, and the text stands for the values again."""
    assert (key_text(values), key_values(text)) == (text, tuple(map(str, values)))


@given(st.lists(words, min_size=1))
def test_key_reads_back(values: list[str]) -> None:
    """Any values of a key come back from its text."""
    assert key_values(key_text(values)) == tuple(values)


@given(st.lists(words | st.integers(), min_size=1))
def test_key_is_what_datasette_writes(values: list[str | int]) -> None:
    """Each value is written as Datasette's own function writes it in the address of a row."""
    assert key_text(values) == ",".join(tilde_encode(str(value)) for value in values)


@given(st.lists(words, min_size=1), st.lists(words, min_size=1))
def test_different_keys_have_different_texts(one: list[str], other: list[str]) -> None:
    """No two keys share a text, wherever a comma stands in their values."""
    assert (key_text(one) == key_text(other)) == (one == other)


@pytest.mark.parametrize("text", ["~", "~G1", "~4", "100%", "a~", "%41", "~2c"])
def test_what_is_no_escape_stays_as_it_is(text: str) -> None:
    """A text that nobody encoded is taken at its word, not refused."""
    assert key_values(text) == (text,)


def test_columns_of_a_projection(archive: Archive) -> None:
    """The key comes in the key's order; `last_event` is the engine's and no column of the story."""
    archive.append(drafts(3))
    build(archive)
    with closing(sqlite3.connect(archive.database)) as db:
        assert columns_of(db, "answers") == Columns(
            ("letter", "place"), ("answer", "reason", "pages", "share", "final")
        )
        assert projections_of(db) == ["answers", "documents", "letters", "proposals", "stories", "story_versions"]
