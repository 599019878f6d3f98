"""Proposals of a language model: nothing that the text does not bear out, whatever the model or the document says."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.errors import InputError, UsageError
from regesta.ingest import llm, plugins
from regesta.ingest.extract.model import KINDS, Context, Finding

TEXT = "Ohio said no. “We will not,” said Ann Lee. No, no."


class Answer:
    """What a model of `llm` gives back."""

    def __init__(self, text: Any) -> None:
        self._text = text

    def text(self) -> Any:
        """Return what it answered, or fail as networks do."""
        if isinstance(self._text, Exception):
            raise self._text
        return self._text


class Model:
    """A model of `llm` that answers what it is told to, and keeps what it was asked."""

    supports_schema = True

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def prompt(self, prompt: str, *, system: str, schema: dict[str, Any], stream: bool) -> Answer:
        """Answer a question."""
        self.asked.append({"prompt": prompt, "system": system, "schema": schema, "stream": stream})
        return Answer(self.answers[(len(self.asked) - 1) % len(self.answers)])


def told(*answers: Any, text: str = TEXT) -> list[str]:
    found = llm.extractor("demo", lambda name: Model(*answers))(text, Context())
    return [text[item.start : item.end] if isinstance(item, Finding) else str(item) for item in found]


def items(*given: Any) -> str:
    return json.dumps({"items": given})


def test_item_with_its_passage_is_a_finding() -> None:
    """The passage gives the range; what is printed gives the fields; the rule and its confidence are fixed."""
    item = {
        "kind": "quote",
        "passage": "“We will not,”",
        "person": "Ann Lee",
        "confidence": 1.0,
        "rule": "quote.cue",
        "party": "",
    }
    [found] = llm.proposed(Model(items(item)), TEXT, Context())
    assert found == Finding("quote", 14, 28, "llm.quote", 0.4, {"person": "Ann Lee"})


NEEDS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "a quote without a speaker": ({"kind": "quote", "passage": "“We will not,”"}, ("speaker",)),
    "an answer without a state": ({"kind": "disposition", "passage": "said no", "disposition": "refuse"}, ("state",)),
    "an answer with one": ({"kind": "disposition", "passage": "said no", "disposition": "refuse", "state": "OH"}, ()),
    "a deadline without a day": ({"kind": "deadline", "passage": "said no"}, ("date",)),
    "a person": ({"kind": "person", "passage": "Ann Lee", "person": "Ann Lee"}, ()),
}  # fmt: skip


@pytest.mark.parametrize(("item", "expected"), NEEDS.values(), ids=NEEDS)
def test_what_is_missing_is_needed(item: dict[str, str], expected: tuple[str, ...]) -> None:
    """A proposal without its speaker, state or day says that it needs one."""
    [found] = llm.proposed(Model(items(item)), TEXT, Context())
    assert isinstance(found, Finding) and found.needs == expected


DROPPED: dict[str, tuple[Any, str]] = {
    "made up": ({"kind": "quote", "passage": "“We will.”"}, "the passage is not in the text"),
    "other marks": ({"kind": "quote", "passage": '"We will not,"'}, "the passage is not in the text"),
    "twice in the text": ({"kind": "tally", "passage": "no"}, "the passage occurs more than once"),
    "overlapping itself": ({"kind": "tally", "passage": "aa"}, "the passage occurs more than once"),
    "empty passage": ({"kind": "tally", "passage": " "}, "the passage has not between"),
    "long passage": ({"kind": "tally", "passage": "x" * 4_001}, "the passage has not between"),
    "no passage": ({"kind": "tally"}, "an item has no passage"),
    "passage in a list": ({"kind": "tally", "passage": ["Ohio"]}, "an item has no passage"),
    "no object": ("Ohio", "an item has no passage"),
    "unknown kind": ({"kind": "event.retracted", "passage": "Ohio"}, "the kind is not known"),
    "kind in a list": ({"kind": ["tally"], "passage": "Ohio"}, "the kind is not known"),
    "state in words": ({"kind": "state_mention", "passage": "Ohio", "state": "Ohio"}, "state is not what it must be"),
    "party in words": ({"kind": "person", "passage": "Ann Lee", "party": "Whig"}, "party is not what it must be"),
    "another disposition": ({"kind": "disposition", "passage": "Ohio", "disposition": "yes"}, "disposition is not"),
    "a date in words": ({"kind": "deadline", "passage": "Ohio", "date_edtf": "tomorrow"}, "date_edtf is not"),
    "a long name": ({"kind": "person", "passage": "Ann Lee", "person": "x" * 201}, "person is not what it must be"),
    "a name of two lines": ({"kind": "person", "passage": "Ann Lee", "person": "Ann\nLee"}, "person is not what it must be"),
    "a name that is an object": ({"kind": "person", "passage": "Ann Lee", "person": {"a": 1}}, "person is not what it must be"),
}  # fmt: skip


@pytest.mark.parametrize(("item", "reason"), DROPPED.values(), ids=DROPPED)
def test_item_that_the_text_does_not_bear_out_is_dropped_and_counted(item: Any, reason: str) -> None:
    """Such an item gives nothing but a number and its reason; the others are taken."""
    good = {"kind": "state_mention", "passage": "Ohio", "state": "OH"}
    [found, problem] = told(items(item, good), text=TEXT + " aaa")
    assert (found, "1 of what the language model proposed was dropped" in problem, reason in problem) == (
        "Ohio",
        True,
        True,
    )


BROKEN: dict[str, tuple[Any, str]] = {
    "no JSON": ("Sure! Here are", "is not JSON"),
    "half of it": ('{"items": [{"kind":', "is not JSON"),
    "deep": ("[" * 100_000, "is not JSON"),
    "a list": ("[]", "has no list of items"),
    "no items": ("{}", "has no list of items"),
    "items in an object": ('{"items": {}}', "has no list of items"),
    "too many": (json.dumps({"items": [0] * 501}), "has 501 items, the limit is 500"),
    "too long": (" " * 200_001, "is no text of at most 200,000 characters"),
    "no text": (b"{}", "is no text of at most"),
    "nothing": (None, "is no text of at most"),
    "a failing network": (OSError("timed out"), "gave no answer: OSError: timed out"),
    "a failing library": (KeyError("key"), "gave no answer: KeyError: 'key'"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "reason"), BROKEN.values(), ids=BROKEN)
def test_broken_answer_is_an_input_error(answer: Any, reason: str) -> None:
    """An answer that cannot be used is told, and is nothing else."""
    [problem] = told(answer)
    assert reason in problem


def test_fenced_answer_is_read() -> None:
    """Models wrap JSON in a fence of Markdown."""
    assert told(f"```json\n{items({'kind': 'state_mention', 'passage': 'Ohio'})}\n```") == ["Ohio"]


def test_same_item_twice_is_one_finding() -> None:
    """A model that repeats itself proposes nothing twice."""
    item = {"kind": "state_mention", "passage": "Ohio", "state": "OH"}
    assert told(items(item, item)) == ["Ohio"]


def test_long_text_is_asked_about_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece is a question; one that fails leaves the others; a passage must be the only one in the whole text."""
    monkeypatch.setattr(llm, "LLM_CHARS", 15)
    good = items({"kind": "tally", "passage": "four"}, {"kind": "tally", "passage": "three"})
    text = "one two three\nfour three\nfive six seven\n"
    assert told("no", good, "[]", text=text) == [
        "the answer of the language model is not JSON",
        "four",
        "the answer of the language model has no list of items",
        "1 of what the language model proposed was dropped: the passage occurs more than once (1)",
    ]


def test_question_marks_the_document_off() -> None:
    """The document stands between two lines with a mark that it cannot hold; instructions are apart; a schema is asked."""
    model = Model(items())
    list(llm.proposed(model, TEXT, Context(published="2017-07-05")))
    [asked] = model.asked
    first, mark, document, end = asked["prompt"].split("\n")
    assert (first, mark, document) == ("It was published 2017-07-05.", end, TEXT)
    kinds = asked["schema"]["properties"]["items"]["items"]["properties"]["kind"]["enum"]
    assert (asked["stream"], TEXT in asked["system"], kinds) == (False, False, list(KINDS))


@pytest.mark.parametrize("name", ["", "-o key", "a b", "x" * 201, "a\nb"])
def test_name_of_a_model(name: str) -> None:
    """What is no name of a model is refused before the library is asked."""
    with pytest.raises(UsageError, match="is no name of a model"):
        llm.extractor(name)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library is not installed, how to install it is said."""
    monkeypatch.setitem(sys.modules, "llm", None)
    with pytest.raises(UsageError, match=r"the library llm is not installed \(pip install 'regesta\[llm\]'\)"):
        plugins.extractors(["llm:demo"])


class FakeLibrary(ModuleType):
    """The one function of the library that is called."""

    def get_model(self, name: str) -> Model:
        """Return a model, or raise as the library does."""
        if name == "absent":
            raise KeyError("Unknown model: absent")
        model = Model(items({"kind": "state_mention", "passage": "Ohio", "state": "OH"}))
        model.supports_schema = name != "plain"
        return model


REFUSED: dict[str, tuple[str, str]] = {
    "not there": ("absent", "there is no language model absent: KeyError"),
    "without schemas": ("plain", "the language model plain takes no schema"),
}


@pytest.mark.parametrize(("name", "reason"), REFUSED.values(), ids=REFUSED)
def test_model_that_cannot_be_used_is_told(name: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is not there, or gives no JSON, is refused before any text is sent."""
    monkeypatch.setitem(sys.modules, "llm", FakeLibrary("llm"))
    with pytest.raises(UsageError, match=reason):
        plugins.extractors([f"llm:{name}"])


def test_model_is_got_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--with llm:NAME` asks the user's own model."""
    monkeypatch.setitem(sys.modules, "llm", FakeLibrary("llm"))
    [extractor] = plugins.extractors(["llm:demo/4o-mini"])
    assert [item.rule for item in extractor(TEXT, Context()) if isinstance(item, Finding)] == ["llm.state_mention"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.sampled_from([*KINDS, "Ohio", "no", "OH"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["items", "kind", "passage", "state", "person", "date_edtf"]), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    answer=st.one_of(
        st.text(max_size=100), JSON.map(json.dumps), st.lists(JSON).map(lambda given: json.dumps({"items": given}))
    )
)
def test_any_answer_gives_only_what_the_text_holds(answer: str) -> None:
    """Whatever a model answers: findings inside the text, or our own error."""
    for item in plugins.checked("llm:demo", TEXT, llm.proposed(Model(answer), TEXT, Context())):
        assert isinstance(item, Finding | InputError)
