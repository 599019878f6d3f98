"""What looks like a date and is none: `may refuse`, `Theresa May`, `Section 2016`, `the Sunday Times`, `every Friday`.

``is_date`` looks at no more than a few words on either side. Where a word is as often a name or a verb (May, March,
August), it takes a word before it that dates have and names have not.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from regesta.ingest.extract import _date_words as w
from regesta.ingest.extract._date_forms import (
    FUTURE,
    NEUTRAL,
    Day,
    DayOfMonth,
    Either,
    Form,
    Month,
    Season,
    Shift,
    Span,
    Weekday,
    Years,
)
from regesta.ingest.extract._date_grammar import Mention
from regesta.ingest.extract._date_tense import lean, lean_of, sentence_around

_REACH: Final = 40  # characters that are looked at on either side


class _Place(NamedTuple):
    """The words around: the last before (in small letters, '' after a sign), the last two, the text on both sides."""

    last: str
    pair: str
    before: str
    words: str
    after: str


def is_date(text: str, mention: Mention) -> bool:
    """Say whether what looks like a date is meant as one."""
    form = mention.form
    place = _place(text, mention)
    if mention.rule == "holiday":
        return place.last in _ON or form.explicit
    if isinstance(form, Month) and form.year is None and not form.which:
        return _is_month(place)
    if isinstance(form, Years) and len(place.words) == 4:
        return _is_year(place)
    if isinstance(form, Weekday):
        every = place.last in _EVERY or place.pair in _EVERY or place.pair.startswith(("every ", "each "))
        return not (every or _TITLE.match(text, mention.start))
    if isinstance(form, Shift):
        return _is_relative(text, mention, place)
    return _is_other(form, place)


def _place(text: str, mention: Mention) -> _Place:
    before = text[max(0, mention.start - _REACH) : mention.start]
    words = before.lower().split()[-2:] if before[-1:].isspace() else []
    after = text[mention.end : mention.end + _REACH]
    return _Place(words[-1] if words else "", " ".join(words), before, text[mention.start : mention.end], after)


def _is_other(form: Form, place: _Place) -> bool:
    if isinstance(form, DayOfMonth):
        return place.last in _ON and bool(_ENDS_PHRASE.match(place.after))
    if isinstance(form, Season) and form.year is None and not form.which:
        return bool({place.last, place.pair} & _ON_SEASON) and bool(_ENDS_PHRASE.match(place.after))
    if isinstance(form, Span) and isinstance(form.start, Weekday):
        return form.start.weekday > 0  # Monday to Friday is every week
    if isinstance(form, Day | Either) and not form.explicit and "/" in place.words and place.words[0].isdigit():
        return place.last.rstrip(":,") in _ON_NUMBERS or (place.words not in _FRACTIONS and _stands_out(place))
    return True


# Months ----------------------------------------------------------------------------------------------------------

_NAMES: Final = ("may", "march", "april", "june", "august", "mar", "jan", "apr", "jun", "aug", "mar.", "jan.")
_SURE: Final = ("in", "since", "during", "throughout", "late", "early", "mid", "every", "until", "till")
_SURE_PAIRS: Final = ("as of", "back to", "month of", "months of")
_WEAK: Final = ("by", "from", "to", "through", "before", "after", "of", "between", "for", "and", "or")
_OWNED: Final = ("the", "its", "his", "her", "their", "our", "a", "an", "this", "last", "next")
_ENDS: Final = w.compiled(r"(?:'s\b)?[ \t\n]*(?:[.,;:)?!\"]|$|\n|(?:and|or|to|through) (?:in )?(?-i:[A-Z]))")
_NOUN_BEHIND: Final = w.compiled(r"(?:'s)? (?!(?:said|says|has|had|was|is|would|will|told|on)\b)(?-i:[a-z]+)\b")
_NAME_BEHIND: Final = w.compiled(r" (?-i:[A-Z][a-z])")
_FIRST_NAME: Final = w.compiled(r"(?-i:[A-Z][a-z]+\.?|[A-Z]\.)$")


def _is_month(place: _Place) -> bool:
    owned = place.last in _OWNED or place.last.endswith("'s")
    sure = place.last in _SURE or place.pair in _SURE_PAIRS
    if place.words.lower() not in _NAMES:
        named = bool(place.last) and bool(_FIRST_NAME.match(place.before.split()[-1]))
        return sure or owned or place.last in _WEAK or not named
    if sure:
        return not _NAME_BEHIND.match(place.after)
    ends = bool(_ENDS.match(place.after))
    return (ends and (owned or place.last in _WEAK)) or (owned and bool(_NOUN_BEHIND.match(place.after)))


# Years -----------------------------------------------------------------------------------------------------------

_BEFORE_YEAR: Final = w.word_set("""
    in since of by until till from to before after during between early late mid circa through year for and or the
    this that a an its his her their our your election elections class
""")
_NUMBERED: Final = w.word_set("""
    section sections sec. article chapter title room suite box route highway page pages p. pp. no. number hb sb hr
    h.r. s. bill act law rule docket case form unit apt. flight channel building
""")
_ABOUT: Final = ("about", "around", "than", "roughly", "some")
_COUNTED: Final = w.compiled(
    r" (?:votes?|voters|people|states|counties|precincts|ballots|dollars|miles|feet|acres|pounds|names|records|members"
    r"|words|students|employees|cases|others|more|percent|per cent|million|billion|times|pages|homes|jobs|residents"
    r"|hours|days|block|(?-i:[A-Z]\w+ )?(?:avenue|ave|street|st|road|rd|boulevard|blvd|drive|dr|lane|ln|way|nw|ne|sw"
    r"|se)\b)"
)
_YEAR_BEHIND: Final = w.compiled(
    r"(?:'s)? (?:elections?|presidential|general|primary|primaries|campaign|midterms?|census|season|cycle|race|report"
    r"|law|budget|vote|was|saw|session|olympics)\b|'s (?-i:[a-z])"
)
_IN_YEAR: Final = w.compiled(r"(?:^|[.!?\n][\"' ]{0,3})In $")
_YEARS_BEFORE: Final = w.compiled(r"(?:\(|\b(?:mid|pre|post)-|\b(?:1[5-9]|20)\d\d(?:,| and| or) )$")


def _is_year(place: _Place) -> bool:
    if place.last in _NUMBERED or place.before[-1:] in tuple("#$£€"):
        return False
    if place.last == "since" or _YEAR_BEHIND.match(place.after) or _IN_YEAR.search(place.before, len(place.before) - 7):
        return True
    if place.last in _ABOUT or _COUNTED.match(place.after):
        return False
    if place.last in _BEFORE_YEAR or place.last.endswith("'s") or place.pair == "as of":
        return True
    return bool(_YEARS_BEFORE.search(place.before[-10:])) or _ends_heading(place)


def _ends_heading(place: _Place) -> bool:
    line = place.before.rpartition("\n")[2]
    whole = len(line) < len(place.before) or len(place.before) < _REACH
    return whole and place.after[:1] in ("", "\n") and not line.rstrip()[-1:].isdigit()


# Days ------------------------------------------------------------------------------------------------------------

_EVERY: Final = frozenset([
    "every", "each", "most", "alternate", "any", "super", "black", "good", "ash", "fat", "cyber", "giving", "palm",
    "ruby",
    "bloody", "easter", "casual", "holy", "shrove", "man", "every other", "monday through", "monday to",
])  # fmt: skip
_TITLE: Final = w.compiled(
    r"[a-z]{6,9}(?:s\b| (?-i:(?:Morning )?(?:Times|Night Live|Night Football|Telegraph|Express|Post|Mail|Mirror|Globe"
    r"|Herald|Journal|School|Service|Review|Magazine|Edition|Independent|Star|Sun|World|Weld|Addams|Report|Today))\b"
    r"|'s (?-i:Child(?:ren)?)\b| through (?:friday|saturday)\b)"
)
_ON: Final = ("on", "by", "until", "till", "before", "since", "after", "through", "from", "of", "around")
_ON_NUMBERS: Final = (*_ON, "dated", "due", "deadline", "updated", "posted", "day")
_ON_SEASON: Final = frozenset(f"{word} the" for word in ("in", "by", "over", "during", "until", "since", "through")) | {
    "in",
    "by",
    "during",
    "until",
    "since",
}
_ENDS_PHRASE: Final = w.compiled(
    r"\s*(?:[.,;:)?!\"-]|$)| (?:and|or|to|when|after|at|of this month|of the month|the|by|for|in|with|but|that|a|as)\b"
)
_FRACTIONS: Final = ("1/2", "1/3", "2/3", "1/4", "3/4")
_LINE_HEAD: Final = w.compiled(r"[ \t]*(?:[:|-]|(?-i:[A-Z])|$|\n)")


def _stands_out(place: _Place) -> bool:
    """Say whether a short date stands alone in brackets or in a column, or begins a line."""
    line = place.before.rpartition("\n")[2]
    if not line.strip(" \t-*•"):
        return bool(_LINE_HEAD.match(place.after))
    return line.rstrip()[-1:] in ("(", "|", "[") and place.after.lstrip(" \t")[:1] in (")", "|", "]", "\n", "")


# Around now ------------------------------------------------------------------------------------------------------

_DURATION: Final = ("the", "first", "his", "her", "their", "its", "our")
_NOT_NOW: Final = w.compiled(
    r"'s (?:world|society|young|youth|standards|economy|children|kids|generation|america)\b|-|'s? (?:worth|old)\b"
    r"| old\b"
)
_TODAY: Final = w.compiled(
    r"'s (?:\w+ )?(?:announcement|decision|action|ruling|vote|hearing|news|letter|order|meeting|release|report"
    r"|statement)\b| (?:announc|joined|sent|filed|issued|urged|called|said|wrote|led|released|signed|at|is"
    r"|in (?-i:[A-Z]))"
    r"|, (?:\w+ )?(?:we|i|the)\b"
)
_START: Final = w.compiled(r"(?:^|[.!?\n][\"' ]{0,3}|\b(?:earlier|later|as of|until|by|from|on) )$")


def _is_relative(text: str, mention: Mention, place: _Place) -> bool:
    words = place.words.lower()
    if words.startswith(("last", "next")) and (place.last in _DURATION or place.last.endswith("'s")):
        return False  # the last year, their next week: how long, not when
    if _NOT_NOW.match(place.after):
        return False
    if words.startswith("in "):
        return lean(text, mention.start, mention.end) == FUTURE
    return words != "today" or _is_this_day(text, mention, place)


def _is_this_day(text: str, mention: Mention, place: _Place) -> bool:
    """Say whether `today` is the day of the text: `today announced`, `sent today`, and not `our schools today`."""
    if _TODAY.match(place.after) or _START.search(place.before) or lean_of("", place.after.lstrip().partition(" ")[0]):
        return True
    return lean_of(sentence_around(text, mention.start, mention.end)[0], "") != NEUTRAL
