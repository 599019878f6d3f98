"""Whether the words around a date look back or ahead: `said Thursday`, `will vote Thursday`, `by July 14`.

Only the sentence is looked at, and of it no more than some hundred characters on either side. First the words right
before the date decide, then the nearest clause with a cue, those before the date before those behind it.
"""

from __future__ import annotations

import re
from typing import Final

from regesta.ingest.extract._date_forms import FUTURE, NEUTRAL, PAST
from regesta.ingest.extract._date_words import compiled, word_set

_REACH: Final = 200  # characters; the verb of a date stands nearer
_TAIL_WORDS: Final = 8

_IRREGULAR: Final = word_set("""
    was were had did said told sent came went met won lost led left made took gave got held kept put set wrote began
    became saw found sought thought brought bought built cast chose cut dealt drew drove fell felt fought forgot
    froze grew heard hit hurt knew laid lay meant paid quit ran rang read rose sang shot shook shut sold spent split
    spoke stood stole struck swore taught threw understood withdrew woke broke ended hid bid beat bore fled flew
""")
_NO_VERBS: Final = word_set("hundred united sacred registered limited embed shed")
_FUTURE: Final = compiled(
    r"\b(?:will|won't|would|shall|must|should|might|could|can|cannot|(?-i:may)|going to|due|deadline|upcoming|please"
    r"|join us|tune in|scheduled (?:for|to)|slated|expect(?:ed|s|ing)?|plan(?:s|ned|ning)?|intends?|hopes?|aims?"
    r"|ahead of|(?:is|are|was|were|be|been|'s|'re) (?:(?:now|also|still|tentatively) )?"
    r"(?:scheduled|slated|expected|set|planned|due|to)|(?:has|have|had) (?:to|until|till)"
    r"|(?:is|are|am|'re|'m) (?:\w{3,12}ly )?(?:not )?(?!during|according)\w{2,15}ing)\b"
    r"|'ll\b"
)
_AHEAD: Final = word_set("effective scheduled slated expected set planned due")
_MAY_LEAD: Final = word_set("""
    will would shall must should might could can cannot may going due deadline upcoming please join tune scheduled
    slated expect expected expects expecting plan plans planned planning intend intends hope hopes aim aims ahead is
    are was were be been am has have had
""")
_PRESENT: Final = word_set(
    "return returns meet meets convene convenes begin begins resume resumes expire expires appear appears"
)
_PERFECT: Final = compiled(r"\b(?:has|have|having|had) (?!to\b|until\b|till\b)")
_CLAUSE: Final = compiled(
    r"[,;:()]| - |\b(?:that|which|who|whom|because|after|before|when|while|as|but|whether|where|if)\b"
)
_FOR: Final = compiled(
    r"\b(?:hearing|vote|meeting|trial|session|election|rally|conference|briefing|set|\w{0,3}schedul\w{2,3}"
    r"|call(?:s|ed)?|plan(?:s|ned)?|slated)(?: [\w'-]{1,20}){0,3} for$"
)
_PLANNED: Final = compiled(
    r"\beffective$|\b(?:was|were|had been|originally|initially) (?:\w{2,12}ly )?"
    r"(?:scheduled|slated|expected|set|planned|due)\b"
)


def _phrases(*phrases: str) -> tuple[str, ...]:
    return tuple(f" {phrase}" for phrase in phrases)


_SINCE: Final = _phrases("since", "as of", "dated", "back to", "since at least")
_BY: Final = _phrases("by", "until", "till", "no later than", "not later than", "on or before", "prior to", "within")
_HOURS: Final = _phrases("close of business", "end of business", "end of business day", "end of", "noon", "midnight")
_AFTER: Final = _phrases("after", "following")
_SCHEDULED: Final = _phrases("scheduled", "slated", "expected", "planned", "due", "set")
_TIMETABLE: Final = _phrases(
    "is", "are", "meet", "meets", "votes", "begins", "begin", "starts", "start", "opens", "open", "closes", "close",
    "ends", "end", "expires", "expire", "takes effect", "take effect", "resumes", "convenes", "returns", "arrives",
    "runs", "reopens", "goes", "comes", "falls", "kicks off", "airs", "launches", "concludes", "meets in", "begins in",
    "starts in", "opens in", "resumes in", "convenes in", "expires in",
)  # fmt: skip
_ARTICLES: Final = ("the", "a", "an", "its", "his", "her", "their")

# A full stop ends a sentence before a space and a capital, but not behind an abbreviation or an initial.
_STOP: Final = re.compile(r"[.!?][\"')]{0,2}(?:\s|(?=[A-Z\"]))|\n[ \t]*(?=\n|[-*•#])")
_LAST_WORD: Final = re.compile(r"[\w.'-]{1,20}$")
_ABBREVIATIONS: Final = word_set("""
    gov sen rep mr mrs ms dr st no lt gen atty sec jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed
    thu thur thurs fri sat sun a.m p.m u.s d.c ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass
    mich minn miss mo mont neb nev n.h n.j n.m n.y n.c n.d okla ore pa r.i s.c s.d tenn tex vt va wash w.va wis wyo
    inc co vs
""")


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words of the sentence before and behind a range."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    stops = [stop for stop in _STOP.finditer(before) if _is_stop(before, stop)]
    stop = next((stop for stop in _STOP.finditer(after) if _is_stop(after, stop)), None)
    return before[stops[-1].end() if stops else 0 :], after[: stop.start()] if stop else after


def _is_stop(words: str, stop: re.Match[str]) -> bool:
    if stop[0][:1] != ".":
        return True
    word = _LAST_WORD.search(words, max(0, stop.start() - 20), stop.start())
    return not word or not (word[0].lower() in _ABBREVIATIONS or re.fullmatch(r"[A-Z]", word[0]))


def lean(text: str, start: int, end: int) -> int:
    """Return whether the words around a date look back (PAST), ahead (FUTURE), or tell neither."""
    return lean_of(*sentence_around(text, start, end))


def lean_of(before: str, after: str) -> int:
    """Return the lean of a sentence of which these words stand before and behind a date."""
    opened = before.rfind("(")
    if opened > before.rfind(")"):  # words in brackets lean by themselves
        before, after = before[opened + 1 :], after.partition(")")[0]
    words = before.lower().split()[-_TAIL_WORDS:]
    articled = bool(words) and before[-1:].isspace() and (words[-1] in _ARTICLES or words[-1].endswith("'s"))
    tail = " " + " ".join(words[:-1] if articled else words).removesuffix(" on")
    found = _by_preposition(tail, before, after)
    if found is not None:
        return found
    if articled and (found := _first_cue(_CLAUSE.split(after)[0])):
        return found  # "said the August recess would"
    return _by_verb(tail, before, after)


def _by_preposition(tail: str, before: str, after: str) -> int | None:
    """Return the lean where a preposition right before the date tells it, None where none does."""
    if tail.endswith(_SINCE):
        return PAST
    hours = next((phrase for phrase in _HOURS if tail.endswith(phrase)), "")
    if tail.removesuffix(hours).removesuffix(" the").endswith(_BY):
        return PAST if _overtaken(before, after) else FUTURE
    if tail.endswith(_AFTER) and not (_FUTURE.search(before) or _FUTURE.search(after)):
        return PAST
    return None


def _by_verb(tail: str, before: str, after: str) -> int:
    """Return the lean that the nearest verb gives."""
    words = [word for word in tail.split() if not word.endswith("ly") and word not in ("in", "late", "early", "back")]
    if words and _is_past(words[-1]) and words[-2:-1] not in (["be"], ["being"]) and not tail.endswith(_SCHEDULED):
        return PAST
    if not _AHEAD.isdisjoint(words) and _PLANNED.search(tail):
        return NEUTRAL
    if tail.removesuffix(" again").endswith(_TIMETABLE) or (tail.endswith(" for") and _FOR.search(tail)):
        return FUTURE
    clauses = reversed(_CLAUSE.split(before)) if _cue(before) else ()
    found = next((found for clause in clauses if (found := _cue(clause))), NEUTRAL)
    if found or not _cue(after):
        return found
    return next((found for clause in _CLAUSE.split(after) if (found := _first_cue(clause))), NEUTRAL)


def _overtaken(before: str, after: str) -> bool:
    """Say whether `by Thursday` is no deadline: `By Thursday 44 states had refused`."""
    before = before.rpartition(";")[2]
    if _PERFECT.search(before) and not _FUTURE.search(before):
        return True
    return len(before.split()) < 3 and not _FUTURE.search(after) and _cue(after) == PAST


def _cue(clause: str) -> int:
    words = clause.lower().split()
    if _looks_ahead(clause, words):
        return FUTURE
    if not _IRREGULAR.isdisjoint(words) or any(_is_past(word) for word in words if "ed" in word[-5:]):
        return PAST
    if "ha" in clause and _PERFECT.search(clause):
        return PAST
    return NEUTRAL if _PRESENT.isdisjoint(words) else FUTURE  # "lawmakers return to the capitol on Wednesday"


def _looks_ahead(clause: str, words: list[str]) -> bool:
    """Say whether a cue of the future is there; the pattern is tried only where a word of it is."""
    return (not _MAY_LEAD.isdisjoint(words) or "'" in clause) and bool(_FUTURE.search(clause))


def _first_cue(clause: str) -> int:
    """Return the lean of the first verb of a clause."""
    ahead = _FUTURE.search(clause)
    return _cue(clause[: ahead.start()]) or FUTURE if ahead else _cue(clause)


def _is_past(word: str) -> bool:
    bare = word.strip(".,\"'")
    return bare in _IRREGULAR or (bare.endswith("ed") and len(bare) > 3 and bare[-3] != "e" and bare not in _NO_VERBS)
