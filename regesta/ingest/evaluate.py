"""How good extraction is: its findings against gold, which is what people found in the same texts.

A kind that a gold file does not annotate is not counted for it, so findings of that kind are neither right nor
wrong; how many there were is told. An optional mark of the gold counts neither way.

>>> Score(gold=4, found=5, matched=3).recall
0.75
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from regesta.errors import InputError
from regesta.ingest._gold import GoldDocument, Mark, find, read_gold, read_text
from regesta.ingest._matching import Pairing, agree, attributes, is_empty, pair, plain, same_words
from regesta.ingest.extract.model import KINDS, Context, Finding

Extract = Callable[[str, Context], Iterable[Finding]]
_WORDS: Final = 160  # characters of a passage that a problem shows


@dataclass(slots=True)
class Score:
    """Counts of one kind; a share is None where there is nothing to share."""

    gold: int = 0
    found: int = 0
    matched: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was found that is in the gold."""
        return self.matched / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The share of the gold that was found."""
        return self.matched / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return 2 * self.matched / (self.gold + self.found) if self.gold + self.found else None


@dataclass(slots=True)
class Attribute:
    """How often a matched finding has the gold's value, another, or none."""

    right: int = 0
    wrong: int = 0
    absent: int = 0


@dataclass(slots=True)
class Quotes:
    """Of the quotes of the gold: the range has the same words; who speaks is right (also if rightly nobody is named),
    an honest candidate (nobody is named, the speaker is among the candidates), unnamed, or a wrong name.
    """

    gold: int = 0
    spans: int = 0
    speakers: int = 0
    candidates: int = 0
    unnamed: int = 0
    wrong_names: int = 0


@dataclass(slots=True)
class Answers:
    """States with an answer in the gold, document by document.

    ``right``: each of its answers was found and no other; ``wrong``: an answer that the gold does not have;
    ``missing``: the rest. ``unfounded``: states for which an answer was found, and of which the gold has none.
    """

    states: int = 0
    right: int = 0
    wrong: int = 0
    missing: int = 0
    unfounded: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is ``missed``, ``spurious``, or has a ``wrong`` or ``absent`` attribute.

    ``line`` counts the lines of the document; ``where`` is the line of the gold, or the rule of a spurious finding.
    """

    verdict: str
    kind: str
    doc: str
    line: int
    start: int
    end: int
    words: str
    note: str
    where: str


@dataclass(slots=True)
class Evaluation:
    """What `evaluate` found out. ``uncounted`` are findings by kind and gold file that does not annotate it."""

    documents: int = 0
    kinds: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    attributes: dict[tuple[str, str], Attribute] = field(default_factory=lambda: defaultdict(Attribute))
    quotes: Quotes = field(default_factory=Quotes)
    answers: Answers = field(default_factory=Answers)
    uncounted: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def ordered(self) -> list[str]:
        """Return the kinds that were counted, in the order of the model and then by name."""
        return sorted(self.kinds, key=lambda kind: (KINDS.index(kind) if kind in KINDS else len(KINDS), kind))


def evaluate(
    files: Sequence[Path],
    extract: Extract,
    *,
    folders: Sequence[Path] = (),
    archive: Path | None = None,
    progress: Callable[[int], None] = lambda documents: None,
) -> Evaluation:
    """Run ``extract`` on every document of the gold ``files`` and compare.

    Documents are looked for beside their gold file and in ``folders``, those named by a SHA-256 also among what
    ``archive`` (a folder) holds. Raises `InputError` for a gold file or a document that cannot be read.
    """
    result = Evaluation()
    documents = [document for path in files for document in read_gold(path)]
    for document in documents:
        text, context = read_text(find(document, folders, archive), document.context)
        _check_ranges(document, text)
        _Comparison(document, text, result).run(list(extract(text, context)))
        progress(1)
    return result


def _check_ranges(document: GoldDocument, text: str) -> None:
    for mark in document.marks:
        if mark.end > len(text):
            raise InputError(f"ends at {mark.end}, but {document.doc} has {len(text)} characters", where=mark.where)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One document: its gold, its text, and the counts that are added to."""

    document: GoldDocument
    text: str
    result: Evaluation

    def run(self, findings: list[Finding]) -> None:
        marks = sorted(self.document.marks, key=lambda mark: (mark.start, mark.end))
        counted = sorted(filter(self._counts, findings), key=lambda finding: (finding.start, finding.end))
        pairing = pair(self.text, marks, counted)
        self.result.documents += 1
        self._count_kinds(marks, counted, pairing)
        for i, j in pairing.pairs:
            if not marks[i].optional:
                self._attributes(marks[i], counted[j])
                if marks[i].kind == "quote":
                    self._quote(marks[i], counted[j])
        self.result.quotes.gold += sum(mark.kind == "quote" and not mark.optional for mark in marks)
        self._answers(marks, counted)

    def _counts(self, finding: Finding) -> bool:
        if finding.kind in self.document.kinds:
            return True
        self.result.uncounted[finding.kind, str(self.document.file)] += 1
        return False

    def _count_kinds(self, marks: list[Mark], findings: list[Finding], pairing: Pairing) -> None:
        by_mark, by_finding = dict(pairing.pairs), {j: i for i, j in pairing.pairs}
        for kind in sorted(self.document.kinds):
            self.result.kinds[kind].gold += 0  # a kind of which there is nothing still has its line
        for i, mark in enumerate(marks):
            if not mark.optional:
                score = self.result.kinds[mark.kind]
                score.gold += 1
                score.matched += i in by_mark
                if i not in by_mark:
                    self._problem("missed", mark, _said(mark.values), mark.where)
        for j, finding in enumerate(findings):
            if j in pairing.absorbed or (j in by_finding and marks[by_finding[j]].optional):
                continue
            self.result.kinds[finding.kind].found += 1
            if j not in by_finding:
                self._problem("spurious", finding, _said(finding.fields), finding.rule)

    def _attributes(self, mark: Mark, finding: Finding) -> None:
        for name in attributes(mark):
            found, counts = finding.fields.get(name), self.result.attributes[mark.kind, name]
            expected = f"{name} should be {_shown(mark.values[name])}"
            if is_empty(found):
                counts.absent += 1
                self._problem("absent", mark, expected, mark.where)
            elif agree(mark, name, found):
                counts.right += 1
            else:
                counts.wrong += 1
                self._problem("wrong", mark, f"{expected}, found {_shown(found)}", mark.where)

    def _quote(self, mark: Mark, finding: Finding) -> None:
        counts, name = self.result.quotes, finding.fields.get("person")
        counts.spans += same_words(self.text, mark, finding)
        if agree(mark, "person", name) or not (name or mark.values.get("person")):
            counts.speakers += 1
        elif name:
            counts.wrong_names += 1
            if "person" not in mark.values:
                self._problem("wrong", mark, f"nobody is named, found person {name}", mark.where)
        elif any(agree(mark, "person", candidate) for candidate in finding.fields.get("candidates") or ()):
            counts.candidates += 1
        else:
            counts.unnamed += 1

    def _answers(self, marks: list[Mark], findings: list[Finding]) -> None:
        required, allowed = defaultdict[str, list[Mark]](list), defaultdict[str, list[Mark]](list)
        found = defaultdict[str, list[Any]](list)
        for mark in marks:
            if mark.kind == "disposition" and mark.values.get("state"):
                allowed[plain("state", mark.values["state"])].append(mark)
                if not mark.optional:
                    required[plain("state", mark.values["state"])].append(mark)
        for finding in findings:
            if finding.kind == "disposition" and finding.fields.get("state"):
                found[plain("state", finding.fields["state"])].append(finding.fields.get("disposition"))
        counts = self.result.answers
        counts.states += len(required)
        counts.unfounded += len(found.keys() - allowed.keys())
        for state, answers in required.items():
            if any(not _is_one_of(value, allowed[state]) for value in found[state]):
                counts.wrong += 1
            elif all(any(agree(mark, "disposition", value) for value in found[state]) for mark in answers):
                counts.right += 1
            else:
                counts.missing += 1

    def _problem(self, verdict: str, item: Mark | Finding, note: str, where: str) -> None:
        line = self.text.count("\n", 0, item.start) + 1
        words = " ".join(self.text[item.start : item.end].split())[:_WORDS]
        place = (verdict, item.kind, self.document.doc, line, item.start, item.end)
        self.result.problems.append(Problem(*place, words, note, where))


def _is_one_of(value: Any, marks: list[Mark]) -> bool:
    return any(agree(mark, "disposition", value) for mark in marks)


def _said(values: Any) -> str:
    return ", ".join(f"{name} {_shown(values[name])}" for name in sorted(values) if values[name] not in (None, "", ()))


def _shown(value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= _WORDS else f"{text[:_WORDS]}…"
