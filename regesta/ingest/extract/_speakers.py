"""Who says it: the speaker of quoted words or of a sentence, as far as the text settles it.

A name is given as a fact only where the verb of saying stands with it beside the quote. A pronoun, or a quote that
follows another in the same breath, gives candidates: a wrong speaker is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from regesta.ingest.extract._mentions import Mention
from regesta.ingest.extract._people import Person
from regesta.ingest.extract._quotes import Quoted
from regesta.ingest.extract.document import Document
from regesta.ingest.extract.layout import Span, within

_PRONOUN: Final = re.compile(r"\b(?:he|she|they|I)\b", re.IGNORECASE)
_NP_AFTER: Final = 110  # characters behind a verb of saying within which its speaker is named
_BEFORE_VERB: Final = 170
_NEAR: Final = 1_500  # characters before a pronoun in which whom it means was named
_TAG: Final = 1_000  # characters behind a quote in which the sentence that says who spoke is looked for
_WORD: Final = 50  # an abbreviation is shorter
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s+[\"'A-Z]|\s*$)")
_CANDIDATES: Final = 3
_UNNAMED: Final = re.compile(
    r"\b(?:(?:a|an|one|another|the|his|her|their|its|"
    r"[A-Z][\w.]+(?:\s[A-Z][\w.]+)*['’]s?)\s+)((?:[\w'’-]+\s){0,4}?(?:spokes\w+|official|officials|aide|"
    r"aides|secretary of state|governor|attorney general|director|administrator|commissioner|clerk|lawyer|"
    r"attorney|officer|staffer|adviser|advisor|lawmaker|office|department|division|board|agency|secretary|"
    r"chief|chair|chairman|chairwoman|superintendent|statement|letter|memo|email|group|union|association|"
    r"commission|committee))\b",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(
    r"\W*((?:(?:[A-Z]?[a-z-]+)\s){0,3}?(?:officials|opponents|critics|supporters|advocates|leaders|lawmakers|experts|regulators|clerks))\b",
    re.IGNORECASE,
)
_CUT: Final = re.compile(r"[;]|\b(?:but|while|whereas|although)\b")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: a ``person`` as a fact, or ``candidates``; or a ``role`` where the text names nobody."""

    rule: str
    confidence: float
    person: str | None = None
    role: str | None = None
    state: str | None = None
    party: str | None = None
    medium: str | None = None
    candidates: tuple[str, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Say whether nobody need name the speaker: a person is known, or the text gives no more than an office."""
        return bool(self.person) or bool(self.role and not self.candidates)

    def fields(self) -> dict[str, Any]:
        """Return what is known, for a finding."""
        named = {name: getattr(self, name) for name in ("person", "role", "state", "party", "medium")}
        known = {name: value for name, value in named.items() if value}
        return {**known, "candidates": self.candidates} if self.candidates and not self.person else known


NOBODY: Final = Voice("none", 0.3)


@dataclass
class Speakers:
    """Finds the speakers of one document; the quotes must be asked for in text order."""

    document: Document
    _last: dict[int, Voice] = field(default_factory=dict)  # by block

    def of_quote(self, number: int) -> Voice:
        """Return who says the quote of this number."""
        quote = self.document.quotes[number]
        voice = (
            self._by_cue(number, quote) or self._by_line(quote) or self._carried(number, quote) or self._nearest(quote)
        )
        medium = voice.medium or self._medium(quote)
        voice = replace(voice, medium=medium)
        self._last[number] = voice
        return voice

    def subject(self, start: int, verb: int) -> Voice | None:
        """Return who is the subject of a verb at ``verb`` in a sentence that begins at ``start``."""
        group = _GROUP.match(self.document.flat, start, verb)
        if group:
            return Voice("group", 0.5, role=self.document.text[group.start(1) : group.end(1)])
        mention = self._mention_before(start, verb)
        if mention:
            return self._named(mention, "named", 0.85)
        return self._pronoun(start, verb) or self._unnamed(start, verb)

    # By a cue beside the quote -----------------------------------------------------------------------------

    def _by_cue(self, number: int, quote: Quoted) -> Voice | None:
        quotes, document = self.document.quotes, self.document
        block = document.layout.blocks[quote.block]
        sentence_end = self._sentence_end(quote, block.end)
        following = quotes[number + 1].start if number + 1 < len(quotes) else block.end
        after = (quote.end, min(sentence_end, max(following, quote.end), block.end))
        previous = quotes[number - 1].end if number else block.start
        before = (max(previous, self._sentence_start(quote, block.start)), quote.start)
        ends_open = document.flat[quote.start : quote.end].rstrip("\"' ")[-1:] in ",?!-"
        if ends_open:
            return self._after(*after) or self._before(*before)
        if self._leads_in(*before) or before[1] - before[0] > 3:
            return self._before(*before)
        return self._after(*after) if self._is_tag(*after) else None

    def _sentence_end(self, quote: Quoted, limit: int) -> int:
        """Return where the sentence that goes on behind a quote ends."""
        text, limit = self.document.flat, min(limit, quote.end + _TAG)
        match = _SENTENCE_END.search(text, quote.end, limit)
        while match and _last_word(text, match.start()) in self.document.abbreviations:
            match = _SENTENCE_END.search(text, match.end(), limit)
        return match.end() if match else limit

    def _sentence_start(self, quote: Quoted, limit: int) -> int:
        layout = self.document.layout
        sentence = layout.sentences[layout.sentence_at(quote.start)]
        return max(limit, sentence.start)

    def _leads_in(self, start: int, end: int) -> bool:
        words = self.document.flat[start:end].rstrip()
        return (words.endswith((":", ",")) and bool(self.document.verbs.search(words))) or words.endswith(":")

    def _is_tag(self, start: int, end: int) -> bool:
        """Say whether the words behind a closed sentence still belong to it: `." Smith said.`, never a new sentence."""
        words = self.document.flat[start:end].strip()
        verb = self.document.verbs.search(words)
        if not verb or self.document.flat[start : start + 1] == "\n":
            return False
        return words[:1].islower() or (len(words[: verb.start()].split()) <= 3 and not words[verb.end() :].strip(" ."))

    def _after(self, start: int, end: int) -> Voice | None:
        """Read `," said Ann Lee, the clerk` and `," Lee said in a statement`."""
        words = self.document.flat[start:end]
        accorded = self.document.according.search(words[:60])
        if accorded:
            return self._object(start + accorded.end(), end, "according")
        verb = self.document.verbs.search(words)
        if not verb or self.document.flat[start : start + verb.start()].count(",") > 4:
            return None
        lead = words[: verb.start()].strip(" ,-")
        if not lead or re.fullmatch(r"(?:also|then|later|and)", lead):
            return self._object(start + verb.end(), end, "verb-name")
        return self._subject_in(start, start + verb.start(), "name-verb")

    def _before(self, start: int, end: int) -> Voice | None:
        """Read `Lee said: "`, `according to Lee, "` and `Lee called it "`."""
        words = self.document.flat[start:end]
        verbs = list(self.document.verbs.finditer(words))
        accorded = list(self.document.according.finditer(words))
        if accorded and (not verbs or accorded[-1].start() > verbs[-1].start()):
            return self._object(start + accorded[-1].end(), end, "according")
        for verb in reversed(verbs):
            found = self._subject_in(start, start + verb.start(), "name-verb-quote")
            if found:
                return found
        if verbs and not words[: verbs[0].start()].strip(" ,-\"'"):
            return self._object(start + verbs[0].end(), end, "verb-name")
        if words.rstrip().endswith(":"):
            mention = self._mention_before(start, end)
            return self._named(mention, "colon", 0.85) if mention else self._unnamed(start, end)
        return None

    def _subject_in(self, start: int, verb: int, rule: str) -> Voice | None:
        mention = self._mention_before(start, verb)
        pronoun = self._last_pronoun(start, verb)
        unnamed = self._unnamed(mention.end if mention else start, verb)
        if mention and unnamed and not re.match(r"\s?,|\s\(", self.document.flat[mention.end : mention.end + 2]):
            return unnamed
        if mention and (pronoun is None or pronoun < mention.start or self._same_breath(mention, pronoun)):
            return self._named(mention, rule, 0.9)
        return self._pronoun(start, verb) or self._unnamed(start, verb)

    def _same_breath(self, mention: Mention, pronoun: int) -> bool:
        """Say whether a pronoun behind a name can only mean it: `Lee said he would not comply, saying`."""
        return bool(self.document.verbs.search(self.document.flat[mention.end : pronoun]))

    def _object(self, start: int, end: int, rule: str) -> Voice | None:
        """Return whom a verb of saying is followed by: `said Ann Lee`, `said a spokesman`, `he said`."""
        people = self.document.people.at(start, min(end, start + _NP_AFTER))
        between = self.document.flat[start : people[0].start] if people else self.document.flat[start:end]
        if people and not re.search(r";\s|[a-z]{5,}\.\s|\b(?:that|who|told|and|of whom)\b(?! State)", between):
            unnamed = _UNNAMED.match(self.document.flat, start + len(between) - len(between.lstrip()))
            if not unnamed or unnamed.end() >= people[0].start - 3 or not re.search(r"\b(?:for|of|to|in)\b", between):
                return self._named(people[0], rule, 0.95)
        pronoun = re.match(r"\s*(?:he|she|they)\b", self.document.flat[start:end], re.IGNORECASE)
        return self._pronoun(start, end) if pronoun else self._unnamed(start, end)

    def _mention_before(self, start: int, verb: int) -> Mention | None:
        """Return the person who is the subject of a verb: the nearest before it that no preposition governs."""
        low = max(start, verb - _BEFORE_VERB)
        cuts = [low + match.end() for match in _CUT.finditer(self.document.flat[low:verb])]
        people = self.document.people.at(max([low, *cuts]), verb)
        for item in reversed(people):
            if not self._is_governed(item, start) and not self.document.is_modifier(item):
                return item
        return None

    def _is_governed(self, item: Mention, start: int) -> bool:
        """Say whether the name is an object: `a letter to Ann Lee`, `a spokesman for Lee`, `criticized Lee`."""
        title = item.role or ""
        low = max(start, item.start - 60 - len(title))
        before = self.document.flat[low : item.start].rstrip()
        before = self.document.title_tail.sub("", before).rstrip()
        return bool(
            re.search(
                r"\b(?:to|for|by|of|with|from|against|about|on|under|like|unlike|told|asked|urged|between|behind|"
                r"and predecessor|criticized|blamed|praised|thanked|succeeded|replaced|than|named|appointed)$",
                before,
            )
        )

    # By layout, by what came before --------------------------------------------------------------------------

    def _by_line(self, quote: Quoted) -> Voice | None:
        """Read a quote that opens its paragraph after a line that introduces it with a colon."""
        block = self.document.layout.blocks[quote.block]
        if quote.start - block.start > 3 or quote.block == 0:
            return None
        before = self.document.layout.blocks[quote.block - 1]
        if not self.document.flat[before.start : before.end].rstrip().endswith(":"):
            return None
        sentence = list(self.document.layout.sentences_of(before))[-1]
        voice = self._before(sentence.start, before.end)
        if voice:
            return replace(voice, rule="colon-line")
        people = self.document.people.at(before.start, before.end)
        return self._named(people[-1], "colon-line", 0.8) if len({item.full for item in people}) == 1 else None

    def _carried(self, number: int, quote: Quoted) -> Voice | None:
        """Return the speaker of the quote before, where nobody else has spoken since."""
        if not number:
            return None
        before, voice = self.document.quotes[number - 1], self._last.get(number - 1)
        if voice is None or voice is NOBODY or not (voice.person or voice.candidates or voice.role):
            return None
        if quote.goes_on:
            return replace(voice, rule="goes-on", confidence=min(voice.confidence, 0.9))
        between = self.document.flat[before.end : quote.start]
        same = before.block == quote.block and len(between) < 400
        next_block = quote.block == before.block + 1 and not between[_tag_end(between) :].strip(" \n\r")
        if not (same or next_block):
            return None
        others = {item.full for item in self.document.people.at(before.end, quote.start)} - {voice.person}
        names = tuple(dict.fromkeys((*([voice.person] if voice.person else voice.candidates), *sorted(others))))
        if not names:
            return replace(voice, rule="carried", confidence=0.5)
        return Voice("carried", 0.6, None, voice.role, voice.state, voice.party, voice.medium, names[:_CANDIDATES])

    def _nearest(self, quote: Quoted) -> Voice:
        """Return candidates for a quote without any cue: who was named last, nearest first."""
        names = self._named_before(quote.start)
        return Voice("nearest", 0.3, candidates=names) if names else NOBODY

    def _named_before(self, position: int) -> tuple[str, ...]:
        mentions = self.document.people.at(position - _NEAR, position)
        return tuple(dict.fromkeys(item.full for item in reversed(mentions)))[:_CANDIDATES]

    def _last_pronoun(self, start: int, verb: int) -> int | None:
        found = [match.start() for match in _PRONOUN.finditer(self.document.flat, start, verb)]
        return found[-1] if found else None

    def _pronoun(self, start: int, end: int) -> Voice | None:
        position = self._last_pronoun(start, end)
        if position is None:
            return None
        names = self._named_before(position)
        person = self.document.people.by_name.get(names[0]) if names else None
        return Voice("pronoun", 0.6, None, None, person.state if person else None, None, None, names)

    def _unnamed(self, start: int, end: int) -> Voice | None:
        """Return an office or organization that speaks without a name."""
        matches = list(_UNNAMED.finditer(self.document.flat, max(start, end - _BEFORE_VERB), end))
        if not matches:
            return None
        role = re.sub(r"\s+", " ", self.document.text[matches[0].start(1) : matches[0].end(1)])
        state = next((item.code for item in self.document.states_in(start, end)), None)
        return Voice("unnamed", 0.7, None, role, state)

    def _named(self, mention: Mention, rule: str, confidence: float) -> Voice:
        person: Person = self.document.people.of(mention)
        return Voice(
            rule, confidence, person.name, mention.role or person.role, mention.state or person.state,
            mention.party or person.party,
        )  # fmt: skip

    def _medium(self, quote: Quoted) -> str | None:
        """Return the medium that the sentence around a quote names."""
        block = self.document.layout.blocks[quote.block]
        around = (
            self.document.flat[max(block.start, quote.start - 150) : quote.start],
            self.document.flat[quote.end : min(block.end, quote.end + 150)],
        )
        for words in (around[1].split(". ")[0], around[0].split(". ")[-1]):
            for medium, cue in self.document.media:
                if cue.search(words):
                    return medium
        return None


def _last_word(text: str, end: int) -> str:
    words = text[max(0, end - _WORD) : end].rsplit(None, 1)
    return words[-1].strip("(\"'").lower() if words else ""


def _tag_end(between: str) -> int:
    """Return where the tag behind a quote ends: ` said Lee in a statement.`"""
    match = re.match(r"[^\n]*", between)
    return match.end() if match else 0


def indirect(document: Document) -> Iterator[tuple[Span, Voice]]:
    """Yield each sentence that reports in other words what somebody said, as far as its verb, with who said it.

    Who is a named person, or an office or a group that the sentence does not name.
    """
    speakers = Speakers(document)
    for sentence in document.layout.sentences:
        verb = document.reporting.search(document.flat, sentence.start, sentence.end)
        if not verb or any(
            quote.start < sentence.end for quote in within(document.quotes, sentence.start, sentence.end)
        ):
            continue
        voice = speakers.subject(sentence.start, verb.start())
        if voice and voice.is_settled:
            yield Span(sentence.start, verb.start()), voice
