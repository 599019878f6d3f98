"""From text to mentions: points joined to parts, weeks, ranges, and the clock times that belong to them.

One pass over the words; at each word that date words can begin with, a fixed number of bounded patterns is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from regesta.ingest.extract import _date_calendar, _date_relative
from regesta.ingest.extract import _date_words as w
from regesta.ingest.extract._date_calendar import DIGITS, Rule
from regesta.ingest.extract._date_clocks import Clock, read_clocks
from regesta.ingest.extract._date_forms import (
    Day,
    DayOfMonth,
    Either,
    Form,
    Month,
    NthWeekday,
    Part,
    Season,
    Shift,
    Span,
    Weekday,
    WeekOf,
    Years,
)

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """Date words at ``start`` to ``end``: what they can mean, and the clock time or times beside them."""

    start: int
    end: int
    form: Form
    rule: str
    clocks: tuple[Clock, ...] = ()


class Point(NamedTuple):
    """What was read, where it ends, and by which rule."""

    form: Form
    end: int
    rule: str


def scan(text: str, accept: Callable[[str, Mention], bool]) -> Iterator[Mention]:
    """Yield the mentions of a flattened text that are accepted, in order; none overlaps another."""
    end = 0
    for word in _WORD.finditer(text):
        at = word.start()
        if at < end or _key(word[0]) not in _BEGINNINGS or (at and not _may_begin(text, at)):
            continue
        mention = read(text, at)
        if mention and accept(text, mention):
            yield mention
            end = mention.end


def read(text: str, at: int) -> Mention | None:
    """Return the mention that begins exactly at a position."""
    if found := _clock_first(text, at):
        return found
    point = _ranged(text, at)
    if point is None:
        return None
    clocks, end = _clocks_after(text, point)
    indefinite = isinstance(point.form, Weekday) and text[max(0, at - 3) : at].lower() in (" a ", "a ")
    return Mention(at, end, Weekday(0, "some") if indefinite else point.form, point.rule, clocks)


# Points ----------------------------------------------------------------------------------------------------------

_WORD: Final = re.compile(r"[A-Za-z]+|[0-9]+")
_PART_WORDS: Final = {
    "early": "early", "beginning": "early", "start": "early", "mid": "mid", "middle": "mid", "late": "late",
    "end": "late", "close": "late", "first half": "first half", "second half": "second half",
    "last half": "second half",
    "latter half": "second half",
}  # fmt: skip
_PART: Final = w.compiled(
    rf"(?:(?P<one>early|mid(?:dle)?)[- ](?:to|or)[- ](?P<two>mid|late)|(?P<part>early|mid|late))"
    rf"(?:-|{w.SP}(?:(?:in|of){w.SP})?(?:the )?)"
    rf"|(?:(?:very )?(?P<edge>beginning|start|middle|end|close)|(?P<half>(?:first|second|last|latter) half))"
    rf"{w.SP}of{w.SP}(?:the )?"
    rf"|(?P<week>first|second|third|fourth|last|final)(?: full)? week (?:of|in){w.SP}"
    rf"|(?:the )?(?P<nth>first|second|third|fourth|last) (?P<weekday>{w.WEEKDAY}) (?:of|in){w.SP}"
)
_UNIT: Final = w.compiled(r"(?P<unit>week|month|year|decade|quarter)\b(?!-)")
_WEEKS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 0, "final": 0}
_WEEK_OF: Final = w.compiled(
    rf"(?:the )?week(?P<which> of|[ -]ending|[ -](?:beginning|starting))(?: on)?,?{w.SP}(?:the )?"
)
_BEFORE_DAY: Final = w.compiled(
    rf" ?\((?=\w{{3,9}}\.? \d{{1,2}}\)|\d{{1,2}} \w{{3,9}}\)|\d{{1,2}}/\d{{1,2}}\))|(?:,{w.SP}?|{w.SP})(?:on{w.SP})?"
)
_BEGINNINGS: dict[str, list[Rule]] = {}
for _rule in (*_date_calendar.RULES, *_date_relative.RULES):
    for _first in _rule.words:
        _BEGINNINGS.setdefault(_first, []).append(_rule)
for _first in ("early", "mid", "late", "beginning", "start", "middle", "end", "close", "very", "final", "week", "noon",
               "midnight", "midday", "latter"):  # fmt: skip
    _BEGINNINGS.setdefault(_first, [])


def _key(word: str) -> str:
    return DIGITS if word[0].isdigit() else word.lower()


def _may_begin(text: str, at: int) -> bool:
    """Say whether the sign before a position lets a date begin: not within a word, an address, a number or a tag."""
    before = text[at - 1]
    if (
        before.isalnum()
        or before in "_@#/\\$£€&+=%"
        or (before in "-:." and text[at].isdigit() and text[at - 2 : at - 1].isalnum())
    ):
        return False
    return not (before in "-.:'" and text[at].islower())


def _point(text: str, at: int) -> Point | None:
    """Return the date words that begin at a position, with parts and weeks of them, but no range or clock."""
    return _part(text, at) or _week_of(text, at) or _single(text, at)


def _single(text: str, at: int) -> Point | None:
    """Return what one rule reads at a position; of a weekday with the day beside it."""
    point = _ruled(text, at)
    if point is None or not isinstance(point.form, Weekday):
        return point
    alone = point.rule != "weekday" or _date_relative.stands_alone(text[at : point.end])
    return _weekday_and_day(text, point) or (point if alone else None)


def _ruled(text: str, at: int) -> Point | None:
    word = _WORD.match(text, at)
    for rule in _BEGINNINGS.get(_key(word[0]), ()) if word else ():
        match = rule.pattern.match(text, at)
        if match and (form := rule.build(match)):
            return Point(form, match.end(), rule.name)
    return None


def _weekday_and_day(text: str, weekday: Point) -> Point | None:
    """Return `Friday, June 30` as one day."""
    between = _BEFORE_DAY.match(text, weekday.end)
    day = between and _ruled(text, between.end())
    if not between or not day or not isinstance(weekday.form, Weekday):
        return None
    if isinstance(day.form, Day):
        closed = day.end + ("(" in between[0] and text[day.end : day.end + 1] == ")")
        return Point(replace(day.form, weekday=weekday.form.weekday), closed, "day")
    return Point(day.form, day.end, "day") if isinstance(day.form, Either | DayOfMonth) else None


def _part(text: str, at: int) -> Point | None:
    match = _PART.match(text, at)
    whole = match and (_single(text, match.end()) or _unit(text, match))
    if match is None or whole is None or not isinstance(whole.form, Month | Season | Years | Shift | Weekday | Part):
        return None
    if match["nth"]:
        if not isinstance(whole.form, Month):
            return None
        nth = NthWeekday(_WEEKS[match["nth"].lower()], w.weekday_number(match["weekday"]), whole.form)
        return Point(nth, whole.end, "day")
    if match["week"]:
        part = f"week {_WEEKS[match['week'].lower()]}"
        return Point(Part(part, whole.form), whole.end, "part") if isinstance(whole.form, Month) else None
    named = (match["part"] or match["edge"] or match["half"] or "").lower()
    part = _PART_WORDS[named] if named else f"{match['one'].lower()[:5]}-{match['two'].lower()}".replace("middl", "mid")
    return Point(Part(part, whole.form), whole.end, "part")


def _unit(text: str, match: Match) -> Point | None:
    """Return `the week` of `the end of the week`."""
    unit = _UNIT.match(text, match.end()) if match[0].endswith("the ") else None
    return Point(Shift(unit["unit"].lower(), 0), unit.end(), "relative") if unit else None


def _week_of(text: str, at: int) -> Point | None:
    match = _WEEK_OF.match(text, at)
    day = match and _single(text, match.end())
    if match is None or day is None or not isinstance(day.form, Day | DayOfMonth | Either):
        return None
    which = match["which"].strip(" -").lower().replace("beginning", "starting")
    return Point(WeekOf(day.form, which), day.end, "week")


# Ranges ----------------------------------------------------------------------------------------------------------

_TO: Final = w.compiled(rf"{w.TO}(?:the )?")
_AND: Final = w.compiled(rf"{w.SP}and{w.SP}(?:the )?")
_BETWEEN: Final = w.compiled(r"between (?:the )?$")
# Of `moved from Tuesday to Friday` both are dates, and what lies between is not meant.
_MOVED: Final = w.compiled(
    r"(?:moved|postponed|pushed|changed|delayed|extended|rescheduled|switched)(?: [\w' ]{0,30})? from (?:the )?$"
)
_PAIRS: Final = (Day, Month, Years, Weekday, Season, Part, Either)


def _ranged(text: str, at: int) -> Point | None:
    first = _point(text, at)
    if first is None or not isinstance(first.form, _PAIRS):
        return first
    joint = _TO.match(text, first.end)
    before = text[max(0, at - 60) : at]
    if joint is None and _BETWEEN.search(before):
        joint = _AND.match(text, first.end)
    second = joint and _point(text, joint.end())
    if joint is None or second is None or not _pair(first.form, second.form) or _MOVED.search(before):
        return first
    return Point(Span(first.form, second.form), second.end, "range")


def _pair(first: Form, second: Form) -> bool:
    if isinstance(first, Years) and isinstance(second, Years):
        return first.first < second.first
    loose = (Part, Month)
    return type(first) is type(second) or (isinstance(first, loose) and isinstance(second, loose))


# Clocks ----------------------------------------------------------------------------------------------------------

_TIMED: Final = (Day, Weekday, Either, DayOfMonth)
_JOINT: Final = w.compiled(rf"(?:{w.GAP}[-·|•,]{w.GAP}|{w.SP})(?:on{w.SP}|of{w.SP})?(?:the )?")
_BEFORE_CLOCK: Final = w.compiled(
    rf"(?:,?{w.SP}(?:at|by|around|about|before|after|from|starting at|beginning at){w.SP}(?:around |about )?"
    rf"|,?[ \t]{{1,3}}|{w.GAP}[-|·•/@,]{w.GAP}|T(?=\d))"
)
_SPAN_BEFORE: Final = w.compiled(r"\d(?::\d\d)? ?(?:-|to|and) ?$")  # of `9 to 11 a.m.` the start is not read


def _clock_first(text: str, at: int) -> Mention | None:
    """Return `4:02 p.m. ET on July 5`, `noon Friday`: a clock time belongs to the date behind it, else it is none."""
    found = read_clocks(text, at)
    joint = found and _JOINT.match(text, found[1])
    point = joint and _single(text, joint.end())
    if not found or not point or not _timed(point.form):
        return None
    clocks = () if _SPAN_BEFORE.search(text, max(0, at - 8), at) else found[0]
    return Mention(at, point.end, point.form, point.rule, clocks)


def _clocks_after(text: str, point: Point) -> tuple[tuple[Clock, ...], int]:
    joint = _BEFORE_CLOCK.match(text, point.end) if _timed(point.form) else None
    found = joint and read_clocks(text, joint.end())
    return found or ((), point.end)


def _timed(form: Form) -> bool:
    return isinstance(form, _TIMED) or (isinstance(form, Shift) and form.unit == "day")
