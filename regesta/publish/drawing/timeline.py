"""The timeline as a drawing: lanes with marks, in numbers and words; a template makes SVG of it.

What is known to the day is a solid mark, as wide as its day; what lies somewhere within a longer time is a span from
its earliest to its latest second, open where it has no bound. Events at the same place are one mark with their number.
A drawing is made for the least width that it is shown with, and places are given in shares of the width, so that it
may be shown wider. Guaranteed at that width and every greater one: no mark or label runs over another or over an edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final
from zoneinfo import ZoneInfo

from regesta.limits import MARK_CHARS
from regesta.publish.drawing._clusters import Placed, Scale, clusters
from regesta.publish.drawing._ladder import Ladder, Window
from regesta.publish.drawing._rows import Seat, length, seats
from regesta.publish.drawing._ticks import ticks
from regesta.publish.reading.events import EventRow, kind
from regesta.publish.reading.timeline import Cluster, Group, Strand
from regesta.replay.relations import NEVER
from regesta.schema.dates import describe, instant_text

CERTAIN: Final = "certain"
POSSIBLE: Final = "possible"
LATER: Final = "later"
PARTLY: Final = "partly"  # of several events, some by then and some not
# The same in words; timeline.js has them too.
_THEN: Final = {
    "": "", CERTAIN: "", POSSIBLE: " (perhaps by then)", PARTLY: " (some of them by then)", LATER: " (later)",
}  # fmt: skip
# Name and least width in pixels of the two drawings of a window; the style sheet shows one of them.
WIDTHS: Final = {"wide": 900.0, "narrow": 300.0}
BAR_PX: Final = 16
_ROW_PX: Final = 20
_HEAD_PX: Final = 20
_GAP_PX: Final = 8
AXIS_PX: Final = 36
_KINDS: Final = 3  # of a mark's events that are named


@dataclass(frozen=True, slots=True)
class Mark:
    """One event (``event`` is its number), or several (``cluster``), at a place of the drawing.

    It begins ``at`` % of the width, and ``shift`` pixels beside that; it is ``width`` % wide, or ``size`` pixels where
    that is 0. ``earliest`` and ``latest`` are seconds, None where open; ``inner``, where its events have not all the
    same dates, are the seconds when the last of them can have begun and the first ended. ``state`` is '' without an
    as-of date.
    """

    at: float
    shift: float
    width: float
    size: float
    y: float
    count: int
    event: int | None
    cluster: Cluster
    exact: bool
    earliest: int | None
    latest: int | None
    inner: str
    state: str
    words: str
    label: Writing | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """A label ``at`` % of the width and ``shift`` pixels beside; ``at_end``: there it ends. ``inside`` of its mark."""

    text: str
    at: float
    shift: float
    at_end: bool
    inside: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of a drawing: its title and the number of its events in the window, from ``y`` on, in pixels."""

    title: str
    y: float
    height: float
    count: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A tick of the axis ``at`` % of the width."""

    at: float
    text: str
    above: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A window drawn for at least ``width`` pixels; it is ``height`` pixels high."""

    name: str
    width: float
    height: float
    lanes: tuple[Lane, ...]
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A window of a story, drawn for each of the `WIDTHS`.

    ``first`` and ``last`` are the seconds of the first and last date of the story, ``undated`` is how many events have
    none. ``asof`` is the second of the as-of date, None without one, and ``cursor`` where it stands in %, None where
    that is outside. ``moves`` are the windows that one can go to, by the name of the move.
    """

    first: int
    last: int
    ladder: Ladder
    shown: Window
    words: str
    drawings: tuple[Drawing, ...]
    undated: int
    asof: int | None
    zone: ZoneInfo

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw in any window."""
        return not self.drawings

    @property
    def window(self) -> tuple[int, int]:
        """The seconds of the window that is drawn."""
        return self.shown.first, self.shown.last

    @property
    def moves(self) -> Mapping[str, Window]:
        """The windows that one can go to from this one, by the name of the move."""
        return self.ladder.moves(self.shown)

    @property
    def cursor(self) -> float | None:
        """Where the as-of date stands in %, None where there is none in this window."""
        if self.asof is None or not self.shown.first <= self.asof + 1 <= self.shown.last + 1:
            return None
        return _share((self.asof + 1 - self.shown.first) / self.shown.length)


# By drawing, for each lane: the marks of what is known to the day, and those of what is not.
Marks = Mapping[str, Sequence[tuple[Sequence[Placed], Sequence[Placed]]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all drawings of a window share. ``asof`` is the as-of second, None where there is none."""

    lanes: tuple[Strand, ...]
    window: Window
    zone: ZoneInfo
    asof: int | None


def place(sheet: Sheet, groups: Iterable[Group]) -> Marks:
    """Return the marks for what happened in the window of a sheet."""
    by_lane: list[list[Group]] = [[] for _ in sheet.lanes]
    for group in groups:
        by_lane[group.lane].append(group)
    scales = {name: Scale(sheet.window, width) for name, width in WIDTHS.items()}
    return {name: [clusters(its, scale) for its in by_lane] for name, scale in scales.items()}


def alone(marks: Marks) -> set[int]:
    """Return the numbers of the events that are marks of their own."""
    every = [mark for lanes in marks.values() for lane in lanes for part in lane for mark in part]
    return {mark.groups[0].event for mark in every if mark.count == 1}


def draw(sheet: Sheet, marks: Marks, events: Mapping[int, EventRow]) -> tuple[Drawing, ...]:
    """Return the drawing for each of the `WIDTHS`; ``events`` are those that `alone` names."""
    return tuple(_draw(Pen(sheet, name, WIDTHS[name], events), lanes) for name, lanes in marks.items())


def state(begin: tuple[int, int], end: tuple[int, int], second: int | None) -> str:
    """Return what is known at a second of events that begin and end between these seconds; '' at no second.

    >>> state((0, 0), (9, 9), 5), state((0, 3), (0, 3), 2)
    ('possible', 'partly')
    """
    if second is None:
        return ""
    if end[1] <= second:
        return CERTAIN
    if begin[0] > second:
        return LATER
    return POSSIBLE if begin[1] <= second < end[0] else PARTLY


def within(earliest: int, latest: int, zone: ZoneInfo) -> str:
    """Return in words that something lies between two seconds; ±`NEVER` is open.

    >>> within(0, 86_399, ZoneInfo("UTC")), within(-NEVER, 0, ZoneInfo("UTC"))
    ('1 January 1970', 'by 1 January 1970')
    """
    start, end = (".." if abs(second) == NEVER else _day(second, zone) for second in (earliest, latest))
    return describe(start if start == end else f"{start}/{end}")


def stretch(first: int, last: int, zone: ZoneInfo) -> str:
    """Return a window in words.

    >>> stretch(0, 2 * 86_400, ZoneInfo("UTC"))
    '1 to 3 January 1970'
    """
    return within(first, last, zone).removeprefix("between ").replace(" and ", " to ")


def _day(second: int, zone: ZoneInfo) -> str:
    return (instant_text(second, zone) or "").partition("T")[0]


@dataclass(frozen=True, slots=True)
class Pen:
    """What every mark of one drawing is drawn with."""

    sheet: Sheet
    name: str
    width: float
    events: Mapping[int, EventRow]


def _draw(pen: Pen, marks: Sequence[tuple[Sequence[Placed], Sequence[Placed]]]) -> Drawing:
    lanes, y = [], float(AXIS_PX)
    for strand, parts in zip(pen.sheet.lanes, marks, strict=True):
        lanes.append(_lane(pen, strand, parts, y))
        y += lanes[-1].height
    return Drawing(pen.name, pen.width, y, tuple(lanes), _strokes(pen))


def _lane(pen: Pen, strand: Strand, parts: Sequence[Sequence[Placed]], y: float) -> Lane:
    """Return a lane: in its upper rows what is known to the day, below that what is not."""
    marks, row = [], 0
    for placed in parts:
        texts = [_text(mark, strand, pen.events) for mark in placed]
        found = seats(placed, texts, pen.width)
        top = y + _HEAD_PX + row * _ROW_PX
        marks += [_mark(pen, mark, seat, top) for mark, seat in zip(placed, found, strict=True)]
        row += max((seat.row for seat in found), default=-1) + 1
    height = _HEAD_PX + row * _ROW_PX + _GAP_PX
    return Lane(strand.title, y, height, sum(mark.count for mark in marks), tuple(marks))


def _mark(pen: Pen, placed: Placed, seat: Seat, top: float) -> Mark:
    sheet, width = pen.sheet, pen.width
    at, shift = _anchor(placed, width)
    earliest, latest = placed.begin[0], placed.end[1]
    types = tuple(name for name, _ in placed.types)
    return Mark(
        at=at,
        shift=shift,
        width=0.0 if placed.fixed else _share((placed.right - placed.left) / width),
        size=placed.right - placed.left if placed.fixed else 0.0,
        y=top + seat.row * _ROW_PX,
        count=placed.count,
        event=placed.groups[0].event if placed.count == 1 else None,
        cluster=Cluster(types, placed.exact, placed.begin, placed.end),
        exact=placed.exact,
        earliest=None if earliest == -NEVER else earliest,
        latest=None if latest == NEVER else latest,
        inner=_inner(placed),
        state=state(placed.begin, placed.end, sheet.asof),
        words=_words(placed, sheet, pen.events),
        label=_writing(placed, seat, width, at, shift),
    )


def _inner(placed: Placed) -> str:
    if placed.begin[0] == placed.begin[1] and placed.end[0] == placed.end[1]:
        return ""
    return " ".join("open" if abs(second) == NEVER else str(second) for second in (placed.begin[1], placed.end[0]))


def _anchor(placed: Placed, width: float) -> tuple[float, float]:
    """Return the place of a mark in %, and pixels beside it: a mark of fixed width keeps its middle, or the edge."""
    if not placed.fixed:
        return _share(placed.left / width), 0.0
    size = placed.right - placed.left
    if placed.left <= 0:
        return 0.0, 0.0
    if placed.right >= width:
        return 100.0, -size
    return _share((placed.left + size / 2) / width), -size / 2


def _writing(placed: Placed, seat: Seat, width: float, at: float, shift: float) -> Writing | None:
    label = seat.label
    if label is None:
        return None
    if label.inside or label.at_end or placed.fixed:
        return Writing(label.text, at, shift + label.x - placed.left, label.at_end, label.inside)
    return Writing(label.text, _share(placed.right / width), label.x - placed.right, label.at_end, label.inside)


def _text(placed: Placed, strand: Strand, events: Mapping[int, EventRow]) -> str:
    """Return what is written beside a mark: what happened, or the kinds of its events where the lane has several."""
    if placed.count == 1:
        return events[placed.groups[0].event].title
    if len(strand.types) == 1:
        return ""
    return ", ".join(kind(name) for name, _ in placed.types)


def _kinds(placed: Placed) -> str:
    named = [f"{count:,} {kind(name)}" for name, count in placed.types[:_KINDS]]
    rest = sum(count for _, count in placed.types[_KINDS:])
    return ", ".join([*named, f"{rest:,} more"] if rest else named)


def _words(placed: Placed, sheet: Sheet, events: Mapping[int, EventRow]) -> str:
    """Return a mark in words: when, what, and how that stands to the as-of date."""
    then = _THEN[state(placed.begin, placed.end, sheet.asof)]
    if placed.count == 1:
        event = events[placed.groups[0].event]
        return f"{event.when}: {_cut(event.title)}{then}"
    return f"{placed.count:,} events, {within(placed.begin[0], placed.end[1], sheet.zone)}: {_kinds(placed)}{then}"


def _cut(title: str) -> str:
    return title if len(title) <= MARK_CHARS else f"{title[: MARK_CHARS - 1].rstrip()}…"


def _strokes(pen: Pen) -> tuple[Stroke, ...]:
    window, width = pen.sheet.window, pen.width
    found = ticks(window.first, window.last, pen.sheet.zone, width)
    scale = Scale(window, width)
    xs = [scale.x(tick.second) for tick in found]
    # What begins where is said over its tick, unless the next such words begin before these end.
    said = [number for number, tick in enumerate(found) if tick.above]
    crowded = {
        number
        for number, after in zip_longest(said, said[1:])
        if xs[number] + length(found[number].above) + 6 > (xs[after] if after is not None else width)
    }
    return tuple(
        Stroke(
            _share(x / width),
            tick.text if x + length(tick.text) < width else "",
            "" if number in crowded else tick.above,
        )
        for number, (x, tick) in enumerate(zip(xs, found, strict=True))
    )


def _share(part: float) -> float:
    return round(part * 100, 3)
