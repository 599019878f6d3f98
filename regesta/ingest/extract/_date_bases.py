"""What relative dates count from: the publication of a text, known, printed, or bounded by what the text itself dates.

An embedded post and a dated past event are not after the publication, an update stamp and a deadline are not before it.
Where nothing bounds it on one side, the nearest bound is taken as a guess that says so (``guess``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from regesta.errors import EventError
from regesta.ingest.extract._date_forms import (
    FUTURE,
    NEUTRAL,
    PAST,
    Day,
    Either,
    Form,
    Month,
    Part,
    Season,
    Shift,
    Span,
    Years,
)
from regesta.ingest.extract._date_periods import Period, days_period
from regesta.ingest.extract._date_roles import DATELINE, DUE, HEADING, POST, Placed
from regesta.ingest.extract.model import Context
from regesta.schema._edtf import calendar_day, parse

_DAY: Final = timedelta(days=1)
_STORY: Final = timedelta(days=3)  # a story appears within days of the newest thing that it dates
_BOUNDED: Final = timedelta(days=45)  # bounds further apart than that say nothing of a weekday
_WIDEST: Final = timedelta(days=400)  # of an answer; a date somewhere within more than a year is no answer
_CACHE: Final = 4_096  # a text says "Thursday" and "this week" often
_YEARS: Final = range(1000, 9000)  # outside of them a context is a slip, and dates have no neighbours to count to
_END: Final = date(_YEARS.stop, 1, 1)
_ANY: Final = date(2000, 1, 1)  # explicit forms ignore their base


@dataclass(frozen=True, slots=True)
class Base:
    """The days that relative dates may count from. ``guess`` says on what it rests where it is not known.

    ``coarse`` bases tell the year of a day and nothing finer.
    """

    first: date
    last: date
    guess: str = ""
    coarse: bool = False

    @property
    def edtf(self) -> str:
        """The day or the interval."""
        return days_period(self.first, self.last).edtf


class Resolved(NamedTuple):
    """What date words mean: EDTF, first and last day, what that rests on, and the base where there is one."""

    period: Period
    basis: str
    base: Base | None


Parts = list[tuple[int, int, Base]]  # start and end of each in text order; none overlaps another


@dataclass(frozen=True, slots=True)
class Bases:
    """The base of the whole text, that of what was said when it was taken, and those of parts that have their own."""

    document: Base | None
    capture: Base | None
    posts: Parts
    sections: Parts

    def at(self, position: int) -> Base | None:
        """Return the base of the post at a position, else of its section, else of the document."""
        return _held(self.posts, position) or _held(self.sections, position) or self.document


@lru_cache(maxsize=_CACHE)
def resolve(form: Form, lean: int, base: Base | None) -> Resolved | None:
    """Return what a form means where every day of ``base`` may be the one that it counts from."""
    if form.explicit:
        period = _safely(form, base.first if base else _ANY, lean)
        return Resolved(period, _explicit_basis(form, period), None) if period else None
    if base is None or (base.coarse and not _tells_year(form)):
        return None
    if base.coarse and base.guess.startswith("year"):
        lean = NEUTRAL
    periods = dict.fromkeys(period for day in _days(form, lean, base) if (period := _safely(form, day, lean)))
    if not periods:
        return None
    if len(periods) == 1:
        (period,) = periods
        return Resolved(period, f"inferred:{base.guess}" if base.guess else f"relative:{base.edtf}", base)
    first, last = min(item.first for item in periods), max(item.last for item in periods)
    basis = f"inferred:{base.guess}" if base.guess else "bounded"
    return Resolved(days_period(first, last), basis, base) if last - first <= _WIDEST else None


def _explicit_basis(form: Form, period: Period) -> str:
    if isinstance(form, Either):
        return "bounded" if "/" in period.edtf else "inferred:order of day and month"
    return "explicit"


def _tells_year(form: Form) -> bool:
    if isinstance(form, Part):
        return _tells_year(form.whole)
    if isinstance(form, Span):
        return _tells_year(form.start)
    return isinstance(form, Day | Month | Season | Either) or (
        isinstance(form, Shift) and form.unit in ("year", "decade")
    )


def _days(form: Form, lean: int, base: Base) -> list[date]:
    """Return the days to count from: of what comes once a year the last for a past one, the first for one ahead."""
    # A week that the text calls "this week" holds the earliest thing that the text may have appeared with.
    if isinstance(form, Shift) and (form.unit, form.count) == ("week", 0):
        return [base.first]
    if lean != NEUTRAL and isinstance(form, Day | Month | Season):
        return [base.last if lean == PAST else base.first]
    return [base.first + count * _DAY for count in range((base.last - base.first).days + 1)]


def _safely(form: Form, base: date, lean: int) -> Period | None:
    try:
        return form.resolve(base, lean)
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        return None


# The bases of a text ---------------------------------------------------------------------------------------------


def find_bases(placed: list[Placed], context: Context) -> Bases:
    """Return the base of the document and of its parts."""
    rough = _rough(placed, context)
    document = _known(context.published) or _printed(placed, rough) or rough
    known = _known(context.published)
    posts: Parts = []
    sections: Parts = []
    for item in placed:
        dated = resolve(item.mention.form, NEUTRAL, document) if item.governs else None
        if dated and item.governs and dated.period.unit == "day" and not (known and dated.period.first > known.last):
            part = (*item.governs, Base(dated.period.first, dated.period.last))
            (posts if item.governs[1] == item.mention.end else sections).append(part)
    return Bases(document, _known(context.retrieved) or document, posts, sections)


def _held(parts: Parts, position: int) -> Base | None:
    index = bisect_right(parts, position, key=lambda part: part[0]) - 1
    return parts[index][2] if index >= 0 and position < parts[index][1] else None


def _known(edtf: str | None) -> Base | None:
    """Return the days of an EDTF date that is at most a month long."""
    try:
        parts = parse(edtf) if edtf else ()
    except EventError:
        return None
    if not parts or None in parts:
        return None
    first, last = _local(edtf or "", parts[0].first), _local(edtf or "", parts[-1].last)  # type: ignore[union-attr]
    if first is None or last is None or last - first > _BOUNDED:
        return None
    return Base(first, last)


def _local(edtf: str, second: int) -> date | None:
    """Return the day of a second; an instant's is the day that is written, whatever its offset."""
    year, month, day = calendar_day(second)
    written = edtf[:10] if "T" in edtf and "/" not in edtf else ""
    return (date.fromisoformat(written) if written else date(year, month, day)) if year in _YEARS else None


def _printed(placed: list[Placed], rough: Base | None) -> Base | None:
    """Return the publication as the text prints it: a dateline, a line `Published …`, the date at its head."""
    stamps = [item for item in placed if item.stamp == "published" or item.sense == DATELINE]
    headings = [item for item in placed if item.sense == HEADING]
    first = stamps[0] if stamps else headings[0] if len(headings) == 1 else None
    dated = first and resolve(first.mention.form, NEUTRAL, rough)
    return Base(dated.period.first, dated.period.last) if dated and dated.period.unit == "day" else None


def _rough(placed: list[Placed], context: Context) -> Base | None:
    """Return what the dates with a year, and the update and retrieval, say of the publication."""
    explicit = [(item, found.period) for item in placed if (found := resolve(item.mention.form, item.lean, None))]
    stamps = [period.last for item, period in explicit if item.stamp == "updated" and period.unit == "day"]
    updated, retrieved = _known(context.updated), _known(context.retrieved)
    highs = [*stamps, *(base.last for base in (updated, retrieved) if base)]
    lows = [
        p.first for item, p in explicit if p.unit == "day" and _is_past(item) and p.first <= min(highs, default=_END)
    ]
    low = max(lows, default=None) or max(_months(explicit), default=None)
    if low is not None:
        return _between(low, min([*highs, *_ahead(placed, low)], default=None))
    if stamps or updated:
        day = min([*stamps, *([updated.last] if updated else [])])
        return Base(day, day, guess=f"update {day.isoformat()}")
    if retrieved:
        return Base(retrieved.last, retrieved.last, guess=f"retrieval {retrieved.last.isoformat()}", coarse=True)
    return _in_year([item.mention.form.last for item, _ in explicit if isinstance(item.mention.form, Years)])


def _in_year(years: list[int]) -> Base | None:
    """Return the middle of the newest year that the text names: days without a year are most likely of it."""
    if not years or max(years) not in _YEARS:
        return None
    middle = date(max(years), 7, 1)
    return Base(middle, middle, guess=f"year {max(years)}", coarse=True)


def _is_past(item: Placed) -> bool:
    return item.sense == POST or (item.sense != DUE and item.stamp != "updated" and item.lean != FUTURE)


def _months(explicit: Iterable[tuple[Placed, Period]]) -> Iterator[date]:
    return (p.first for item, p in explicit if isinstance(item.mention.form, Month) and _is_past(item))


def _ahead(placed: list[Placed], low: date) -> Iterator[date]:
    """Yield the days that the publication is not after: update stamps, deadlines and what will be."""
    for item in placed:
        if isinstance(item.mention.form, Day) and not _is_past(item):
            found = resolve(item.mention.form, FUTURE, Base(low, low))
            if found and found.period.first >= low:
                yield found.period.first


def _between(low: date, high: date | None) -> Base:
    if high is not None and high - low <= _BOUNDED:
        return Base(low, high)
    return Base(low, low + _STORY, guess=f"newest date {low.isoformat()}")
