"""What looks like a date and is none: `may refuse`, `Theresa May`, `Section 2016`, `the Sunday Times`, `every Friday`.

``is_date`` looks at no more than some words on either side. Where a word is as often a name or a verb (May, March,
August), it takes a word before it that dates have and names have not.
"""

from __future__ import annotations

from typing import Final

from regesta.ingest.extract import _date_words as w
from regesta.ingest.extract._date_forms import (
    FUTURE,
    NEUTRAL,
    Day,
    DayOfMonth,
    Either,
    Month,
    Season,
    Shift,
    Span,
    Weekday,
    Years,
)
from regesta.ingest.extract._date_grammar import Mention
from regesta.ingest.extract._date_tense import lean, lean_of, sentence_around

_BEFORE: Final = 60  # characters that are looked at before and behind
_AFTER: Final = 40

_NAMES: Final = ("may", "march", "april", "june", "august", "mar", "jan", "apr", "jun", "aug", "mar.", "jan.")
_SURE: Final = w.compiled(
    r"\b(?:in|since|during|throughout|late|early|mid|every|until|till|as of|back to|months? of)[ \t\n]+$"
)
_WEAK: Final = w.compiled(
    r"\b(?:by|from|to|through|before|after|of|between|for|and|or|the|its|his|her|their|our|a|an|this|last|next|\w+'s)[ \t\n]+$"
)
_OWNED: Final = w.compiled(r"\b(?:the|its|his|her|their|our|an?|this|last|next|\w+'s)[ \t\n]+$")
_NAME_BEFORE: Final = w.compiled(r"(?-i:[A-Z][a-z]+\.?|[A-Z]\.) $")
_ENDS: Final = w.compiled(r"(?:'s\b)?[ \t\n]*(?:[.,;:)?!\"]|$|\n|(?:and|or|to|through) (?:in )?(?-i:[A-Z]))")
_NOUN_BEHIND: Final = w.compiled(r"(?:'s)? (?-i:[a-z]+)\b")
_VERB_BEHIND: Final = w.compiled(r" (?:said|says|has|had|was|is|would|will|told|called|resigned|lost|won|did|on)\b")
_CAPITAL_BEHIND: Final = w.compiled(r" (?-i:[A-Z][a-z])")


def is_date(text: str, mention: Mention) -> bool:
    """Say whether what looks like a date is meant as one."""
    before = text[max(0, mention.start - _BEFORE) : mention.start]
    after = text[mention.end : mention.end + _AFTER]
    words = text[mention.start : mention.end]
    form = mention.form
    if isinstance(form, Month) and form.year is None and not form.which:
        return _is_month(before, words, after)
    if isinstance(form, Years) and len(words) == 4:
        return _is_year(before, after)
    if isinstance(form, Weekday):
        return not (_EVERY.search(before) or _TITLE.match(text, mention.start))
    if isinstance(form, Span) and isinstance(form.start, Weekday):
        return form.start.weekday > 0  # Monday to Friday is every week
    if mention.rule == "holiday":
        return bool(_ON.search(before)) or form.explicit
    if isinstance(form, DayOfMonth):
        return bool(_ON.search(before) and _ENDS_PHRASE.match(after))
    if isinstance(form, Day | Either) and not form.explicit and "/" in words and not words[0].isalpha():
        return bool(_ON_SHORT.search(before)) or (words not in _FRACTIONS and _stands_out(before, after))
    if isinstance(form, Season) and form.year is None and not form.which:
        return bool(_ON_SEASON.search(before) and _ENDS_PHRASE.match(after))
    if isinstance(form, Shift):
        return _is_relative(text, mention, before, after)
    return True


def _is_month(before: str, words: str, after: str) -> bool:
    if words.lower() not in _NAMES:
        return not _NAME_BEFORE.search(before) or bool(_SURE.search(before) or _WEAK.search(before))
    if _SURE.search(before):
        return not _CAPITAL_BEHIND.match(after) or words.lower() in ("march", "april")
    if _VERB_BEHIND.match(after):
        return False
    return bool((_WEAK.search(before) and _ENDS.match(after)) or (_OWNED.search(before) and _NOUN_BEHIND.match(after)))


_YEAR_BEFORE: Final = w.compiled(
    r"(?:\b(?:in|since|of|by|until|till|from|to|before|after|during|between|early|late|mid|circa|around|about|through"
    r"|as of|than|year|for|and|or|the|this|that|a|an|its|his|her|their|our|your|election|elections|class of|\w+'s)[ \t\n]+(?:the )?|"
    r"\(|\bmid-|\bpre-|\bpost-|\b(?:1[5-9]|20)\d\d(?:,| and| or) )$"
)
_NUMBERED: Final = w.compiled(
    r"(?:\b(?:section|sections|sec\.|article|chapter|title|room|suite|box|route|highway|page|pages|pp?\.|no\.|number|hb|sb|h\.?r\.|s\."
    r"|bill|act|law|rule|docket|case|form|unit|apt\.?|flight|channel|building)\s|[#$£€])$"
)
_ABOUT: Final = w.compiled(r"\b(?:about|around|than|roughly|some) $")
_IN_YEAR: Final = w.compiled(r"(?:\bsince|(?:^|[.!?]|\n)[\"' ]{0,3}(?-i:In)) $")
_COUNTED: Final = w.compiled(
    r" (?:votes?|voters|people|states|counties|precincts|ballots|dollars|miles|feet|acres|pounds|names|records|members|words"
    r"|students|employees|cases|others|more|percent|per cent|million|billion|times|pages|homes|jobs|residents|hours|days"
    r"|block|(?-i:[A-Z]\w+ )?(?:avenue|ave|street|st|road|rd|boulevard|blvd|drive|dr|lane|ln|way|nw|ne|sw|se)\b)"
)
_YEAR_BEHIND: Final = w.compiled(
    r"(?:'s)? (?:election|elections|presidential|general|primary|primaries|campaign|midterm|midterms|census|season|cycle|race|report"
    r"|law|budget|vote|was|saw|session|olympics)\b|'s (?-i:[a-z])"
)


def _is_year(before: str, after: str) -> bool:
    if _NUMBERED.search(before):
        return False
    if _YEAR_BEHIND.match(after) or _IN_YEAR.search(before):
        return True
    if _ABOUT.search(before) or _COUNTED.match(after):
        return False
    return bool(_YEAR_BEFORE.search(before) or _alone(before, after))


def _alone(before: str, after: str) -> bool:
    """Say whether a year ends a heading: `Strike tracker 2017`."""
    line = before.rpartition("\n")[2]
    return (not after or after[0] == "\n") and len(line) < _BEFORE and not line.rstrip()[-1:].isdigit()


_FRACTIONS: Final = ("1/2", "1/3", "2/3", "1/4", "3/4")


def _stands_out(before: str, after: str) -> bool:
    """Say whether a short date stands alone in brackets or in a column, or begins a line."""
    if not before.rpartition("\n")[2].strip(" \t-*•"):
        return bool(_LINE_HEAD.match(after))
    return before.rstrip(" \t")[-1:] in ("(", "|", "[", "\t") and after.lstrip(" \t")[:1] in (
        ")",
        "|",
        "]",
        "\t",
        "\n",
        "",
    )


_LINE_HEAD: Final = w.compiled(r"[ \t]*(?:[:|-]|(?-i:[A-Z])|$|\n)")
_EVERY: Final = w.compiled(
    r"\b(?:every(?: other)?|each|most|alternate|on any|super|black|good|ash|fat|cyber|giving|palm|ruby|bloody|easter|casual|holy|shrove|man|monday (?:through|to))[ ]$"
)
_TITLE: Final = w.compiled(
    r"[a-z]{6,9}(?:s\b| (?-i:(?:Morning )?(?:Times|Night Live|Night Football|Telegraph|Express|Post|Mail|Mirror|Globe|Herald|Journal|School|Service"
    r"|Review|Magazine|Edition|Independent|Star|Sun|World|Weld|Addams|Report|Today))\b|'s (?-i:Child(?:ren)?)\b| through (?:friday|saturday)\b)"
)


_ON: Final = w.compiled(r"\b(?:on|by|until|till|before|since|after|through|from|of)[ \n]$")
_ON_SHORT: Final = w.compiled(
    r"\b(?:on|by|until|till|before|since|after|through|from|dated|of|day,?|due|deadline:?|updated:?|posted:?)[ \n]$"
)
_ON_SEASON: Final = w.compiled(r"\b(?:in|by|over|during|until|since|through) (?:the )?(?:early |late )?$")
_ENDS_PHRASE: Final = w.compiled(
    r"\s*(?:[.,;:)?!\"-]|$)| (?:and|or|to|when|after|at|of this month|of the month|the|by|for|in|with|but|that|a|as)\b"
)
_DURING: Final = w.compiled(r"\b(?:the|first|his|her|their|its|our|\w's)[ ]$")
_AT_ONCE: Final = w.compiled(
    r"(?:'s (?:\w+ )?(?:announcement|decision|action|ruling|vote|hearing|news|letter|order|meeting|release|report|statement)| (?:announce|joined|sent|filed|issued|urged|called|said|wrote|led|released|signed|at|is|in (?-i:[A-Z]))|, (?:\w+ )?(?:we|i|the)\b)\w*"
)
_AT_START: Final = w.compiled(r"(?:^|[.!?\n][\"' ]{0,3}|\b(?:earlier|later|as of|until|by|from|on) )$")
_NOW_BEHIND: Final = w.compiled(
    r"'s (?:world|society|young|youth|standards|economy|children|kids|generation|america)\b"
)
_NOT_UNIT: Final = w.compiled(r"(?:-|'s? (?:worth|old)\b| old\b)")


def _is_relative(text: str, mention: Mention, before: str, after: str) -> bool:
    words = text[mention.start : mention.end].lower()
    if words.startswith(("last", "next")) and _DURING.search(before):
        return False  # the last year, their next week: how long, not when
    if _NOW_BEHIND.match(after) or _NOT_UNIT.match(after):
        return False
    if words.startswith("in "):
        return lean(text, mention.start, mention.end) == FUTURE
    return words != "today" or _is_this_day(text, mention, before, after)


def _is_this_day(text: str, mention: Mention, before: str, after: str) -> bool:
    """Say whether `today` is the day of the text: `today announced`, `sent today`, and not `our schools today`."""
    if _AT_ONCE.match(after) or lean_of("", after.partition(" ")[2].partition(" ")[0]) or _AT_START.search(before):
        return True
    return lean_of(sentence_around(text, mention.start, mention.end)[0], "") != NEUTRAL
