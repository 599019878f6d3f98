"""How states answer: the cue that says what, in a clause whose subject says who.

A clause is read by the rules of `ingest/cues/answers.toml`, a list by its layout: `State: answer`, states below a
heading that is an answer, answers below a heading that is a state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from regesta.ingest.extract._posts import dated_of
from regesta.ingest.extract._sections import LINE, only_states
from regesta.ingest.extract._subjects import RELATIVE, Scope, Subject, groups_of, subject_of
from regesta.ingest.extract.cues import Cues
from regesta.ingest.extract.document import Document
from regesta.ingest.extract.layout import Block, Span
from regesta.ingest.extract.lists import AnswerRule
from regesta.ingest.extract.model import Finding

_LIST_STATES: Final = 2  # from so many on, states that share an answer are a list
_LABEL_WORDS: Final = 8
_CONFIDENCE: Final = {
    "line": 0.9,
    "subject": 0.8,
    "post": 0.8,
    "speaker": 0.7,
    "heading": 0.7,
    "sender": 0.7,
    "carried": 0.5,
}
_CUT: Final = re.compile(
    r";\s|(?<!\ball)(?<!\beverything)(?<!\banything)(?<!\bnothing)(?<!\bcannot),?\s"
    r"(?:but(?!\s(?:no|not|only|without|never|excluding|strikes|struck|keep|keeps|kept|hold|holds)\b)"
    r"|while|whereas|although|though)\s|,?\s(?=as\s(?:did|has|have|had|will|would|does|do)\s[A-Z])"
    r"|,\s(?:and|with)\s(?=(?:officials in |the state of |"
    r"neighboring )?[A-Z])|:\s(?=[A-Z])|\.\s"
)
_FINITE: Final = re.compile(
    r"\b(?:will|would|has|have|had|said|is|are|was|were|did|does|not|refused|declined|agreed|plans|won't|"
    r"intends|complied|rejected"
    r"|handed|turned|sent|called|signed|asked|charged|charges)\b"
)
_NOTE: Final = re.compile(r"^\W*(?:updated?|source|as of|note|last)\b", re.IGNORECASE)
_NOT_A_LABEL: Final = re.compile(r"\(\d+\)|\d+|[:*#]|\b(?:states?|that|who|which|the)\b", re.IGNORECASE)
_HYPOTHETICAL: Final = re.compile(
    r"^\W*(?:if|had|were|should|unless|suppose)\s[^,]*|\bif\s(?:he|she|they|i|it|you|we)\s(?:were|was|had)\b.*",
    re.IGNORECASE,
)
_LIKEWISE: Final = re.compile(
    r"\W*(?i:so|nor|neither|as)\s(?:did|has|have|had|will|would|does|do|is|are|was|were)\s"
    r"|(?!\W*(?i:whether|if|had|were|should)\b).*"
    r"\b(?i:did (?:likewise|the same)|followed suit|same goes for|ditto)\b",
    re.DOTALL,
)
_TURNED: Final = re.compile(
    r"\b(?:initially|at first|first|previously|originally|had|later|then|eventually|finally"
    r"|changed|revers\w+|relented)\b",
    re.IGNORECASE,
)
_REVERSED: Final = {"comply": "refuse", "partial": "refuse", "public-only": "refuse", "fee": "refuse"}
_REACH: Final = re.compile(r"(?:(?!\s(?:and|but|while)\s)[^,;:\".]){0,60}")


class Answered(NamedTuple):
    """An answer: the passage, what it is, and whose."""

    passage: Span
    disposition: str
    subject: Subject


class Clause(NamedTuple):
    """What a clause answers, and where its cue stands."""

    disposition: str
    cue: Span


def answers(document: Document) -> Iterator[Finding]:
    """Find what each state answers, one finding a state and passage."""
    for item in document.answered:
        for code in item.subject.states:
            known: dict[str, Any] = {"state": code, "disposition": item.disposition}
            person = document.people.by_name.get(item.subject.person or "")
            if person and person.state in (None, code):
                known |= {"person": person.name} | ({"role": person.role} if person.role else {})
            medium = _medium(document, item.passage)
            post = document.post_at(item.passage.start)
            dated = (
                dated_of(post.date) if post and post.date else document.said_on(item.passage.start, item.passage.end)
            )
            fields = known | dated | ({"medium": medium} if medium else {})
            rule = item.subject.rule
            yield Finding(
                "disposition",
                item.passage.start,
                item.passage.end,
                f"answer.{rule}",
                _CONFIDENCE.get(rule, 0.5),
                fields,
            )


def _medium(document: Document, passage: Span) -> str | None:
    post = document.post_at(passage.start)
    if post:
        return "tweet"
    quoted = document.voice_at(passage.start)
    words = document.flat[passage.start : passage.end]
    return quoted[1].medium if quoted else next((name for name, cue in document.media if cue.search(words)), None)


def status_lists(document: Document) -> Iterator[Finding]:
    """Find sentences and lines that name several states which share an answer."""
    for passage, disposition, subject in document.answered:
        if len(subject.states) >= _LIST_STATES:
            fields = {"states": subject.states, "disposition": disposition}
            yield Finding("status_list", passage.start, passage.end, f"list.{subject.rule}", 0.8, fields)
    for sentence in document.layout.sentences:
        if document.listed.search(document.flat, sentence.start, sentence.end):
            groups = groups_of(document, document.states_in(sentence.start, sentence.end))
            longest = max(groups, key=len, default=[])
            if len(longest) >= _LIST_STATES:
                fields = {"states": tuple(item.code for item in longest), "disposition": "unspecified"}
                yield Finding("status_list", sentence.start, sentence.end, "list.unspecified", 0.8, fields)


def find_answers(document: Document) -> list[Answered]:
    """Return every answer of a text in order.

    What is carried over counts only for states that nothing else answers for; what is read out of somebody's words
    counts only where the text does not say something else of that state in its own.
    """
    found = list(_Reader(document).read())
    told: dict[str, set[str]] = {}
    for item in found:
        if item.subject.rule != "carried" and not document.in_quote(item.passage.start):
            for code in item.subject.states:
                told.setdefault(code, set()).add(item.disposition)
    return [item for item in found if _stands(document, item, told)]


def _stands(document: Document, item: Answered, told: Mapping[str, set[str]]) -> bool:
    if item.subject.rule == "carried":
        return not told.keys() >= set(item.subject.states)
    if not document.in_quote(item.passage.start):
        return True
    return any(item.disposition in told.get(code, {item.disposition}) for code in item.subject.states)


@dataclass
class _Reader:
    """Reads block by block; remembers the heading that is in force and the state last spoken of."""

    document: Document
    state: tuple[str, ...] = ()  # of the heading
    answer: str | None = None  # of the heading
    last: tuple[str, ...] = ()
    _inside: bool = False  # the last sentence of the block was about that state
    _told: str | None = None  # the answer last read
    _of: dict[str, str] = field(default_factory=dict)  # what each state answered last

    def read(self) -> Iterator[Answered]:
        for block in self.document.layout.blocks:
            codes = only_states(self.document.flat, self.document.states, block)
            if block.kind == "heading" and len(codes) == 1 and not self.answer:
                self.state, self.last = codes, codes
            elif codes and self.answer:
                yield Answered(block, self.answer, Subject(codes, "heading"))
            else:
                yield from self._block(block, codes)

    def _block(self, block: Block, codes: tuple[str, ...]) -> Iterator[Answered]:
        words = self.document.flat[block.start : block.end]
        line = self._line(block)
        if line:
            yield line
            self.last = line.subject.states
        elif not codes and (block.kind == "heading" or words.rstrip().endswith(":")) and self._head(block, words):
            return
        elif self.document.listed.search(words):
            self.last = ()
        else:
            yield from self._prose(block)

    def _head(self, block: Block, words: str) -> bool:
        """Take a heading: one that stands for an answer governs what is below; another ends what was above."""
        label = self._label(words)
        if label:
            self.answer, self.state = label, ()
        elif block.gap and not _NOTE.match(words):
            self.answer = None
        return bool(label)

    # Lists ------------------------------------------------------------------------------------------------------

    def _label(self, words: str) -> str | None:
        """Return the answer that a heading stands for: `Refusing`, `States that will not comply`."""
        bare = " ".join(_NOT_A_LABEL.sub(" ", words).split()).lower()
        short = self.document.lists.short_answers.get(bare)
        if short or len(bare.split()) > _LABEL_WORDS:
            return short
        found = self._classify(bare, line=True)
        return found.disposition if found else None

    def _line(self, block: Block) -> Answered | None:
        """Read `State: answer` and `Answer: State, State`."""
        match = LINE.match(self.document.flat[block.start : block.end])
        if not match:
            return None
        head = Span(block.start + match.start("head"), block.start + match.end("head"))
        rest = Span(block.start + match.start("rest"), block.end)
        codes = only_states(self.document.flat, self.document.states, head)
        if codes:
            own = self._short(rest)
            answer = self.answer if self.answer and own in (None, "comply") else own
            people = self.document.people.at(rest.start, rest.end)
            person = people[0].full if len({item.full for item in people}) == 1 else None
            return Answered(block, answer, Subject(codes, "line", person)) if answer else None
        listed = only_states(self.document.flat, self.document.states, rest)
        label = self._label(match["head"]) if listed else None
        return Answered(block, label, Subject(listed, "line")) if label else None

    def _short(self, rest: Span) -> str | None:
        """Return the answer of what stands behind a state's name in a list."""
        words = self.document.flat[rest.start : rest.end]
        shorts = self.document.lists.short_answers
        first = re.split(r"[.;,(–—]|\s-\s", words, maxsplit=1)[0].strip().lower()
        if first in shorts:
            return shorts[first]
        read = (
            self._classify(self.document.flat[clause.start : clause.end], line=True) for clause in self._clauses(rest)
        )
        said = [found.disposition for found in read if found]
        start = re.match(r"[a-z]+", first)
        return _both(said[0], said[-1]) if said else shorts.get(start[0]) if start else None

    # Prose ------------------------------------------------------------------------------------------------------

    def _prose(self, block: Block) -> Iterator[Answered]:
        post, near = self.document.post_at(block.start), False
        for number, sentence in enumerate(self.document.layout.sentences_of(block)):
            said: list[Answered] = []
            within = self.last if number < 2 or self._inside else ()
            for clause in self._clauses(sentence):
                found = self._answer_of(clause)
                scope = Scope(self.state, within, post, near)
                subject = subject_of(self.document, clause, found.cue if found else None, scope)
                near = near or subject.rule in ("subject", "speaker")
                within = subject.states or within
                if found and subject.states:
                    if said and subject.rule == "carried" and subject.states == said[-1].subject.states:
                        subject = said[-1].subject  # "refused at first but then agreed"
                    self._told = found.disposition
                    said.append(Answered(clause, found.disposition, subject))
            yield from self._settled(sentence, said)
            self._inside = len(within) == 1
            self.last = within if len(within) == 1 else ()

    def _answer_of(self, clause: Span) -> Clause | None:
        """Return the answer of a clause of prose: by a rule, by a word that is the whole of it, or by `so did`."""
        words = self.document.flat[clause.start : clause.end]
        short = self.document.lists.short_answers.get(words.strip(" .,!\"'").lower())
        if short:
            return Clause(short, Span(clause.start, clause.start + 1))
        return self._classify(words, clause.start) or self._likewise(words, clause) or self._turn(clause)

    def _turn(self, clause: Span) -> Clause | None:
        """Read `but changed her mind`, which answers the opposite of what was answered before."""
        cue = self.document.lists.pattern("answers", "reversed", "cues").search(
            self.document.flat, clause.start, clause.end
        )
        return Clause("reversed", Span(cue.start(), cue.end())) if cue else None

    def _settled(self, sentence: Span, said: list[Answered]) -> Iterator[Answered]:
        """Yield one answer a state where the clauses of a sentence are parts of one answer, both where it turned."""
        turned = bool(_TURNED.search(self.document.flat, sentence.start, sentence.end))
        for number, item in enumerate(said):
            shared: dict[str, list[str]] = {}
            for code in item.subject.states:
                told = [other.disposition for other in said[:number] if code in other.subject.states]
                more = [other.disposition for other in said[number + 1 :] if code in other.subject.states]
                answer = item.disposition
                if answer == "reversed":
                    answer = _REVERSED.get((told or [self._of.get(code, "refuse")])[-1], "comply")
                if told and not (turned and {told[-1], answer} == {"comply", "refuse"}):
                    continue
                self._of[code] = answer if turned or not more else _both(answer, more[0])
                shared.setdefault(self._of[code], []).append(code)
            for answer, codes in shared.items():
                passage = self._passage(sentence, item.passage)
                yield Answered(passage, answer, item.subject._replace(states=tuple(codes)))

    def _likewise(self, words: str, clause: Span) -> Clause | None:
        """Read `So did Ohio.`, which answers what was answered before."""
        match = _LIKEWISE.match(words) if self._told else None
        return Clause(self._told, Span(clause.start, clause.end)) if match and self._told else None

    def _passage(self, sentence: Span, clause: Span) -> Span:
        """Return the sentence where the clause is most of it, else the clause."""
        if clause.end - clause.start > 0.6 * (sentence.end - sentence.start):
            return sentence
        words = self.document.text[clause.start : clause.end]
        return Span(clause.start, clause.start + len(words.rstrip(" ,;\u00a0")))

    def _clauses(self, sentence: Span) -> list[Span]:
        """Return the clauses of a sentence."""
        cuts = [
            cut for cut in _CUT.finditer(self.document.flat, sentence.start, sentence.end) if self._cuts(cut, sentence)
        ]
        starts = [sentence.start, *(cut.end() for cut in cuts)]
        ends = [*(cut.start() for cut in cuts), sentence.end]
        return [Span(start, end) for start, end in zip(starts, ends, strict=True) if end > start]

    def _cuts(self, cut: re.Match[str], sentence: Span) -> bool:
        """Say whether a joint begins a new clause; `, and` does where a state with a verb of its own follows."""
        if cut[0].startswith("."):
            words = self.document.flat[max(sentence.start, cut.start() - 20) : cut.start()].split()
            return bool(words) and len(words[-1]) > 1 and words[-1].lower() not in self.document.abbreviations
        if cut[0].startswith(":"):
            return not any(item.start == cut.end() for item in self.document.states_in(cut.end(), cut.end() + 40))
        if not cut[0].lstrip(", ").startswith(("and", "with")):
            return True
        items = self.document.states_in(cut.end(), min(sentence.end, cut.end() + 45))
        before, behind = (
            self.document.flat[sentence.start : cut.start()],
            items and self.document.flat[items[-1].end : sentence.end],
        )
        return bool(items and _FINITE.search(before) and behind and _FINITE.search(behind))

    def _classify(self, words: str, offset: int = 0, *, line: bool = False) -> Clause | None:
        """Return the answer that words give; a relative clause counts only where nothing else answers."""
        if words.rstrip("\"' ").endswith("?"):
            return None
        words = _HYPOTHETICAL.sub(lambda match: "_" * len(match[0]), words)
        bare = RELATIVE.sub(lambda match: "_" * len(match[0]), words)
        rules = [rule for rule in self.document.lists.answer_rules if line or not rule.line]
        return _first(rules, bare, offset) or (_first(rules, words, offset) if bare != words else None)


def _first(rules: Sequence[AnswerRule], words: str, offset: int) -> Clause | None:
    """Return the answer by the first rule that fits, the words that are nobody's answer aside."""
    for rule in rules:
        if rule.answer == "none":
            words = _without(words, rule.cues)
            continue
        match = rule.cues.search(words)
        if match and not rule.without.search(words):
            return Clause(rule.answer, Span(offset + match.start(), offset + match.end()))
    return None


def _both(first: str, second: str) -> str:
    """Return the answer that two parts of one make: what is given but for something is given in part."""
    if {first, second} == {"comply", "refuse"}:
        return "partial"
    limits = [answer for answer in ("fee", "public-only", "partial") if answer in (first, second)]
    return limits[0] if limits and "undecided" not in (first, second) else first


def clauses(document: Document, sentence: Span) -> list[Span]:
    """Return the clauses of a sentence."""
    return _Reader(document)._clauses(sentence)


def _without(words: str, cues: Cues) -> str:
    """Blank out what is nobody's answer: from each cue on to the next comma or joint."""
    for match in cues.finditer(words):
        behind = _REACH.match(words, match.end())
        end = behind.end() if behind else match.end()
        words = f"{words[: match.start()]}{'_' * (end - match.start())}{words[end:]}"
    return words
