"""What a date is there for: a stamp, the date of a post, a dateline, a heading, a deadline; and what it governs.

Roles come from layout and from the words right before a date. A role that dates the words around it also says how far:
a heading what is below, a dateline its story, the date line of a post its post.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from regesta.ingest.extract import _date_words as w
from regesta.ingest.extract._date_forms import Day, DayOfMonth, Either, Form, Shift, Weekday
from regesta.ingest.extract._date_grammar import Mention
from regesta.ingest.extract._date_tense import lean_of, sentence_around

_LINE: Final = 160  # characters of a line that are looked at; the label of a date stands near it
DUE: Final = "due"
STAMP: Final = "stamp"
POST: Final = "post"
DATELINE: Final = "dateline"
HEADING: Final = "heading"


@dataclass(frozen=True, slots=True)
class Placed:
    """A mention in its place: its role (``sense``), where the sentence leans, and how far it dates the words around.

    ``governs`` is a range of the text, None where the date dates nothing but itself. ``stamp`` tells what a stamp
    stamps: `published` or `updated`.
    """

    mention: Mention
    lean: int
    sense: str = ""
    stamp: str = ""
    governs: tuple[int, int] | None = None


def place(text: str, mentions: list[Mention]) -> list[Placed]:
    """Return the mentions with their roles, in the same order."""
    previous, placed = 0, []
    for mention in mentions:
        placed.append(_place(text, mention, previous))
        previous = mention.end
    return _with_reach(text, placed)


_UPDATED: Final = r"updated|modified|revised|corrected|edited|amended|correction|clarification"
_PUBLISHED: Final = r"published|posted|release date|publication date|for immediate release|for release"
_LABEL: Final = w.compiled(
    rf"(?:^|[|·•\[({{\-]|\bPM |\bAM |, ?)[\s#>*_]*"
    rf"(?:(?:this|the|our) (?:story|article|post|page|report|list|tracker) )?"
    rf"(?:(?:was|has been|were) )?(?:(?:last|first|originally|most recently) )?"
    rf"(?:(?P<updated>{_UPDATED}|update)|(?P<published>{_PUBLISHED}))\b(?: on| at| as of| :)?[\s:*_,\-|(]*(?:on |at )?$"
)
_THIS_STORY: Final = w.compiled(
    rf"\b(?:story|article|post|page|report|list|tracker|version|item|column|piece|page's|map|document)\b[^.\n]{{0,30}}?"
    rf"\b(?:was|has been|were|is)\b[^.\n]{{0,20}}?"
    rf"\b(?:(?P<updated>{_UPDATED})|(?P<published>published|posted))\b[^.\n]{{0,30}}$"
)
_BYLINE: Final = w.compiled(r"^\W*By [^\n]{3,80}(?:[|·•,\-]|\s{2}) *$")
_HANDLE: Final = w.compiled(r"@\w{1,30}\)?[\s·,•|:\-*_]{0,6}$")
_FOOTER: Final = w.compiled(r"-{1,2} ?[^\n@]{0,60}\(?@\w{1,30}\)?[\s·,•|:\-]{0,6}$")
_PLACE: Final = w.compiled(
    r"^\W{0,4}(?-i:[A-Z][A-Z.'\- ]{2,40})(?:, ?(?-i:[A-Z])[\w. ]{1,20})?(?: \((?-i:[A-Z])[\w ]{1,20}\))?[, (\-]{1,5}$"
)
_DASH: Final = w.compiled(r"^\)?,? ?(?:\([^)\n]{2,40}\) ?)?(?:/[^/\n]{2,30}/ ?)?-{1,2} ?")
_LETTER_PLACE: Final = w.compiled(r"^(?-i:[A-Z])[\w.]+(?: (?-i:[A-Z])[\w.]+){0,3}(?:, ?(?-i:[A-Z])[\w.]+)?,? $")
_DATE_LABEL: Final = w.compiled(r"^\W*(?:date|sent|dated|day \d+)\s?[:\-]?\s{0,20}$")
_WRAPPED: Final = 55  # characters of a line that may be wrapped prose
_HEAD: Final = 1_000  # characters; the date of a release stands in its first lines
_LABELLED: Final = w.compiled(r"(?:[:|·•]| -) {0,3}$")
_OF_SOMETHING: Final = w.compiled(
    r"\b(?:when|where|deadline|due|hearing|event|meeting|expires|effective|begins|ends|until)\b"
)
_MARKS: Final = w.compiled(r"^[\s#>*•_\-–—\[(+]*$")
_HEADED: Final = w.compiled(r"^[)\]*_:]{0,4}\s*(?:$|[|/·•\-]{1,2}\s|:\s|\(|\))")
_DUE_BEFORE: Final = w.compiled(
    r"\b(?:by|until|till|no later than|not later than|on or before|prior to|before|due(?: on| by| in| date is)?"
    r"|deadline(?: of| is| was)?)"
    r"(?: (?:the )?(?:close of business|cob|end of (?:the )?(?:business )?day|noon|midnight))?"
    r"(?: on|,)?:?(?: the)?[ \n]$"
)
_DUE_CHARS: Final = 60  # "no later than the close of business on"
_NOT: Final = w.compiled(r"\b(?:not|never|n't)\b")
_DUE_NEAR: Final = w.compiled(r"\bdeadline\b[^.;\n]{0,60}\b(?:is|was|of|to|for|until|:)\s$")
_CLOCK_FIRST: Final = w.compiled(r"\d{1,2}:\d\d")
_BULLET: Final = w.compiled(r"[ \t]*[-*•–+][ \t]+(?![-*])")
_POST_CHARS: Final = 1_500  # of a post with its pieces; the glued text of a page may have no end of line above it
_DUE_BEHIND: Final = w.compiled(r"^(?:'s)? (?:\w+ )?(?:deadline|due date|cutoff|cut-off)\b")


def _place(text: str, mention: Mention, previous: int) -> Placed:
    start, end = mention.start, mention.end
    at = _line_start(text, start)
    stop = text.find("\n", end, end + _LINE)
    line_end = stop if stop >= 0 else min(len(text), end + _LINE)
    before, after = text[at:start], text[end:line_end]
    whole = _is_day(mention.form)
    sentence = sentence_around(text, start, end)
    ahead = lean_of(*sentence)
    if isinstance(mention.form, Day | Either | Shift | Weekday) and (
        label := _LABEL.search(text[max(at, previous) : start]) or _THIS_STORY.search(before)
    ):
        return Placed(mention, ahead, STAMP, "updated" if label["updated"] else "published")
    if whole and _is_post(text, mention, before, after):
        return Placed(mention, ahead, POST)
    if whole and _PLACE.search(before) and _DASH.search(after):
        return Placed(mention, ahead, DATELINE)
    if whole and _is_heading(text, mention, at, line_end):
        return Placed(mention, ahead, HEADING)
    if _is_due(*sentence, ahead):
        return Placed(mention, ahead, DUE)
    return Placed(mention, ahead)


def _is_day(form: Form) -> bool:
    return isinstance(form, Day | Either | Weekday | DayOfMonth) or (isinstance(form, Shift) and form.unit == "day")


def _is_post(text: str, mention: Mention, before: str, after: str) -> bool:
    return bool(_HANDLE.search(before)) or (not before.strip() and not after.strip() and _stamped(text, mention))


def _wraps(text: str, at: int) -> bool:
    """Say whether a line goes on with the sentence of the line before, as in mail that is wrapped at 72 columns."""
    line = text[max(0, at - _LINE) : at].rstrip("\r\n").rpartition("\n")[2]
    return len(line) >= _WRAPPED and (line[-1].isalnum() or line[-1] == ",") and text[at - 2 : at] != "\n\n"


def _is_heading(text: str, mention: Mention, at: int, line_end: int) -> bool:
    """Say whether a date opens the lines below it: alone in its line, at the head of one, or behind a byline's `|`."""
    if not isinstance(mention.form, Day | Either):
        return False
    before, after = text[at : mention.start], text[mention.end : line_end]
    if _MARKS.match(before):
        return bool(_HEADED.match(after)) and not _wraps(text, at)
    if _DATE_LABEL.match(before) or _BYLINE.match(before):
        return bool(_HEADED.match(after))
    labelled = at < _HEAD and mention.form.explicit and _LABELLED.search(before) and not _OF_SOMETHING.search(before)
    return not after.strip() and bool(labelled or _LETTER_PLACE.match(before))


def _is_due(before: str, after: str, ahead: int) -> bool:
    if _DUE_BEHIND.match(after) or _DUE_NEAR.search(before[-2 * _DUE_CHARS :]):
        return True
    found = _DUE_BEFORE.search(before[-_DUE_CHARS:])
    if found and found[0].lower().startswith("before") and _NOT.search(before):
        return False
    return bool(found) and (ahead > 0 or found[0].lower().startswith(("due", "deadline")))  # type: ignore[index]


# How far a date governs ------------------------------------------------------------------------------------------


def _with_reach(text: str, placed: list[Placed]) -> list[Placed]:
    """Return the mentions with the range that each dates: what is above the date line of a post, else what is below."""
    opening = [item for item in placed if _opens(text, item)]
    below = {id(item): _below(text, item, following) for item, following in zip_longest(opening, opening[1:])}
    reached, footer = [], 0
    for item in placed:
        governs = below.get(id(item))
        if item.sense == POST and governs is None:
            governs = _above(text, item.mention.start, footer), item.mention.end
            footer = item.mention.end
        reached.append(replace(item, governs=governs))
    return reached


def _opens(text: str, item: Placed) -> bool:
    if item.sense == POST:
        at = _line_start(text, item.mention.start)
        return not (_FOOTER.search(text[at : item.mention.start]) or _stamped(text, item.mention))
    return item.sense in (HEADING, DATELINE) or item.stamp == "published"


def _below(text: str, item: Placed, following: Placed | None) -> tuple[int, int]:
    """Return from the line of a date to that of the next; a list item governs itself, a lone post its paragraph."""
    start = _line_start(text, item.mention.start)
    end = _line_start(text, following.mention.start) if following else len(text)
    if _BULLET.match(text, start):
        return start, min(end, _find(text, "\n", item.mention.end))
    if item.sense == POST and following is None:
        return start, min(end, _find(text, "\n\n", item.mention.end + 2))
    return start, max(start, end)


def _above(text: str, start: int, floor: int) -> int:
    """Return where the paragraph begins that a post's date line closes."""
    words = text[max(floor, start - _POST_CHARS) : start]
    body = words.rstrip(" \t\r\n-")
    cut = max(body.rfind("\n\n"), -1)
    return start - len(words) + cut + 1


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", max(0, at - _LINE), at) + 1, at - _LINE, 0)


def _find(text: str, sign: str, at: int) -> int:
    found = text.find(sign, at)
    return found if found >= 0 else len(text)


def _stamped(text: str, mention: Mention) -> bool:
    """Say whether one clock stands before the day, as in the date line below a post: `9:14 AM - 3 Jul 2017`."""
    timed = len(mention.clocks) == 1 and isinstance(mention.form, Day)
    return timed and bool(_CLOCK_FIRST.match(text, mention.start))
