"""Candidate people by a spaCy model that the user has installed (extra `[nlp]`): `regesta ingest --with nlp:MODEL`.

Given are the first full mentions of what the model takes for persons, with a low confidence: candidates for a person to
look at, no more. No model is downloaded, and none is loaded from a path: it takes the name of an installed package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from regesta.errors import UsageError
from regesta.ingest.extract.model import Context, Finding
from regesta.ingest.text import shortened
from regesta.limits import MODEL_NAME_CHARS, NLP_CHARS

_CONFIDENCE: Final = 0.3  # of names in news text small English models get some nine in ten, of roles and parties none
_LABELS: Final = ("PERSON", "PER")
_MODEL: Final = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{MODEL_NAME_CHARS - 1}}}")
_FULL_NAME: Final = re.compile(r"[^\W\d_][\w.'’-]*(?:\s[\w.'’-]+){1,5}")
_OWNER: Final = re.compile(r"['’]s?$")
_UNUSED: Final = ["tagger", "parser", "attribute_ruler", "lemmatizer", "morphologizer", "senter"]

Pipeline = Callable[[str], Any]


def extractor(model: str, load: Callable[[str], Pipeline] | None = None) -> Callable[[str, Context], Iterator[Finding]]:
    """Return the extractor that uses a model; ``load`` is another way to load one. Raises UsageError."""
    if not _MODEL.fullmatch(model):
        raise UsageError(f"{model!r:.80} is no name of a spaCy model", remedy="such as nlp:en_core_web_sm")
    pipeline = (load or _load)(model)

    def extract(text: str, context: Context) -> Iterator[Finding]:
        return people(pipeline, text)

    return extract


def people(pipeline: Pipeline, text: str) -> Iterator[Finding]:
    """Yield each person's first full mention, as a `person` with its name as printed."""
    seen = set[str]()
    for start, piece in pieces(text, NLP_CHARS):
        for entity in pipeline(piece).ents:
            name = _OWNER.sub("", piece[entity.start_char : entity.end_char].strip())
            words = " ".join(name.split())
            if entity.label_ not in _LABELS or words in seen or not _FULL_NAME.fullmatch(name):
                continue
            seen.add(words)
            at = start + piece.index(name, entity.start_char)
            yield Finding("person", at, at + len(name), "nlp.person", _CONFIDENCE, {"person": words})


def pieces(text: str, size: int) -> Iterator[tuple[int, str]]:
    """Yield a text in pieces of at most ``size`` code points and their starts, cut at ends of lines if it has any."""
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            cut = text.rfind("\n", start + 1, end)
            end = cut + 1 if cut > 0 else end
        yield start, text[start:end]
        start = end


def _load(model: str) -> Pipeline:
    try:
        import spacy
    except ImportError:
        raise UsageError("spaCy is not installed", remedy="pip install 'regesta[nlp]'") from None
    try:
        loaded: Pipeline = spacy.load(model, exclude=_UNUSED)
    except Exception as error:  # an OSError for a model that is not there, and what a model of another version raises
        reason = shortened(f"{type(error).__name__}: {error}", 200)
        raise UsageError(
            f"the spaCy model {model} cannot be loaded: {reason}", remedy=f"spacy download {model}"
        ) from None
    return loaded
