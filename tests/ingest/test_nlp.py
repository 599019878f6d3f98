"""Candidate people by a spaCy model: spans, names and limits, with a model that is not there and one that is made up."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from regesta.errors import UsageError
from regesta.ingest import nlp, plugins
from regesta.ingest.extract.model import Context, Finding


@dataclass
class Entity:
    """What a spaCy model calls an entity."""

    start_char: int
    end_char: int
    label_: str = "PERSON"


@dataclass
class Parsed:
    """What a spaCy model gives for a text."""

    ents: list[Entity]


def model_of(*names: str, label: str = "PERSON") -> nlp.Pipeline:
    """Return a model that knows these names, wherever they stand in a text, and those only."""

    def pipeline(text: str) -> Parsed:
        found = [(text.find(name, at), name) for name in names for at in range(len(text)) if text.startswith(name, at)]
        return Parsed([Entity(start, start + len(name), label) for start, name in sorted(found)])

    return pipeline


def people(text: str, *names: str, label: str = "PERSON") -> list[tuple[str, str]]:
    extract = nlp.extractor("en_demo", lambda name: model_of(*names, label=label))
    return [(text[item.start : item.end], item.fields["person"]) for item in extract(text, Context())]


CASES: dict[str, tuple[str, tuple[str, ...], list[tuple[str, str]]]] = {
    "a name": ("Then Ann Lee spoke.", ("Ann Lee",), [("Ann Lee", "Ann Lee")]),
    "the first mention only": ("Ann Lee and Ann Lee", ("Ann Lee",), [("Ann Lee", "Ann Lee")]),
    "a surname alone": ("Then Lee spoke.", ("Lee",), []),
    "an owner": ("It was Ann Lee’s.", ("Ann Lee’s",), [("Ann Lee", "Ann Lee")]),
    "over the end of a line": ("It was Ann\nLee.", ("Ann\nLee",), [("Ann\nLee", "Ann Lee")]),
    "a handle": ("@annlee said", ("@annlee",), []),
    "a sentence": ("Ann Lee of the new state board of all elections", ("Ann Lee of the new state board of all elections",), []),
    "behind other letters": ("Né 🗳️: Ann Lee", ("Ann Lee",), [("Ann Lee", "Ann Lee")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "names", "expected"), CASES.values(), ids=CASES)
def test_full_names_are_candidates(text: str, names: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    """The first full mention of each person is given with its own range; half names and other things are not."""
    assert people(text, *names) == expected


def test_other_entities_are_not_given() -> None:
    """Places and organisations are no people."""
    assert people("New York voted.", "New York", label="GPE") == []


def test_candidates_have_a_low_confidence_and_need_nothing() -> None:
    """What a model takes for a person decides nothing."""
    [found] = nlp.people(model_of("Ann Lee"), "Ann Lee")
    assert found == Finding("person", 0, 7, "nlp.person", 0.3, {"person": "Ann Lee"})


def test_a_long_text_goes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces end at ends of lines, and positions are those of the whole text."""
    monkeypatch.setattr(nlp, "NLP_CHARS", 12)
    text = "Nobody.\nThen Ann Lee\nspoke.\n"
    assert [(item.start, item.end) for item in nlp.people(model_of("Ann Lee"), text)] == [(13, 20)]


PIECES: dict[str, tuple[str, int, list[tuple[int, str]]]] = {
    "short": ("abc", 5, [(0, "abc")]),
    "at a line": ("ab\ncd\nef", 6, [(0, "ab\ncd\n"), (6, "ef")]),
    "no line to cut at": ("abcdefg", 3, [(0, "abc"), (3, "def"), (6, "g")]),
    "a line first": ("\nabcdef", 3, [(0, "\nab"), (3, "cde"), (6, "f")]),
    "nothing": ("", 3, []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "size", "expected"), PIECES.values(), ids=PIECES)
def test_pieces(text: str, size: int, expected: list[tuple[int, str]]) -> None:
    """A text is cut without loss, at ends of lines where it can be."""
    assert list(nlp.pieces(text, size)) == expected


@pytest.mark.parametrize("name", ["", "../model", "en core", "/tmp/model", "x" * 201, "a.b"])
def test_name_of_a_model_is_no_path(name: str) -> None:
    """Only names of installed packages are taken: a path may lead into an archive."""
    with pytest.raises(UsageError, match="is no name of a spaCy model"):
        nlp.extractor(name)


def test_without_spacy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where spaCy is not installed, how to install it is said."""
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(UsageError, match=r"spaCy is not installed \(pip install 'regesta\[nlp\]'\)"):
        plugins.extractors(["nlp:en_demo"])


class FakeSpacy(ModuleType):
    """The one function of spaCy that is called."""

    asked: tuple[str, list[str]] | None = None

    def load(self, name: str, *, exclude: list[str]) -> Any:
        """Load a model, or refuse to."""
        if name == "en_absent":
            raise OSError("[E050] no such model")
        FakeSpacy.asked = (name, exclude)
        return model_of("Ann Lee")


def test_model_is_loaded_by_name_without_what_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's model is asked for by its name; only what finds names is loaded of it."""
    monkeypatch.setitem(sys.modules, "spacy", FakeSpacy("spacy"))
    [extractor] = plugins.extractors(["nlp:en_demo"])
    found = [item.rule for item in extractor("Ann Lee", Context()) if isinstance(item, Finding)]
    assert (found, FakeSpacy.asked and FakeSpacy.asked[0], "ner" in (FakeSpacy.asked or ("", []))[1]) == (
        ["nlp.person"],
        "en_demo",
        False,
    )


def test_model_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that cannot be loaded is named, with the command that helps."""
    monkeypatch.setitem(sys.modules, "spacy", FakeSpacy("spacy"))
    with pytest.raises(UsageError, match=r"en_absent cannot be loaded: OSError: .*\(spacy download en_absent\)"):
        nlp.extractor("en_absent")
