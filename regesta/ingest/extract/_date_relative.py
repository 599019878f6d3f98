"""Rules for dates that count from another day: weekdays, `yesterday`, `this week`, `two years ago`, `the next day`."""

from __future__ import annotations

import re
from typing import Final

from regesta.ingest.extract import _date_words as w
from regesta.ingest.extract._date_calendar import DIGITS, rule
from regesta.ingest.extract._date_forms import Anchored, Form, Month, Season, Shift, Weekday

Match = re.Match[str]

_WHICH: Final = {"last": -1, "past": -1, "this": 0, "next": 1, "coming": 1}
_NAMED_DAYS: Final = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_SHORT_UNITS: Final = {"m": "minute", "h": "hour", "d": "day", "w": "week", "y": "year"}
_SHORT_WEEKDAYS: Final = ("tues", "weds", "thur", "thurs")  # that are no other word even without a full stop


def _weekday(match: Match) -> Form | None:
    word = match["weekday"]
    return Weekday(w.weekday_number(word)) if word[0].isupper() else None


def _two_days(match: Match) -> Form:
    return Shift("day", -2 if match["which"].lower() == "before yesterday" else 2)


def _named_day(match: Match) -> Form:
    return Shift("day", _NAMED_DAYS[match["day"].lower()])


def _part_of_day(match: Match) -> Form:
    return Shift("day", -1 if match["last"] else 0)


def _pointed(match: Match) -> Form | None:
    which = (match["near"] or match["which"]).lower()
    if match["unit"]:
        return Shift(match["unit"].lower(), _WHICH[which])
    toward = {"past": "last", "coming": "next"}.get(which, which)
    if match["season"]:
        return Season(w.SEASONS[match["season"].lower()], which=toward)
    if not (match["month"] or match["weekday"])[0].isupper():
        return None
    if match["month"]:
        return Month(w.month_number(match["month"]), which=toward)
    return Weekday(w.weekday_number(match["weekday"]), which)


def _weekend(match: Match) -> Form:
    return Shift("weekend", 0)


def _ago(match: Match) -> Form:
    return _away(w.number(match["count"]), match["unit"].lower(), -1 if match["ago"] else 1)


def _short_ago(match: Match) -> Form:
    return _away(int(match["count"]), _SHORT_UNITS[match["unit"][0].lower()], -1)


def _away(count: int, unit: str, sign: int) -> Form:
    if unit in ("minute", "hour"):
        return Shift("day", sign * (count // 24) if unit == "hour" else 0)
    return Shift("week", sign * 2 * count) if unit == "fortnight" else Shift(unit, sign * count)


def _in_days(match: Match) -> Form:
    return Shift(match["unit"].lower(), w.number(match["count"]))


def _earlier(match: Match) -> Form:
    unit, count = match["unit"].lower(), w.number(match["count"])
    return Anchored("day", -7 * count) if unit == "week" else Anchored(unit, -count)


def _next_day(match: Match) -> Form:
    return Anchored((match["unit"] or match["unit2"]).lower(), -1 if match["back"] or match["back2"] else 1)


_AT_END: Final = r"(?=[.,;:)]|\s{0,3}(?:$|\n))"
_COUNT: Final = rf"(?P<count>{w.NUMBER})"
_NUMBER_WORDS: Final = (DIGITS, *dict.fromkeys(word.partition(" ")[0] for word in w.NUMBERS))

RULES: Final = (
    rule("weekday", w.WEEKDAY_WORDS, rf"(?P<weekday>{w.WEEKDAY})(?: {w.PART_OF_DAY}\b)?", _weekday),
    rule("relative", ("the",), r"the day (?P<which>before yesterday|after tomorrow)\b", _two_days),
    rule("relative", (*_NAMED_DAYS, "earlier", "later"),
         rf"(?:(?:earlier|later) )?(?P<day>{'|'.join(_NAMED_DAYS)})\b(?: {w.PART_OF_DAY}\b)?", _named_day),
    rule("relative", ("this", "last"), rf"(?:this {w.PART_OF_DAY}|(?P<last>last) (?:night|evening))\b", _part_of_day),
    rule("relative", ("this", "last", "next", "earlier", "later"),
         rf"(?:(?:earlier|later) )?(?:this (?P<near>past|coming)|(?P<which>this|last|next)){w.SP}"
         rf"(?:(?P<unit>week|weekend|month|year|quarter|decade)\b|(?P<season>{w.SEASON})\b"
         rf"|(?P<month>{w.MONTH})(?! \d{{1,2}}\b)"
         rf"|(?P<weekday>{w.WEEKDAY})(?: {w.PART_OF_DAY}\b)?)", _pointed),
    rule("relative", ("the",), r"the weekend\b(?! of\b)", _weekend),
    rule("relative", (DIGITS,), r"(?P<count>\d{1,3}) ?(?P<unit>hrs?|h|mins?|m|d|wks?|w|yrs?) ago\b", _short_ago),
    rule("relative", _NUMBER_WORDS,
         rf"{_COUNT}{w.SP}(?P<unit>minute|{w.UNIT})s?{w.SP}(?:(?P<ago>ago\b)|from (?:now|today)\b)", _ago),
    rule("relative", ("in",), rf"in {_COUNT} (?P<unit>day|week|month)s?\b(?! of\b|')", _in_days),
    rule("anchored", _NUMBER_WORDS,
         rf"{_COUNT} (?P<unit>day|week|month|year)s? (?:earlier|before){_AT_END}", _earlier),
    rule("anchored", ("the",),
         r"the (?:(?P<back>previous|preceding|prior)|following|next(?= day)) (?P<unit>day|week|month|year)"
         r"\b(?! of\b|')|the (?P<unit2>day|week|month|year) (?:(?P<back2>before)|after)" + _AT_END, _next_day),
)  # fmt: skip


def stands_alone(words: str) -> bool:
    """Say whether a weekday's name or abbreviation can be a date without a day beside it."""
    bare = words.partition(" ")[0].rstrip(".").lower()
    return len(bare) > 5 or bare in _SHORT_WEEKDAYS
