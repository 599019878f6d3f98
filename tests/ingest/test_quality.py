"""How good extraction is, held against gold: what is reached does not get lost again."""

from __future__ import annotations

from functools import cache

import pytest

from regesta.ingest.evaluate import Evaluation, evaluate
from regesta.ingest.extract import extract
from tests.ingest.extract.shipped import ROOT, lists

GOLD = ROOT / "tests/ingest/gold"
SEEDS = ROOT.parent / "shared/seeds"
# The least share of each kind that is found, in the half that the rules were tuned on and in the one set aside.
TUNED = {"date_mention": 1.0, "quote": 1.0, "state_mention": 1.0, "person": 1.0, "tweet": 1.0, "disposition": 0.84}
SET_ASIDE = {
    "date_mention": 0.95,
    "quote": 0.98,
    "state_mention": 0.98,
    "person": 0.98,
    "tweet": 0.85,
    "disposition": 0.75,
}


@cache
def evaluation(half: str) -> Evaluation:
    files = sorted((GOLD / half).glob("*.jsonl"))
    return evaluate(files, lambda text, context: extract(text, context, lists()))


def short(half: str, least: dict[str, float]) -> dict[str, float | None]:
    kinds = evaluation(half).kinds
    return {kind: kinds[kind].recall for kind, share in least.items() if (kinds[kind].recall or 0) < share}


def test_tuned_half() -> None:
    """In the texts that the rules were made for they find nearly all."""
    assert short("dev", TUNED) == {}


def test_half_that_was_set_aside() -> None:
    """In texts that nobody who wrote rules has read they find what was promised."""
    assert short("held", SET_ASIDE) == {}


@pytest.mark.parametrize("half", ["dev", "held"])
def test_speakers_are_honest(half: str) -> None:
    """A quote has the right speaker, or the right one among its candidates; at most 3 in 100 have a wrong name."""
    quotes = evaluation(half).quotes
    settled = quotes.speakers + quotes.candidates + quotes.unnamed
    assert (quotes.wrong_names / quotes.gold <= 0.03, settled / quotes.gold >= 0.95) == (True, True)


def test_dates_are_resolved() -> None:
    """Nine in ten dates of the set-aside half mean what people read in them."""
    dates = evaluation("held").attributes["date_mention", "date_edtf"]
    assert dates.right / (dates.right + dates.wrong + dates.absent) >= 0.9


def test_the_two_articles() -> None:
    """In the two real articles every date, quote, post, person, state and answer is found, and no name is wrong."""
    if not SEEDS.is_dir():
        pytest.skip("the articles are not beside the project")
    found = evaluate([GOLD / "seeds.jsonl"], lambda text, context: extract(text, context, lists()), folders=[SEEDS])
    missed = {kind: score for kind, score in found.kinds.items() if score.recall != 1.0}
    answers = (found.answers.right, found.answers.wrong, found.answers.missing)
    assert (missed, found.quotes.wrong_names, answers) == ({}, 0, (22, 0, 0))
