"""Mentions of states: the longest name first, never in the name of a paper or a city, codes where they are used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from regesta.ingest.extract.layout import Layout, Span, holding, within
from regesta.ingest.extract.lists import Lists

# "Washington" is the capital unless the words around it make it the state.
_CITY_TOO: Final = ("Washington", "New York")
_IS_SUBJECT: Final = re.compile(r"(?:[.!?:-][\"']?\s|^\s*|\n\s*|\band\s|,\s|\bthat\s|\bsaid\s)$")
_CITY_AFTER: Final = re.compile(r"\s*(?:,\s*(?:D\.?\s?C\.?)|\s*\((?:AP|Reuters|CNN)\)|-based)")
_CODE: Final = re.compile(r"(?<![\w.&@#/'’-])[A-Z]{2}(?![\w&@'/-])")
_PARTY_PLACE: Final = re.compile(
    r"\((?:[A-Z]|DFL)\s?-\s?([A-Z][\w. ]{1,15}?)\s?\)|(?<=, )[DRI]-([A-Z][\w.]{1,8})(?=[,\s])"
)


_NEAR: Final = 40  # characters between a state and the next of a list, the longest name included
_JOINED: Final = re.compile(r"\s*,?\s*(?:and|or|&)?\s*")
_NEIGHBOUR_BEFORE: Final = re.compile(r"(?:^|[\s,(])[A-Z]{2},? (?:and|&) $|[A-Z]{2}, $")
_OFFICE: Final = re.compile(r"\s*(?:state\b|State\b|'s\b|Gov|Secretary|Attorney|:)")
_WORDS: Final = frozenset(("OK", "HI", "IN", "OR", "ME", "OH", "SO", "LA", "AL", "ID"))  # codes that are words too
_ACTS: Final = re.compile(
    r"(?:'s\b|\s(?:will|won't|would|says|said|is|isn't|has|hasn't|had|did|does|signed|signs|sent|gave|"
    r"refused|joins|joined|can|cannot|voters|officials|law"
    r"|governor|AG|SOS|Gov|Sec|Secretary|Attorney|just|also|and [A-Z]{2})\b)"
)


@dataclass(frozen=True, slots=True)
class StateMention:
    """A range of the text that names a state, and how: name, alias, demonym or code."""

    start: int
    end: int
    code: str
    how: str = "name"


def find_states(flat: str, layout: Layout, lists: Lists) -> list[StateMention]:
    """Return the mentions of states in text order; ``flat`` is the text with plain marks and spaces."""
    blocked = _blocked(flat, lists)
    found = list(_named(flat, lists, blocked))
    taken = list(found)
    found += [item for item in _coded(flat, layout, lists) if not _overlaps(item, taken)]
    found.sort(key=lambda item: item.start)
    return [item for item in found if not _is_city(flat, item, found, layout) and not _is_person(flat, item, lists)]


@lru_cache(maxsize=8)
def _name_pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(forms, key=len, reverse=True)
    words = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in ordered)
    return re.compile(rf"(?<![\w-])(?:{words or '(?!)'})(?![\w])")


@lru_cache(maxsize=8)
def _stop_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    words = "|".join(
        re.escape(phrase).replace(r"\ ", r"\s+").replace(r"\*", r"(?:[A-Z][\w'-]++\s?){1,3}?") for phrase in ordered
    )
    return re.compile(rf"(?<![\w-])(?:{words or '(?!)'})(?![\w-])")


def _blocked(flat: str, lists: Lists) -> list[Span]:
    return [Span(*match.span()) for match in _stop_pattern(lists.not_places).finditer(flat)]


def _named(flat: str, lists: Lists, blocked: list[Span]) -> Iterator[StateMention]:
    names, demonyms = _kinds(lists)
    for match in _name_pattern(tuple(lists.state_of)).finditer(flat):
        start, end = match.span()
        if holding(blocked, start) or holding(blocked, end - 1):
            continue
        if flat[start - 1 : start] == "." and "." in match[0]:
            continue  # 20 U.S.C.
        form = re.sub(r"\s+", " ", match[0])
        code = lists.state_of.get(form)
        if code:
            yield StateMention(
                start, end, code, "demonym" if form in demonyms else "name" if form in names else "alias"
            )


@lru_cache(maxsize=8)
def _kinds(lists: Lists) -> tuple[frozenset[str], frozenset[str]]:
    names = frozenset(place.name for place in lists.places)
    return names, frozenset(form for place in lists.places for word in place.demonyms for form in (word, f"{word}s"))


def _coded(flat: str, layout: Layout, lists: Lists) -> Iterator[StateMention]:
    """Yield codes where codes are used: in parentheses behind a party, at the head of a line, in posts and lists."""
    for match in _PARTY_PLACE.finditer(flat):
        group = 1 if match[1] else 2
        place = match[group].rstrip(",")
        code = place if place in lists.codes else lists.state_of.get(place)
        if code:
            yield StateMention(
                match.start(group), match.start(group) + len(place), code, "code" if code == place else "alias"
            )
    for match in _CODE.finditer(flat):
        if match[0] in lists.codes and _is_code(flat, match, layout):
            yield StateMention(match.start(), match.end(), match[0], "code")


def _is_code(flat: str, match: re.Match[str], layout: Layout) -> bool:
    block = layout.block_of(match.start())
    words = flat[block.start : block.end]
    before, after = flat[max(0, match.start() - 3) : match.start()], flat[match.end() : match.end() + 3]
    letters = [char for char in words if char.isalpha()]
    if not letters or sum(map(str.isupper, letters)) > len(letters) * 0.6 > 4:
        return False  # a line in capitals: every OR and IN would be a state
    if after[:1] == ":" or (before.endswith("(") and after[:1] == ")"):
        return True
    if before.endswith(", ") and flat[match.start() - 3].isalpha() and not before[:1].isspace():
        return True  # "Lansing, MI"
    if _neighbours(flat, match) or _NEIGHBOUR_BEFORE.search(flat[max(block.start, match.start() - 9) : match.start()]):
        return True
    if match[0] in _WORDS:
        return _post(flat[max(0, block.start - 120) : block.end]) and bool(_ACTS.match(flat, match.end()))
    return _post(flat[max(0, block.start - 120) : block.end])


def _neighbours(flat: str, match: re.Match[str]) -> bool:
    """Say whether another code stands beside, as in "PA, NY and CA"."""
    return bool(re.match(r",\s*(?:and\s+)?[A-Z]{2}\b|\s+(?:and|&)\s+[A-Z]{2}\b", flat[match.end() : match.end() + 12]))


def _post(words: str) -> bool:
    """Say whether a block is a post: there a state is often its code."""
    return "@" in words or "https://" in words or "#" in words


def _overlaps(item: StateMention, others: list[StateMention]) -> bool:
    return holding(others, item.start) is not None or holding(others, item.end - 1) is not None


def _is_city(flat: str, item: StateMention, found: list[StateMention], layout: Layout) -> bool:
    name = flat[item.start : item.end].title()
    if name not in _CITY_TOO:
        return False
    before, after = flat[max(0, item.start - 40) : item.start], flat[item.end : item.end + 12]
    if _CITY_AFTER.match(after) or (flat[item.start : item.end].isupper() and re.match(r"\s*-+\s", after)):
        return True  # the second is a dateline
    if name != "Washington":
        return False
    if re.match(r"\s*(?:state\b|State\b|\(the state|'s\b)", after):
        return False
    block = layout.block_of(item.start)
    if block.kind != "prose" and item.start - block.start < 6:
        return False  # the head of a list line, or a heading
    if _in_list(item, found, flat):
        return False
    if item.start == block.start and after.startswith((":", " -", "-")):
        return False
    return not (_IS_SUBJECT.search(before) and re.match(r"\s[a-z]+\b", after) and _is_sure(item, found, flat, layout))


def _is_sure(item: StateMention, found: list[StateMention], flat: str, layout: Layout) -> bool:
    """Say whether the text elsewhere names the state beyond doubt: in a list, as a heading, with its officials."""
    others = [other for other in found if other is not item and other.code == item.code]
    return any(
        _in_list(other, found, flat) or _OFFICE.match(flat, other.end) or layout.block_of(other.start).kind == "heading"
        for other in others
    )


def _in_list(item: StateMention, found: list[StateMention], flat: str) -> bool:
    """Say whether another state stands right beside in a list."""
    near = within(found, max(0, item.start - _NEAR), item.end + _NEAR)
    gaps = [flat[min(item.end, other.end) : max(item.start, other.start)] for other in near if other is not item]
    return any(_JOINED.fullmatch(gap) for gap in gaps)


def _is_person(flat: str, item: StateMention, lists: Lists) -> bool:
    """Say whether the name is a given name: Virginia Foxx, Georgia Meyers. A title behind it makes it the state."""
    name = flat[item.start : item.end]
    if name not in ("Virginia", "Georgia", "Carolina", "Dakota", "Montana", "Washington", "Tennessee"):
        return False
    if name == "Washington" and re.search(r"\b[A-Z][a-z]+\s$", flat[max(0, item.start - 15) : item.start]):
        given = flat[max(0, item.start - 20) : item.start].split()
        return bool(given) and given[-1] in lists.given_names
    follows = re.match(r"\s([A-Z][a-z]+)\b", flat[item.end : item.end + 25])
    return bool(follows) and name in ("Virginia", "Georgia") and _is_surname(follows[1], lists) if follows else False


def _is_surname(word: str, lists: Lists) -> bool:
    lower = word.lower()
    titles = {part for title in lists.words("people", "titles") for part in title.split()}
    words = (
        titles
        | set(lists.words("people", "names", "never"))
        | {"gov", "sen", "rep", "lt", "atty", "del", "sens", "reps", "govs"}
    )
    return lower not in words and lower.rstrip("s") not in words
