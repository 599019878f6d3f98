"""Whether the words around a date look back or ahead: `said Thursday`, `will vote Thursday`, `by July 14`.

Only the sentence is looked at, and of it no more than some hundred characters on either side. The nearest clause with a
cue decides: first the words before the date, from the nearest clause outwards, then those behind it.
"""

from __future__ import annotations

import re
from typing import Final

from regesta.ingest.extract._date_forms import FUTURE, NEUTRAL, PAST
from regesta.ingest.extract._date_words import compiled

_REACH: Final = 240  # characters; a long sentence of a news text

_IRREGULAR: Final = (
    "was were had did said told sent came went met won lost led left made took gave got held kept put set wrote began "
    "became saw found sought thought brought bought built cast chose cut dealt drew drove fell felt fought forgot froze "
    "grew heard hit hurt knew laid lay meant paid quit ran rang read rose sang shot shook shut sold spent split spoke "
    "stood stole struck swore taught threw understood withdrew woke broke ended hid bid beat bore fled flew"
).split()
_VERB: Final = rf"(?:(?:\w{{2,20}}(?<![aeiou]e)ed)|{'|'.join(_IRREGULAR)})"
_PAST: Final = compiled(
    rf"\b(?!(?:need|feed|seed|indeed|proceed|exceed|succeed|speed|hundred|united|sacred|registered|limited)\b){_VERB}\b"
    r"|\b(?:has|have|having) (?!to\b|until\b|till\b)"
)
_FUTURE: Final = compiled(
    r"\b(?:will|won't|would|shall|must|should|might|could|can|cannot|(?-i:may)|going to|due|deadline|upcoming|please|join us|tune in"
    r"|(?:is|are|was|were|be|been|'s|'re) (?:(?:now|also|still|tentatively) )?(?:scheduled|slated|expected|set|planned|due|to)"
    r"|scheduled (?:for|to)|slated|expect(?:ed|s|ing)?|plan(?:s|ned|ning)?|intends?|hopes?|aims?|ahead of"
    r"|(?:has|have|had) (?:to|until|till)|(?:is|are|am|'re|'m) (?:\w{3,12}ly )?(?:not )?(?!during|according)\w{2,15}ing)\b|'ll\b"
)
_PRESENT: Final = compiled(
    r"\b(?:is|are|meets?|votes?|begins?|starts?|opens?|closes?|ends?|expires?|takes? effect|resumes?|convenes?|returns?|arrives?"
    r"|(?:meets|begins|starts|opens|resumes|convenes|expires) in|runs?|reopens?|goes|comes|falls?|kicks off|airs?|launches|concludes?)(?: on| again)?(?: the)? $"
)
_GOVERNED: Final = compiled(
    r"\b(?:by|until|till|no later than|not later than|on or before|prior to|within)"
    r"(?: (?:the )?(?:close of business|end of (?:the )?(?:business )?day|end of|noon|midnight|5 p\.?m\.?))?(?: on|,)?(?: the)?[ \n]$"
)
_FOR: Final = compiled(
    r"\b(?:hearing|vote|meeting|trial|session|election|rally|conference|briefing|set|\w*schedul\w+|call\w*|plan\w*|slated)"
    r"\b(?: [\w'-]+){0,3} for(?: the)? $"
)
_NOUN_BEFORE: Final = compiled(r"(?:\bthe|\ba|\ban|\bits|\bhis|\bher|\btheir|\w's) $")  # "said the August recess would"
_SINCE: Final = compiled(r"\b(?:since|as of|dated|dating back to|back to)(?: the| at least)?[ \n]$")
_AFTER: Final = compiled(r"\b(?:after|following)(?: the| last)?[ \n]$")
_SAID: Final = compiled(rf"(?<!\bbe )(?<!\bbeing )\b{_VERB}(?: (?:\w{{2,12}}ly|on|in|late|early|back))?(?: the)?[ \n]$")
_PLANNED: Final = compiled(
    r"\beffective (?:on )?$|\b(?:was|were|had been|originally|initially) (?:\w+ly )?(?:scheduled|slated|expected|set|planned|due)\b"
)
_PERFECT: Final = compiled(r"\b(?:had|has|have)\b")
# A full stop ends a sentence before a space and a capital, but not behind an abbreviation such as Gov. or Jan.
_STOP: Final = re.compile(
    r"(?<![A-Z][a-z])(?<![A-Z][a-z]{2})(?<![A-Z][a-z]{3})(?<!\b[A-Z])[.!?][\"')]{0,2}(?:\s|(?=[A-Z\"]))|\n[ \t]*\n|\n[ \t]*[-*•#]"
)
_CLAUSE: Final = compiled(
    r"[,;:()]| - |\b(?:that|which|who|whom|because|after|before|when|while|as|but|whether|where|if)\b"
)


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words of the sentence before and behind a range."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    cut = max((stop.end() for stop in _STOP.finditer(before)), default=0)
    stop = _STOP.search(after)
    return before[cut:], after[: stop.start()] if stop else after


def lean(text: str, start: int, end: int) -> int:
    """Return whether the words around a date look back (PAST), ahead (FUTURE), or tell neither."""
    return lean_of(*sentence_around(text, start, end))


def lean_of(before: str, after: str) -> int:
    """Return the lean of a sentence of which these words stand before and behind a date."""
    opened = before.rfind("(")
    if opened > before.rfind(")"):  # words in brackets lean by themselves
        before, after = before[opened + 1 :], after.partition(")")[0]
    if _SINCE.search(before):
        return PAST
    if _GOVERNED.search(before):
        return PAST if _overtaken(before, after) else FUTURE
    if _NOUN_BEFORE.search(before) and (found := _first_cue(_CLAUSE.split(after)[0])):
        return found
    if _SAID.search(before) and not _FUTURE_SAID.search(before):
        return PAST
    if _PLANNED.search(before):
        return NEUTRAL
    if _PRESENT.search(before) or _FOR.search(before):
        return FUTURE
    if _AFTER.search(before) and not (_FUTURE.search(before) or _FUTURE.search(after)):
        return PAST
    for clause in reversed(_CLAUSE.split(before)):
        if found := _cue(clause):
            return found
    return next((found for clause in _CLAUSE.split(after) if (found := _first_cue(clause))), NEUTRAL)


_FUTURE_SAID: Final = compiled(r"\b(?:scheduled|slated|expected|planned|due|set)(?: (?:for|on|in))?(?: the)?[ \n]$")


def _overtaken(before: str, after: str) -> bool:
    """Say whether `by Thursday` is no deadline: `By Thursday 44 states had refused`."""
    before = before.rpartition(";")[2]
    return bool(_PERFECT.search(before) and not _FUTURE.search(before)) or (
        len(before.split()) < 3 and not _FUTURE.search(after) and bool(_PAST.search(after))
    )


def _cue(clause: str) -> int:
    if _FUTURE.search(clause):
        return FUTURE
    return PAST if _PAST.search(clause) else NEUTRAL


def _first_cue(clause: str) -> int:
    ahead, back = _FUTURE.search(clause), _PAST.search(clause)
    if ahead and (not back or ahead.start() < back.start()):
        return FUTURE
    return PAST if back else NEUTRAL
