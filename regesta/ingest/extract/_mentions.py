"""Names of people in a text, each with the title, the party and the state that stand beside it.

A run of capitalised words is a person's name when a title or a party stands beside it, when it begins with a given
name, or when it is the name of an account. Everything is taken only as printed: a party nobody prints stays absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from regesta.ingest.extract._sections import section_states
from regesta.ingest.extract._states import StateMention
from regesta.ingest.extract.layout import Layout, Span, within
from regesta.ingest.extract.lists import Lists

_WORD: Final = (
    r"(?:(?:Mc|Mac|O['’]|D['’]|De|La|Le|Van|Du|St\. )?[A-ZÀ-ÖØ-ÞŠŽČĆĐŁ][a-zà-öø-ÿšžčćđłěřńźż]+(?:['’][A-Z]?[a-z]+)?"
    r"(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)*|[A-Z]\.(?:\s?[A-Z]\.)*|[A-Z]{1,2}(?=\s[A-Z][a-z]))"
)
_PARTICLE: Final = r"(?:von|van|de|der|den|del|della|di|da|dos|la|le|du|al|el|bin|ibn|y)"
_NAME: Final = re.compile(
    rf"(?<![\w'’@#.-])(?:{_WORD}|[Vv]on|[Dd]e|[Vv]an)"
    rf"(?:[ \u00a0](?:{_PARTICLE}[ \u00a0])*(?:[\"“‘'(]{_WORD}[\"”’')][ \u00a0])?{_WORD}){{0,9}}"
    r"(?:,? (?:Jr\.?|Sr\.?|II|III|IV)(?!\w))?"
)
_PARTY: Final = re.compile(
    r"\s?\(\s?([A-Z]{1,3})(?:\s?[-–,]\s?([A-Z][\w. ]{1,15}))?\s?\)|,\s([DRI])-([A-Z][\w.]{1,8})(?=[,\s])"
)
_COURTESY: Final = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|Mx)\.\s$|\b(?:[Hh]is|[Hh]er|[Tt]heir) "
    r"(?:daughter|son|wife|husband|brother|sister|father|mother|partner|neighbor|boss|colleague)\s$"
)
# What may stand between a title and the name behind it.
_GAP: Final = re.compile(
    r"[,\s]*|\s(?:there|here)?,\s|\s*\([A-Z]\)\s*|,?\s+(?:is|was)?\s*|\sof [A-Z][\w.' -]{2,40}?,?\s+"
    r"|\s(?:for|of|at) (?:the )?[\w' ]{3,40}, "
)
# What may stand between the comma and the title: organizations and places, a party, a few words of rank.
_APPOSED: Final = re.compile(
    r"(?:(?:[A-Z][\w.&'-]*|of|the|and|top|new|longtime|state|state's|first-term|two-term|chief|former|acting|interim"
    r"|deputy|senior|elections?|health|his|her|its|party's|county|legal|policy)\s+){0,7}"
)
# What may stand between a state and a title of an office that it has.
_RANK: Final = re.compile(
    r"(?:'s|s')?\s*(?:(?:state|acting|interim|deputy|former|first-term|longtime|chief|assistant|top|new)\s*"
    r"|[A-Z]?[a-z]*(?:publican|mocrat|mocratic)\s*|elections?\s*|health\s*|[A-Z][a-z]+\s){0,3}"
)
_STATE_OFFICE: Final = re.compile(
    r"\b(?:gov|governor|attorney general|atty\. gen|secretary of state|lieutenant governor|lt\. gov|state)\b",
    re.IGNORECASE,
)
_LEAD_IN: Final = re.compile(
    r",\s+(?:who\s+(?:is|was|serves|served|heads)\s+(?:as\s+)?)?((?:the|a|an|one of|its|their|his|her)\s+)?"
)
_NEXT_PERSON: Final = re.compile(r",?\s(?:Dr\.\s)?[A-Z][a-z]+\s[A-Z]")
_COMPLEMENT: Final = re.compile(r"\s(?:of|for|at|in|with|on)\s(?:the\s)?[^,;.—\"]{2,70}")
_TITLES_AND_NAMES: Final = frozenset(("major", "dean", "judge", "bishop", "fellow", "clerk", "general", "mayor"))
_PRONOUN_TITLES: Final = frozenset(("Mr.", "Mrs.", "Ms.", "Dr."))
_SPACE: Final = re.compile(r"[\s\u00a0]+")
_NEAR_STATE: Final = 50  # characters before a title within which the state stands that it is of
_ROLE_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class Mention:
    """A person's name in the text, with what stands beside it; ``full`` is the whole name as the document gives it."""

    start: int
    end: int
    name: str
    full: str
    role: str | None = None
    state: str | None = None
    party: str | None = None
    organisation: str | None = None


@dataclass
class Finder:
    """Finds the names in one text."""

    text: str
    flat: str
    layout: Layout
    states: list[StateMention]
    lists: Lists

    def __post_init__(self) -> None:
        self.titles = title_pattern(self.lists)
        self.never = frozenset(self.lists.words("people", "names", "never"))
        self.abbreviations = self.lists.table("people", "abbreviations")
        self.state_starts = {item.start: item for item in self.states}
        self.sections = section_states(self.flat, self.layout, self.states)
        self.parties = {word: code for code, words in self.lists.table("people", "parties").items() for word in words}

    def mentions(self) -> Iterator[Mention]:
        """Yield every name that may be a person's; ``full`` is empty where only a later mention can tell."""
        for match in _NAME.finditer(self.flat):
            for start, end in self._names(match.start(), match.end()):
                mention = self._described(start, end)
                if mention:
                    yield mention

    def _names(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a run of capitalised words that may be a name: titles, states and other words cut it."""
        run: list[tuple[int, int]] = []
        states = within(self.states, start, end)
        for word in re.finditer(r"[^\s\u00a0]+", self.flat[start:end]):
            low, high = start + word.start(), start + word.end()
            if self._is_no_name(word[0], bool(run)) or any(item.start <= low < item.end for item in states):
                if run:
                    yield run[0][0], run[-1][1]
                run = []
            else:
                run.append((low, high))
        if run:
            yield run[0][0], run[-1][1]

    def _is_no_name(self, word: str, begun: bool) -> bool:
        bare = word.strip(".,'\"()").lower().removesuffix("'s")
        if word in self.abbreviations or (f"{word.rstrip('.')}." in self.abbreviations and not begun):
            return True
        return bare in self.never or (bare in _title_words(self.lists) and not (begun and bare in _TITLES_AND_NAMES))

    def _described(self, start: int, end: int) -> Mention | None:
        """Return the mention with what stands beside the name, None where nothing says that it is a person."""
        end = start + len(self.flat[start:end].rstrip(" ,").removesuffix("'s"))
        name = _SPACE.sub(" ", self.text[start:end])
        words = name.split()
        sentence = self.layout.sentences[self.layout.sentence_at(start)]
        before, state_before, begin = self._title_before(start, sentence.start)
        party, home, after = self._party_after(end)
        role = before
        state_behind = None
        if role is None:
            role, state_behind, said = self._title_after(after, sentence.end)
            party = party or said
        party = party or self._party_before(begin, sentence.start) or self._party_apposed(after, sentence.end)
        if len(words) < 2 and not role and not party:
            return Mention(start, end, name, name) if len(name) > 2 else None
        is_thing = not before and self.flat[max(0, start - 4) : start].lower() == "the "
        if is_thing or not (role or party or self._is_person(words, start, end, after)):
            return Mention(start, end, name, "")
        role = role or self._line_below(end)
        state = home or self._state_behind(after) or state_before or state_behind
        return Mention(
            start, end, name, name, role, state or (self._state_around(start, role) if role else None), party
        )

    def _is_person(self, words: list[str], start: int, end: int, after: int) -> bool:
        """Say whether a name without title and party is a person's: by its first word, an account, a verb of saying."""
        if len(words) < 2:
            return False
        return (
            words[0].rstrip(".") in self.lists.given_names
            or bool(re.match(r"[A-Z]\.", words[0]))
            or bool(re.match(r"\s*\(?@\w", self.flat[after : after + 4]))
            or bool(_COURTESY.search(self.flat[max(0, start - 14) : start]))
            or self._says(start, end)
        )

    def _state_behind(self, after: int) -> str | None:
        """Return the state of `Gov. Ann Lee (D) of Ohio`."""
        home = re.match(r",?\sof\s", self.flat[after : after + 6])
        state = self.state_starts.get(after + home.end()) if home else None
        return state.code if state else None

    # What stands before and behind a name --------------------------------------------------------------------

    def _title_before(self, start: int, low: int) -> tuple[str | None, str | None, int]:
        """Return (role, state, where it begins) of the title right before a name."""
        window = self.flat[max(low, start - _ROLE_CHARS) : start]
        offset = start - len(window)
        courtesy = _COURTESY.search(window)
        if courtesy:
            window = window[: courtesy.start()] + " "
        best: re.Match[str] | None = None
        for match in self.titles.finditer(window):
            if _GAP.fullmatch(window, match.end()) and not (best and best.start() <= match.start() < best.end()):
                best = match
        if best is None:
            return None, None, start
        begin, finish = offset + best.start(), offset + best.end()
        tail = self.flat[finish:start]
        complement = re.match(r"\s(?:for|of|at)\s[^,]{2,60}", tail)
        role = self.text[begin : finish + (len(complement[0].rstrip()) if complement else 0)]
        if complement and not complement[0].rstrip():
            role = self.text[begin:finish]
        state = self._state_near(begin, finish + len(tail), low)
        return self._role(role), state, begin

    def _state_near(self, begin: int, end: int, low: int) -> str | None:
        """Return the state that a title is of: inside it, or right before it."""
        inside = next((item.code for item in within(self.states, begin, end)), None)
        before = within(self.states, max(low, begin - _NEAR_STATE), begin)[-1:]
        if inside or not before:
            return inside
        return before[0].code if _RANK.fullmatch(self.flat, before[0].end, begin) else None

    def _line_end(self, start: int) -> int:
        end = self.flat.find("\n", start)
        return end if end >= 0 else len(self.flat)

    def _says(self, start: int, end: int) -> bool:
        """Say whether a verb of saying stands right beside a name."""
        verbs = self.lists.pattern("speech", "verbs")
        behind = verbs.search(self.flat, end, end + 14)
        before = [verb.end() for verb in verbs.finditer(self.flat, max(0, start - 14), start)]
        return bool(behind and behind.start() <= end + 1) or start - 1 in before

    def _line_below(self, end: int) -> str | None:
        """Return the title that stands on the line below a name, as in the head and foot of a letter."""
        match = re.match(r"[ \t,]*(?:\r?\n)[ \t]*([^\n]{3,80})", self.flat[end : end + 100])
        if not match:
            return None
        title = self.titles.search(match[1])
        return (
            self._role(self.text[end + match.start(1) : end + match.end(1)])
            if title and len(match[1].split()) <= 10
            else None
        )

    def _state_around(self, start: int, role: str) -> str | None:
        """Return the state of an official whose title names none: of the section, or the only one in the sentence."""
        below = (
            re.match(r"[^\n]*\n[^\n]{3,80}(?:\n[^\n]{3,80})?", self.flat[start : start + 240])
            if self._line_below(self._line_end(start))
            else None
        )
        if below:
            codes = {item.code for item in within(self.states, start, start + below.end())}
            return codes.pop() if len(codes) == 1 else None
        section = self.sections[self.layout.block_at(start)]
        if len(section) == 1:
            return section[0]
        if not _STATE_OFFICE.search(role):
            return None
        number = self.layout.sentence_at(start)
        block = self.layout.block_of(start)
        for sentence in (self.layout.sentences[number], Span(block.start, self.layout.sentences[number].end)):
            codes = {item.code for item in within(self.states, sentence.start, sentence.end)}
            if len(codes) == 1:
                return codes.pop()
        return None

    def _party_after(self, end: int) -> tuple[str | None, str | None, int]:
        """Return (party, state, end) of "(R)", "(D-Mich.)" behind a name."""
        match = _PARTY.match(self.flat, end)
        letter = match and (match[1] or match[3])
        if not match or letter not in ("D", "R", "I", "DFL"):
            return None, None, end
        place = (match[2] or match[4] or "").strip()
        state = (
            self.lists.state_of.get(place)
            or self.lists.state_of.get(f"{place}.")
            or (place if place in self.lists.codes else None)
        )
        return {"DFL": "D"}.get(letter, letter), state, match.end()

    def _title_after(self, after: int, high: int) -> tuple[str | None, str | None, str | None]:
        """Return (role, state, party) of an apposition: `, the clerk,` or `, Ohio's secretary of state`."""
        window = self.flat[after : min(high, after + 160)]
        lead = _LEAD_IN.match(window)
        if not lead:
            return None, None, None
        rest = window[lead.end() :]
        title = self.titles.search(rest[:90])
        if not title or not _APPOSED.fullmatch(rest[: title.start()]):
            return None, None, self.party_word(rest[:40].split(",")[0]) if lead[1] else None
        if _NEXT_PERSON.match(rest[title.end() :]):
            return None, None, None  # the title of the next person
        tail = _COMPLEMENT.match(rest[title.end() :])
        begin = after + lead.end()
        end = begin + title.end() + (len(tail[0].rstrip()) if tail else 0)
        state = next((item.code for item in within(self.states, begin, end)), None)
        return self._role(self.text[begin + title.start() : end]), state, self.party_word(rest[: title.start()])

    def _party_before(self, before: int, low: int) -> str | None:
        words = self.flat[max(low, before - 30) : before].split()
        for word in reversed(words[-2:]):
            code = self.parties.get(word.lower().strip(",."))
            if code and word.lower() not in ("rep", "rep."):
                return code
        return None

    def _party_apposed(self, after: int, high: int) -> str | None:
        match = re.match(
            r",?\s+(?:who is\s+)?(?:a|an|the|both|all)\s+((?:[a-z-]+\s){0,2}?[A-Z][a-z]+)s?\b",
            self.flat[after : min(high, after + 60)],
        )
        return self.party_word(match[1]) if match else None

    def party_word(self, words: str) -> str | None:
        """Return the party that words name, None for none."""
        for word in words.split():
            code = self.parties.get(word.lower().strip(",.()"))
            if code and word[0].isupper() and word.lower() not in ("rep", "rep."):
                return code
        return None

    def _role(self, words: str) -> str | None:
        role = _SPACE.sub(" ", words).strip(" ,")
        for short in _PRONOUN_TITLES:
            role = role.removeprefix(short).strip()
        return role or None


@lru_cache(maxsize=4)
def _title_words(lists: Lists) -> frozenset[str]:
    words = {part for title in lists.words("people", "titles") for part in title.split()}
    return frozenset(words | set(lists.words("people", "modifiers"))) - {"of", "state"} | {"state"}


@lru_cache(maxsize=4)
def title_pattern(lists: Lists) -> re.Pattern[str]:
    """Return the pattern of a title of office with its modifiers."""
    titles = sorted(lists.words("people", "titles"), key=len, reverse=True)
    modifiers = "|".join(re.escape(word) for word in lists.words("people", "modifiers"))
    shorts = "|".join(re.escape(word) for word in sorted(lists.table("people", "abbreviations"), key=len, reverse=True))
    words = "|".join(re.escape(title).replace(r"\ ", r"\s+") + ("s?" if title[-1] != "s" else "") for title in titles)
    return (
        re.compile(rf"(?<![\w-])(?:(?:(?:{modifiers})\s+){{0,2}}(?:{words})(?![\w])|(?:{shorts})(?!\w))", re.IGNORECASE)
        if titles
        else re.compile("(?!)")
    )
