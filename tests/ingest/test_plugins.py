"""Plug-ins: what they bring is checked, what fails is told by its name, and none comes from an archive's folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regesta.errors import InputError, UsageError
from regesta.ingest import plugins
from regesta.ingest.capture import Capture, Source
from regesta.ingest.extract.model import Context, Finding

TEXT = "Ohio said no."
NOTHING_KNOWN = Context()

PLUGIN = """
from regesta.errors import InputError
from regesta.ingest.capture import Capture
from regesta.ingest.extract.model import Finding

def finds(text, context):
    yield Finding("state_mention", 0, 4, "name", 0.5, {"state": "OH"})
    yield Finding("demo.motion", 5, 9, "demo.said", 1, {"tags": ("a", "b"), "count": 2})

def fails(text, context):
    yield Finding("state_mention", 0, 4, "name", 0.5)
    raise RuntimeError("out of order")

def leaves(text, context):
    raise SystemExit(3)

def tells(text, context):
    return [InputError("half of it is in Latin")]

class Reads:
    media_types = ["text/x-demo"]
    suffixes = (".demo",)
    def read(self, source):
        yield Capture(source.data, source.data.decode(), "text/x-demo", "demo", source.name)

class Garbles(Reads):
    def read(self, source):
        yield "text"

class Breaks(Reads):
    def read(self, source):
        raise KeyError("x")

class NeverMade:
    def __init__(self):
        raise ValueError("no")

number = 7
"""
ENTRY_POINTS = """
[regesta.extractors]
demo = demo_plugin:finds
failing = demo_plugin:fails
leaving = demo_plugin:leaves
telling = demo_plugin:tells
absent = demo_plugin:nothing_there
number = demo_plugin:number
[regesta.readers]
breaks = demo_plugin:Breaks
garbles = demo_plugin:Garbles
never = demo_plugin:NeverMade
noread = demo_plugin:number
reads = demo_plugin:Reads
"""


def install(folder: Path) -> None:
    info = folder / "demo-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    (folder / "demo_plugin.py").write_text(PLUGIN)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path with an installed package that has plug-ins."""
    folder = tmp_path / "site"
    install(folder)
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    plugins._load.cache_clear()


def told(extractor: plugins.Extractor) -> list[str]:
    return [item.kind if isinstance(item, Finding) else str(item) for item in extractor(TEXT, NOTHING_KNOWN)]


EXTRACTORS: dict[str, list[str]] = {
    "demo": ["state_mention", "demo.motion"],
    "failing": ["state_mention", "the plug-in failing failed: RuntimeError: out of order"],
    "leaving": ["the plug-in leaving failed: SystemExit: 3"],
    "telling": ["half of it is in Latin"],
    "absent": ["the plug-in absent cannot be loaded: AttributeError: module 'demo_plugin' has no attribute 'nothing_there'"],
    "number": ["the plug-in number is no extractor: a int cannot be called"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), EXTRACTORS.items(), ids=EXTRACTORS)
@pytest.mark.usefixtures("installed")
def test_extractor_gives_findings_or_is_told_by_name(name: str, expected: list[str]) -> None:
    """What an extractor finds is taken; what it cannot do is an InputError with its name among the rest."""
    assert told(plugins.extractors([name])[0]) == expected


@pytest.mark.usefixtures("installed")
def test_broken_extractor_speaks_once() -> None:
    """A plug-in that cannot be loaded is told with the first text and not with each."""
    [extractor] = plugins.extractors(["absent"])
    assert (len(told(extractor)), told(extractor)) == (1, [])


@pytest.mark.usefixtures("installed")
def test_unknown_name_lists_those_that_are_there() -> None:
    """A name that nothing answers to is the caller's mistake."""
    with pytest.raises(UsageError, match=r"there is no extractor 'demon'.*demo, failing, .*nlp:MODEL"):
        plugins.extractors(["demon"])


@pytest.mark.usefixtures("installed")
def test_rules_carry_the_name_of_the_plug_in() -> None:
    """No plug-in can speak under the rule of another, which somebody may accept unseen."""
    [extractor] = plugins.extractors(["demo"])
    rules = [item.rule for item in extractor(TEXT, NOTHING_KNOWN) if isinstance(item, Finding)]
    assert rules == ["demo.name", "demo.said"]


def test_no_plug_in_comes_from_the_archive(installed: Path) -> None:
    """Packages in an archive's folder are not looked at, be it on the path or not."""
    with pytest.raises(UsageError, match="there is no extractor 'demo'"):
        plugins.extractors(["demo"], installed.parent)
    assert plugins.readers(installed) == plugins.Loaded((), ())


@pytest.mark.usefixtures("installed")
def test_a_name_given_twice_is_used_once() -> None:
    """`--with demo --with demo` finds nothing twice."""
    assert len(plugins.extractors(["demo", "demo"])) == 1


@pytest.mark.usefixtures("installed")

# What is refused -------------------------------------------------------------------------------------------------


def a_finding(**changes: Any) -> Finding:
    members: dict[str, Any] = {
        "kind": "tally",
        "start": 0,
        "end": 4,
        "rule": "count",
        "confidence": 0.5,
        "fields": {},
        "needs": (),
    }
    return Finding(**(members | changes))


REFUSED: dict[str, tuple[object, str]] = {
    "no finding": ("tally", "a str is no finding"),
    "unknown kind": (a_finding(kind="motion"), "the kind is not known"),
    "kind that is no text": (a_finding(kind=7), "the kind is not known"),
    "kind with capitals": (a_finding(kind="Demo.Motion"), "the kind is not known"),
    "before the text": (a_finding(start=-1), "the range is not inside the text"),
    "behind the text": (a_finding(end=14), "the range is not inside the text"),
    "empty range": (a_finding(start=4), "the range is not inside the text"),
    "range of a truth": (a_finding(start=False), "the range is not inside the text"),
    "range with a fraction": (a_finding(end=4.0), "the range is not inside the text"),
    "too sure": (a_finding(confidence=1.5), "not between 0 and 1"),
    "unsure": (a_finding(confidence=-0.1), "not between 0 and 1"),
    "no number": (a_finding(confidence=float("nan")), "not between 0 and 1"),
    "confidence in words": (a_finding(confidence="high"), "the confidence is no number"),
    "no rule": (a_finding(rule=""), "the rule has no name"),
    "rule of several lines": (a_finding(rule="a\nb"), "the rule has no name"),
    "fields in a list": (a_finding(fields=["state"]), "the fields are no mapping"),
    "field with a long text": (a_finding(fields={"person": "x" * 2_001}), "a field is no short text"),
    "field with an object": (a_finding(fields={"person": object()}), "a field is no short text"),
    "field with NUL": (a_finding(fields={"person": "a\0b"}), "a field is no short text"),
    "field with a number beyond JSON": (a_finding(fields={"figure": 2**53}), "a field is no short text"),
    "name of a field": (a_finding(fields={"data.proposal\n": "x"}), "a field is no short text"),
    "a date that is none": (a_finding(fields={"date_edtf": "July 5"}), "date_edtf is no date"),
    "a date that is no text": (a_finding(fields={"date_edtf": 2017}), "date_edtf is no date"),
    "needs in a list": (a_finding(needs=["speaker"]), "what it needs is no tuple"),
}  # fmt: skip


@pytest.mark.parametrize(("item", "reason"), REFUSED.values(), ids=REFUSED)
def test_finding_that_cannot_be_taken_is_counted(item: object, reason: str) -> None:
    """A finding outside the contract is left out, and why is said; those beside it are taken."""
    found = plugins.checked("demo", TEXT, [item, a_finding(), item])
    assert next(found).kind == "tally"  # type: ignore[union-attr]
    with pytest.raises(InputError, match=rf"the plug-in demo gave 2 findings that cannot be taken: .*{reason}.*\(2\)"):
        next(found)


def test_endless_findings_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extractor that never stops is stopped at the limit."""
    monkeypatch.setattr(plugins, "PLUGIN_FINDINGS", 3)
    found = plugins.checked("demo", TEXT, iter(a_finding, None))
    assert len([next(found) for _ in range(3)]) == 3
    with pytest.raises(InputError, match="there are more than 3"):
        next(found)


# Readers ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("installed")
def test_readers_are_loaded_and_what_is_none_is_told() -> None:
    """The readers of plug-ins come in the order of their names; what cannot be loaded or is no reader is told."""
    loaded = plugins.readers()
    assert ([reader.suffixes for reader in loaded.readers], [str(problem) for problem in loaded.problems]) == (
        [frozenset([".demo"])] * 3,
        [
            "the plug-in never cannot be loaded: ValueError: no",
            "the plug-in noread is no reader: it lacks media_types, suffixes or read",
        ],
    )


READ: dict[str, tuple[int, str]] = {
    "what it raises is told": (0, "the plug-in breaks failed: KeyError: 'x'"),
    "what is no document is told": (1, "the plug-in garbles gave a str for a document"),
}


@pytest.mark.parametrize(("index", "message"), READ.values(), ids=READ)
@pytest.mark.usefixtures("installed")
def test_reader_that_fails_is_told_by_name(index: int, message: str) -> None:
    """A reader's own errors become one InputError that names it."""
    with pytest.raises(InputError) as raised:
        list(plugins.readers().readers[index].read(Source("a.demo", b"x")))
    assert str(raised.value) == message


@pytest.mark.usefixtures("installed")
def test_reader_reads() -> None:
    """The documents of a plug-in's reader are taken as they are."""
    [found] = plugins.readers().readers[2].read(Source("a.demo", b"Ohio"))
    assert isinstance(found, Capture) and found.text == "Ohio"
