"""A text read once for all rules: its layout, states, people and quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from regesta.ingest.extract._mentions import Mention, title_pattern
from regesta.ingest.extract._people import People, find_people
from regesta.ingest.extract._quotes import Quoted, find_quotes
from regesta.ingest.extract._sections import section_states
from regesta.ingest.extract._states import StateMention, find_states
from regesta.ingest.extract.cues import Cues, flatten
from regesta.ingest.extract.dates import find_dates
from regesta.ingest.extract.layout import Layout, Span, holding, lay_out, within
from regesta.ingest.extract.lists import Lists
from regesta.ingest.extract.model import Context, Finding

if TYPE_CHECKING:
    from regesta.ingest.extract._answers import Answered
    from regesta.ingest.extract._posts import Post
    from regesta.ingest.extract._speakers import Voice


_DEAR: Final = re.compile(r"^\s*Dear\s", re.MULTILINE)
_HEAD: Final = re.compile(r"\W*(?:(?:on|in|late|early|last|earlier)\s)?\W*", re.IGNORECASE)  # before a date that opens
_DATED: Final = ("date_edtf", "date_text", "date_basis")
_NOT_OF_SAYING: Final = frozenset(("due", "stamp", "post"))
_OPENING: Final = 40  # characters at the head of a block in which a date governs it: "- May 3, 2017: …"
_BEHIND_VERB: Final = 40  # characters before a date in which the verb stands: "told reporters in Lansing on Monday"
_MODIFIED: Final = re.compile(
    r"'s?\s|\s(?:commission|panel|administration|campaign|committee|office|team|letter|request|plan|order|bill|law)\b"
)


@dataclass
class Document:
    """What the rules read; every part is found when it is first asked for."""

    text: str
    context: Context
    lists: Lists

    @cached_property
    def flat(self) -> str:
        """The text with plain marks and spaces, position for position."""
        return flatten(self.text)

    @cached_property
    def abbreviations(self) -> frozenset[str]:
        """Words whose full stop ends no sentence."""
        return frozenset(self.lists.words("language", "abbreviations"))

    @cached_property
    def layout(self) -> Layout:
        """Blocks and sentences."""
        return lay_out(self.text, self.abbreviations)

    @cached_property
    def states(self) -> list[StateMention]:
        """Mentions of states in text order."""
        return find_states(self.flat, self.layout, self.lists)

    @cached_property
    def people(self) -> People:
        """People by name."""
        return find_people(self.text, self.flat, self.layout, self.states, self.lists)

    @cached_property
    def quotes(self) -> list[Quoted]:
        """Quoted words."""
        return find_quotes(self.text, self.layout)

    @cached_property
    def dates(self) -> list[Finding]:
        """Dates as findings."""
        return find_dates(self.text, self.context)

    @property
    def verbs(self) -> Cues:
        """Verbs of saying."""
        return self.lists.pattern("speech", "verbs")

    @property
    def reporting(self) -> Cues:
        """Verbs that report what was said in other words."""
        return self.lists.pattern("speech", "indirect")

    @property
    def listed(self) -> Cues:
        """Words of a list that does not say which of several answers each state gave."""
        return self.lists.pattern("answers", "listed", "cues")

    @property
    def according(self) -> Cues:
        """Words behind which a speaker is named."""
        return self.lists.pattern("speech", "according")

    @cached_property
    def media(self) -> list[tuple[str, Cues]]:
        """Media, each with the pattern of the words that name it."""
        return [(name, Cues(words)) for name, words in self.lists.table("speech", "media").items()]

    @cached_property
    def title_tail(self) -> re.Pattern[str]:
        """A title with its state at the end of a text, which stands before a name."""
        titles = "|".join(
            re.escape(word) for word in sorted(self.lists.words("people", "titles"), key=len, reverse=True)
        )
        shorts = "|".join(
            re.escape(word) for word in sorted(self.lists.table("people", "abbreviations"), key=len, reverse=True)
        )
        return re.compile(
            rf"(?:\b[A-Z][\w.]*(?:'s)?\s+|\b(?:then|former|acting|state|then-)\s*)*(?:(?i:{titles})|{shorts})$"
        )

    @cached_property
    def titles(self) -> re.Pattern[str]:
        """Titles of office."""
        return title_pattern(self.lists)

    @cached_property
    def voices(self) -> list[tuple[Quoted, Voice]]:
        """Quotes with who says them."""
        from regesta.ingest.extract._speech import voices

        return voices(self)

    @cached_property
    def posts(self) -> list[Post]:
        """Embedded posts."""
        from regesta.ingest.extract._posts import find_posts

        return find_posts(self)

    @cached_property
    def answered(self) -> list[Answered]:
        """Answers, in text order."""
        from regesta.ingest.extract._answers import find_answers

        return find_answers(self)

    @cached_property
    def sections(self) -> list[tuple[str, ...]]:
        """For each block the states that its heading names."""
        return section_states(self.flat, self.layout, self.states)

    @cached_property
    def sender(self) -> str | None:
        """The state that a letter comes from: the only one named in its head, above the date."""
        if not _DEAR.search(self.flat):
            return None
        first = next((item.start for item in self.dates), 0)
        codes = {item.code for item in self.states_in(0, first)}
        return codes.pop() if len(codes) == 1 else None

    @cached_property
    def tally(self) -> re.Pattern[str]:
        """The pattern of a count."""
        from regesta.ingest.extract._acts import tally_pattern

        return tally_pattern(self)

    def states_in(self, start: int, end: int) -> list[StateMention]:
        """Return the mentions of states within a range."""
        return within(self.states, start, end)

    def sentence_of(self, position: int) -> Span:
        """Return the sentence that holds a position."""
        return self.layout.sentences[self.layout.sentence_at(position)]

    def in_quote(self, position: int) -> bool:
        """Say whether a position is inside quoted words."""
        return holding(self.quotes, position) is not None

    def voice_at(self, position: int) -> tuple[Quoted, Voice] | None:
        """Return the quote that holds a position, with who says it."""
        quote = holding(self._said, position)
        return (quote, self._voice_of[quote]) if quote else None

    @cached_property
    def _said(self) -> list[Quoted]:
        return [quote for quote, _ in self.voices]

    @cached_property
    def _voice_of(self) -> dict[Quoted, Voice]:
        return dict(self.voices)

    def post_at(self, position: int) -> Post | None:
        """Return the post that holds a position."""
        return holding(self.posts, position)

    def dates_in(self, start: int, end: int) -> list[Finding]:
        """Return the dates within a range."""
        return within(self.dates, start, end)

    def said_on(self, start: int, end: int) -> dict[str, Any]:
        """Return the date on which what stands in a range was said or done, as far as the sentence prints it.

        That is a date with which the block or the sentence opens, or one right behind a verb of saying; a deadline, a
        stamp and what is quoted date nothing.
        """
        block, sentence = self.layout.block_of(start), self.sentence_of(start)
        first = self.dates_in(block.start, block.start + _OPENING)[:1]
        opening = [item for item in first if _HEAD.fullmatch(self.flat, block.start, item.start)]
        for item in (*opening, *self.dates_in(sentence.start, max(end, sentence.end))):
            if not item.fields.get("date_edtf") or item.fields.get("sense") in _NOT_OF_SAYING:
                continue
            if not self.in_quote(item.start) and (item in opening or self._dates_the_saying(item, sentence)):
                return {name: item.fields[name] for name in _DATED if item.fields.get(name)}
        return {}

    def _dates_the_saying(self, item: Finding, sentence: Span) -> bool:
        """Say whether a date opens its sentence or stands right behind a verb of saying."""
        if re.fullmatch(
            r"\W*(?:on|late|early|last|earlier)?\s?", self.flat[sentence.start : item.start], re.IGNORECASE
        ):
            return True
        low = max(sentence.start, item.start - _BEHIND_VERB)
        ends = [verb.end() for verb in self.verbs.finditer(self.flat, low, item.start)]
        return bool(ends) and not re.search(r"[,.;:\"]", self.flat[ends[-1] : item.start])

    def field_code(self, start: int, end: int) -> str:
        """Return the code of a kind of data that is worded in a range."""
        words = self.flat[start:end]
        return next((code for code, cue in self.lists.field_of.items() if cue.fullmatch(words)), words.lower())

    def is_answered(self, sentence: Span) -> bool:
        """Say whether a sentence holds an answer."""
        return any(item.start < sentence.end for item in within(self._answers, sentence.start, len(self.text))[:1]) or (
            holding(self._answers, sentence.start) is not None
        )

    def answer_at(self, position: int) -> Answered | None:
        """Return the answer whose passage holds a position."""
        span = holding(self._answers, position)
        return next((item for item in self.answered if item.passage == span), None) if span else None

    @cached_property
    def _answers(self) -> list[Span]:
        return sorted((item.passage for item in self.answered), key=lambda span: span.start)

    def is_modifier(self, item: Mention) -> bool:
        """Say whether a person's name only qualifies what follows: `Lee's office`, `the Lee commission`."""
        return bool(_MODIFIED.match(self.flat, item.end))
