"""Rules for dates that are named by the calendar: days, months, years, seasons, quarters, in words and in numbers.

A rule says by which words it begins, its pattern, and what form a match makes (None: none after all). Rules are tried
in the order of `RULES`; whether the words are meant as a date at all is for `_date_guards` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from regesta.ingest.extract import _date_words as w
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
    Years,
)

Match = re.Match[str]
DIGITS: Final = "0"  # among first words: any number


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of writing a date."""

    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    build: Callable[[Match], Form | None]


def rule(name: str, words: tuple[str, ...], pattern: str, build: Callable[[Match], Form | None]) -> Rule:
    """Return a rule whose pattern is taken whatever the case of its letters."""
    return Rule(name, words, w.compiled(pattern), build)


def _iso(match: Match) -> Form:
    return Day(int(match["month"]), int(match["day"]), int(match["year"]))


def _numeric(match: Match) -> Form | None:
    return _either(int(match["one"]), int(match["two"]), int(match["year"]), european=match[2] == ".")


def _short_year(match: Match) -> Form | None:
    year = int(match["year"])
    return _either(int(match["one"]), int(match["two"]), year + (2000 if year < 69 else 1900))  # as POSIX %y


def _no_year(match: Match) -> Form | None:
    return _either(int(match["one"]), int(match["two"]), None)


def _either(one: int, two: int, year: int | None, european: bool = False) -> Form | None:
    """Return the one day that two numbers can be, or both readings, the American first."""
    american, other = Day(one, two, year), Day(two, one, year)
    fits, other_fits = 1 <= one <= 12 and 1 <= two <= 31, 1 <= two <= 12 and 1 <= one <= 31
    if european or one == two or not (fits and other_fits):
        return american if fits and not european else other if other_fits else None
    return Either(american, other)


def _with_hyphens(match: Match) -> Form:
    year = int(match["year"])
    return Day(w.month_number(match["month"]), w.ordinal(match["day"]), year + 2000 if year < 100 else year)


def _iso_month(match: Match) -> Form | None:
    follows = int(match["month"]) == (int(match["year"]) + 1) % 100
    return None if follows else Month(int(match["month"]), int(match["year"]))  # 2011-12 is rather two years


# Words that in small letters are rather no month.
_SMALL: Final = ("may", "march", "mar", "sep", "dec", "jan")
_MEASURED: Final = w.compiled(r" (?:percent|per cent|million|billion|points|votes)\b")
_ATTACKS: Final = w.compiled(r",? (?:terror\w*|attacks?|hijack\w+)\b")
_COUNTED: Final = w.compiled(
    r" (?!was|is|has|as|this|respectively)[a-z]{3,}s\b| (?:people|percent|per cent|million|billion|of|other|more)\b"
)


def _year(match: Match) -> int | None:
    return int(match["year"]) if match["year"] else None


def _named(match: Match, form: Form) -> Form | None:
    return None if match["month"].rstrip(".") in _SMALL else form


def _days(match: Match) -> Form | None:
    """Return the days from the first to the last, `28, 29 and 30 June`; `June 28 and 29 states` is none."""
    month, first, last = w.month_number(match["month"]), w.ordinal(match["first"]), w.ordinal(match["last"])
    if first >= last or (match["list"] and _COUNTED.match(match.string, match.end())):
        return None
    return _named(match, Span(Day(month, first, _year(match)), Day(month, last, _year(match))))


def _day(match: Match) -> Form | None:
    if _MEASURED.match(match.string, match.end()):
        return None
    month, day = w.month_number(match["month"]), w.ordinal(match["day"])
    attacks = (month, day) == (9, 11) and _ATTACKS.match(match.string, match.end())
    return _named(match, Day(month, day, 2001 if attacks else _year(match)))


def _day_of_month(match: Match) -> Form | None:
    day = w.ordinal(match["day"])
    return DayOfMonth(day) if day <= 31 else None


def _month_year(match: Match) -> Form | None:
    return _named(match, Month(w.month_number(match["month"]), int(match["year"])))


def _month(match: Match) -> Form | None:
    return Month(w.month_number(match["month"])) if match["month"][0].isupper() else None


def _school_year(match: Match) -> Form | None:
    first = int(match["first"])
    last = first - first % 100 + int(match["last"])
    return Years(first, last) if first < last else None


def _decade(match: Match) -> Form:
    first = int(match["decade"]) * 10
    return Years(first, first + 9, f"{match['decade']}X", "decade")


def _century(match: Match) -> Form:
    first = int(match["century"]) * 100 - 100
    return Years(first, first + 99, f"{first // 100:02d}XX", "century")


def _one_year(match: Match) -> Form:
    return Years(int(match["year"]), int(match["year"]))


def _fiscal_year(match: Match) -> Form:
    year = int(match["year"])
    return Years(year + 2000, year + 2000) if year < 100 else Years(year, year)


def _season(match: Match) -> Form:
    return Season(w.SEASONS[match["season"].lower()], _year(match))


def _bare_season(match: Match) -> Form:
    return Season(w.SEASONS[match["season"].lower()])


_NTH: Final = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}


def _quarter(match: Match) -> Form:
    number = int(match["number"]) if match["number"] else _NTH[match["nth"].lower()]
    if match["which"]:
        return Part(f"quarter {number}", Shift("year", -1 if match["which"].lower() == "last" else 0))
    return Part(f"quarter {number}", Years(int(match["year"]), int(match["year"])))


def _year_quarter(match: Match) -> Form:
    return Part(f"quarter {match['number']}", Years(int(match["year"]), int(match["year"])))


_HOLIDAYS: Final[dict[str, Day | NthWeekday]] = {
    "new year's day": Day(1, 1), "new year's eve": Day(12, 31), "independence day": Day(7, 4),
    "veterans day": Day(11, 11), "christmas eve": Day(12, 24),
    "christmas day": Day(12, 25), "christmas": Day(12, 25), "juneteenth": Day(6, 19),
    "memorial day": NthWeekday(0, 0, Month(5)), "labor day": NthWeekday(1, 0, Month(9)),
    "thanksgiving": NthWeekday(4, 3, Month(11)),
}  # fmt: skip


def _holiday(match: Match) -> Form:
    form = _HOLIDAYS[match["name"].lower()]
    if isinstance(form, Day):
        return replace(form, year=_year(match))
    return replace(form, month=replace(form.month, year=_year(match)))


_MONTH: Final = rf"(?P<month>{w.MONTH})"
_OF_YEAR: Final = rf"(?:{w.AFTER}(?P<year>{w.YEAR}))?"
_AND: Final = rf"(?P<list>(?:,{w.SP}{w.DAY}){{0,4}},?{w.SP}(?:and|or|&){w.SP})"
_NO_DAY: Final = r"(?![ ]\d{1,2}\b(?![,.]?\d|:))"  # in `by 9 June 30` the month goes with what follows
_ORDINAL_WORDS: Final = tuple(dict.fromkeys(word.partition("-")[0] for word in w.ORDINALS))
_NTH_QUARTER: Final = r"(?:q(?P<number>[1-4])|(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th) quarter)"
_NUMBERS: Final = (DIGITS,)

RULES: Final = (
    rule("day", _NUMBERS, r"(?P<year>[12]\d{3})([-/.])(?P<month>0?[1-9]|1[0-2])\2"
         r"(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/]|-\d)", _iso),
    rule("day", _NUMBERS, r"(?P<one>\d{1,2})([-/.])(?P<two>\d{1,2})\2(?P<year>[12]\d{3})(?![\d/]|[-.]\d)", _numeric),
    rule("day", _NUMBERS, r"(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d\d)(?![\d/]|[-.]\d)", _short_year),
    rule("day", _NUMBERS, r"(?P<one>\d{1,2})/(?P<two>\d{1,2})(?![\d/%]|[-.]\d)", _no_year),
    rule("day", _NUMBERS, rf"(?P<day>{w.DAY})-{_MONTH}-(?P<year>[12]\d{{3}}|\d\d)(?!\d|-\d)", _with_hyphens),
    rule("day", w.MONTH_WORDS, rf"{_MONTH}-(?P<day>{w.DAY})-(?P<year>[12]\d{{3}})(?!\d|-\d)", _day),
    rule("month", _NUMBERS, r"(?P<year>[12]\d{3})-(?P<month>0[1-9]|1[0-2])(?![\d/]|-\w)", _iso_month),
    rule("range", w.MONTH_WORDS, rf"{_MONTH}{w.SP}(?P<first>{w.DAY})(?:{_AND}|{w.TO}|/)(?:the )?"
         rf"(?P<last>{w.DAY})(?!-\d){_OF_YEAR}", _days),
    rule("range", _NUMBERS, rf"(?P<first>{w.DAY})(?:{_AND}|{w.TO}|/)(?P<last>{w.DAY}){w.SP}(?:of )?"
         rf"{_MONTH}{_OF_YEAR}{_NO_DAY}", _days),
    rule("day", w.MONTH_WORDS, rf"{_MONTH}{w.SP}(?:the )?(?P<day>{w.DAY}|{w.ORDINAL}){_OF_YEAR}", _day),
    rule("day", _NUMBERS, rf"(?P<day>{w.DAY}){w.SP}(?:(?:day )?of{w.SP})?{_MONTH}{_OF_YEAR}{_NO_DAY}",
         _day),
    rule("day", _ORDINAL_WORDS, rf"(?P<day>{w.ORDINAL}) (?:day )?of{w.SP}{_MONTH}{_OF_YEAR}", _day),
    rule("month", w.MONTH_WORDS, rf"{_MONTH}(?:{w.AFTER}|-)(?P<year>{w.YEAR})(?![-/]\d)", _month_year),
    rule("month", w.MONTH_WORDS, _MONTH, _month),
    rule("day", ("the",), r"the (?P<day>\d{1,2}(?:st|nd|rd|th))\b", _day_of_month),
    rule("quarter", _NUMBERS, rf"(?P<year>{w.YEAR})[ -]?q(?P<number>[1-4])\b", _year_quarter),
    rule("quarter", ("q", "first", "second", "third", "fourth", DIGITS),
         rf"{_NTH_QUARTER},? (?:of )?(?:(?:the )?(?P<year>{w.YEAR})|(?P<which>this|last) year\b)", _quarter),
    rule("year", _NUMBERS, r"(?P<first>(?:1[5-9]|20)\d\d)(?:-|/)(?P<last>\d\d)(?![\d/%]|-\d)", _school_year),
    rule("decade", _NUMBERS, r"(?P<decade>(?:1[5-9]|20)\d)0'?s\b", _decade),
    rule("century", _NUMBERS, r"(?P<century>1[5-9]|2[01])(?:th|st)[- ]century\b", _century),
    rule("year", ("fiscal", "fy"), rf"(?:fiscal(?: year)? |fy ?'?)(?P<year>{w.YEAR}|\d\d\b)", _fiscal_year),
    rule("year", _NUMBERS, rf"(?P<year>{w.YEAR})(?!-(?!{w.YEAR})\w|[/:.]\d)", _one_year),
    rule("holiday", ("new", "independence", "veterans", "christmas", "juneteenth", "memorial", "labor", "thanksgiving"),
         rf"(?P<name>{'|'.join(sorted(_HOLIDAYS, key=len, reverse=True))})\b{_OF_YEAR}", _holiday),
    rule("season", tuple(w.SEASONS), rf"(?P<season>{w.SEASON}){w.AFTER}(?P<year>{w.YEAR})(?:-\d\d\b)?", _season),
    rule("season", tuple(w.SEASONS), rf"(?P<season>{w.SEASON})\b", _bare_season),
)  # fmt: skip
