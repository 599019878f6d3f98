"""The page of something that events are about, and the list of all of these.

Guarantees that everything known of it is on its page or a link away, and that what was not yet certain at the date
asked for is marked.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from datasette import NotFound, Response

from regesta.config import Config
from regesta.errors import UsageError
from regesta.limits import SUBJECT_EVENTS, SUBJECT_ROWS, SUBJECTS_LISTED, SUBJECTS_SHOWN
from regesta.publish.pages.visit import Visit
from regesta.publish.reading import rows
from regesta.publish.reading.members import Words, end_of
from regesta.publish.reading.references import Reference, References
from regesta.publish.reading.subjects import Kind, Story, kinds, story
from regesta.publish.reading.subjects import subjects as subjects_of
from regesta.replay.asof import Moment

_PROPOSAL: Final = "proposal/"


@dataclass(frozen=True, slots=True)
class About:
    """What the page of a subject shows. ``references`` knows the names of all that its events are about."""

    reference: Reference
    story: Story
    standing: rows.Standing
    references: References

    @property
    def known(self) -> bool:
        """Whether the archive has anything of it."""
        named = self.story.count or self.story.superseded or self.story.later
        return bool(named or self.standing.listed or self.standing.itself)


async def subjects(visit: Visit) -> Response:
    """Answer with all that events are about, or with that of one kind."""
    kind, page = visit.argument("kind"), _page(visit)

    def read(db: sqlite3.Connection) -> list[Kind]:
        references = References(db, visit.config)
        if not kind:
            return kinds(db, references, SUBJECTS_SHOWN)
        return [subjects_of(db, references, kind, slice((page - 1) * SUBJECTS_LISTED, page * SUBJECTS_LISTED))]

    found = await visit.read(read)
    if kind and not found[0].subjects:
        raise NotFound(f"No event is about anything of the kind {kind!r:.80}.")
    return visit.page("subjects.html", kinds=found, kind=kind, page=page, size=SUBJECTS_LISTED)


async def subject(visit: Visit, subject: str) -> Response:
    """Answer with the page of one thing; what is about an event leads to that event."""
    name, moment, page = subject, visit.moment(), _page(visit)
    if name.startswith(_PROPOSAL) and visit.editor:
        return Response.redirect(visit.path("review", name.removeprefix(_PROPOSAL)))
    wanted = slice((page - 1) * SUBJECT_EVENTS, page * SUBJECT_EVENTS)
    found = await visit.read(lambda db: _about(db, visit.config, (name, moment, wanted)))
    if found.reference.event:
        return Response.redirect(visit.path("event", found.reference.event, asof=visit.argument("asof")))
    if not found.known:
        return visit.page("nosubject.html", 404, subject=name)
    return visit.page(
        "subject.html",
        found=found,
        subject=name,
        asof=visit.argument("asof"),
        moment=end_of(moment) if moment else "",
        day=moment.text.partition("T")[0] if moment else "",
        page=page,
        size=SUBJECT_EVENTS,
    )


def _about(db: sqlite3.Connection, config: Config, asked: tuple[str, Moment | None, slice]) -> About:
    name, moment, wanted = asked
    references = References(db, config)
    found = About(
        references.subject(name),
        story(db, references, name, moment, wanted),
        rows.standing(db, config, Words(references, config), rows.Asked(name, moment, SUBJECT_ROWS)),
        references,
    )
    for told in (item for period in found.story.periods for item in period.events):
        references.names.of(told.event.subject)  # looked up here, where the database may be asked
    return found


def _page(visit: Visit) -> int:
    text = visit.argument("page") or "1"
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= 1_000_000):
        raise UsageError(f"page is {text!r:.40}, expected 1, 2, 3 …")
    return int(text[:9])
