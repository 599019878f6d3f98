"""The words of dates and clocks, as pieces of patterns.

Every repetition in them is bounded, so that a match costs the same wherever in a text it is tried. They are written for
flattened text (`cues.flatten`): straight quotes, plain hyphens and spaces.
"""

from __future__ import annotations

import re
from typing import Final

# A space between two words of a date may be the end of a wrapped line, never a blank line.
SP: Final = r"(?:[ \t]{1,3}|[ \t]{0,2}\r?\n[ \t]{0,8})"
GAP: Final = r"[ \t]{0,3}"

MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|Jun(?:e|\.)?|Jul(?:y|\.)?|Aug(?:ust|\.)?"
    r"|Sep(?:tember|t\.?|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![A-Za-z])"
)
WEEKDAY: Final = (
    r"(?:Mon(?:day|\.)?|Tue(?:s(?:day|\.)?|\.)?|Wed(?:nesday|s\.?|\.)?|Thu(?:r(?:s(?:day|\.)?|\.)?|\.)?"
    r"|Fri(?:day|\.)?|Sat(?:urday|\.)?|Sun(?:day|\.)?)(?![A-Za-z])"
)
DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])(?:(?:st|nd|rd|th)\b)?(?!\d|[:.,]\d|%|[ ]?[ap]\.?m\b)"
YEAR: Final = r"(?:1[5-9]|20)\d\d(?!\d|,\d{3}|%)"
AFTER: Final = rf"(?:,{SP}?|[ \t]{{1,3}}|,?{SP}of{SP})"  # what may stand between a day or month and its year
UNIT: Final = r"(?:hour|day|week|fortnight|month|year|decade)"
SEASON: Final = r"(?:spring|summer|fall|autumn|winter)"
PART_OF_DAY: Final = r"(?:morning|afternoon|evening|night|midday|lunchtime)"
TO: Final = rf"(?:{GAP}-{{1,2}}{GAP}|{SP}(?:to|through|thru|until|till){SP})"

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_WORDS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "sept", *MONTHS,
)  # fmt: skip
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_WORDS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tues", "weds", "thur", "thurs",
    *WEEKDAYS,
)  # fmt: skip
SEASONS: Final = {"spring": 21, "summer": 22, "fall": 23, "autumn": 23, "winter": 24}

_SMALL: Final = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen",
]  # fmt: skip
NUMBERS: Final = {
    **{word: number for number, word in enumerate(_SMALL, 1)},
    "a": 1, "an": 1, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
    "a couple of": 2, "couple of": 2, "a couple": 2,
}  # fmt: skip
NUMBER: Final = (
    rf"(?:\d{{1,3}}|a couple(?: of)?|couple of|{'|'.join(_SMALL)}|twenty|thirty|forty|fifty|sixty|ninety|an?)"
)

_TENS: Final = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TEENS: Final = [
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth",
]  # fmt: skip
ORDINALS: Final = {
    word: number
    for number, word in enumerate(
        [*_TENS, *_TEENS, "twentieth", *(f"twenty-{word}" for word in _TENS), "thirtieth", "thirty-first"], 1
    )
}
ORDINAL: Final = rf"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))})(?![\w-])"

_ZONE: Final = (
    r"(?-i:(?:(?:UTC|GMT)[ ]?)?[+-]\d\d:?\d\d(?!\d)|(?:E|C|M|P|AK)[DS]?T\b|H[AS]?ST\b|HT\b|GMT\b|UTC\b|Z\b"
    r"|CES?T\b|BST\b"
    r"|(?:[Ee]astern|[Cc]entral|[Mm]ountain|[Pp]acific)(?:[ ](?:[Dd]aylight|[Ss]tandard))?"
    r"(?:[ ][Tt]ime|(?![ ][A-Z]))\b|local[ ]time\b)"
)


def clock(name: str) -> str:
    """Return the pattern of a clock time with its zone, its groups marked with ``name``."""
    h, m, s = f"(?P<h{name}>[01]?\\d|2[0-3])", f"(?P<m{name}>[0-5]\\d)", f"(?P<s{name}>[0-5]\\d)"
    tail = rf"(?:[:.]{m}(?::{s}(?:\.\d{{1,9}})?)?)?"
    half = rf"[ ]?(?P<ap{name}>[ap])(?:m\b|\.[ ]?m\b\.?)"
    hour = rf"(?P<H{name}>[01]?\d|2[0-3]):(?P<M{name}>[0-5]\d)(?::(?P<S{name}>[0-5]\d)(?:\.\d{{1,9}})?)?(?![\d:])"
    named = rf"(?:12[ ])?(?:(?P<noon{name}>noon|midday)|(?P<night{name}>midnight))\b"
    zone = rf"(?:,?[ ]?\(?(?P<z{name}>{_ZONE})\)?)?"
    return rf"(?P<clock{name}>(?:{h}{tail}{half}|{hour}(?:[ ]?(?:hrs?|hours)\b)?|{named}){zone})"


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern whatever the case of its letters."""
    return re.compile(pattern, re.IGNORECASE)


def month_number(word: str) -> int:
    """Return 1 to 12 for the name of a month, short or long."""
    return MONTHS.index(word[:3].lower()) + 1


def weekday_number(word: str) -> int:
    """Return 0 (Monday) to 6 for the name of a weekday, short or long."""
    return WEEKDAYS.index(word[:3].lower())


def number(word: str) -> int:
    """Return the value of digits or of a number word."""
    return int(word) if word.isdigit() else NUMBERS[" ".join(word.lower().split())]


def ordinal(word: str) -> int:
    """Return the value of `30`, `30th` or `thirtieth`."""
    digits = word.rstrip("stndrhSTNDRH")
    return int(digits) if digits.isdigit() else ORDINALS[word.lower()]
