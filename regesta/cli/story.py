"""`regesta story`: the versions of a story, what changed from one to the next, and which passages are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._session import Session
from regesta.cli._terminal import console, count, one_line, print_json, styled
from regesta.schema.dates import describe

if TYPE_CHECKING:
    from regesta.ingest.story import Change, Comparison, StoryLine, StoryVersion
    from regesta.ingest.versions import Archived

Part = tuple[str, str]  # text, style

_DIGEST_CHARS: Final = 12
_CONTEXT_CHARS: Final = 60  # beside a change
_WORDS_CHARS: Final = 600  # of a change; a long paragraph
_STYLES: Final = {
    "number": "bold yellow",
    "quote": "bold magenta",
    "wording": "cyan",
    "position": "blue",
    "typo": "dim",
}
_NAMES: Final = {"number": "number", "quote": "quote", "wording": "words", "position": "moved", "typo": "small"}
_HOW: Final = {
    "exact": "letter for letter",
    "normalised": "in another form",
    "fuzzy": "in changed words",
    "orphaned": "gone",
}


@click.command("story", short_help="The versions of a story, and what changed between them.")
@click.argument("name", required=False, metavar="[URL|ID]")
@click.option("--from", "old", metavar="DIGEST", help="Compare this version.  [default: the one before the other]")
@click.option("--to", "new", metavar="DIGEST", help="With this one.  [default: the newest]")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(session: Session, name: str | None, old: str | None, new: str | None, as_json: bool) -> None:
    """The versions of a story, what changed from one to another, and which passages behind events are gone.

    Without a name all stories are listed. A story is named as in the list, by its address, or by the beginning of the
    digest of one of its documents. Changes are told word by word, `[-before-]{+after+}`, where both texts are held in
    `documents/`; else as the event has them that noted the update.
    """
    from regesta.cli._built import ready
    from regesta.database import open_database
    from regesta.ingest.store import FOLDER, Store
    from regesta.ingest.story import find_story, stories
    from regesta.ingest.versions import archived

    archive = session.archive
    ready(archive)
    with closing(open_database(archive.database, read_only=True)) as db:
        if name is None:
            _refuse_versions(old, new)
            _list(stories(db), as_json)
            return
        store = Store(archive.folder / FOLDER, archive.config.quotes)
        _show(archived(db, store), find_story(db, name), (old, new), as_json=as_json)


def _refuse_versions(old: str | None, new: str | None) -> None:
    if old or new:
        raise click.UsageError("--from and --to go with the name of a story")


def _list(found: Sequence[StoryLine], as_json: bool) -> None:
    if as_json:
        print_json([asdict(story) for story in found])
        return
    if not found:
        click.echo("there is no story yet")
    width = max((len(story.id) for story in found), default=0)
    for story in found:
        dated = story.updated or story.published
        told = [
            count(story.versions, "version"),
            describe(dated) if dated else "undated",
            story.title or "",
            story.url or "",
        ]
        click.echo(one_line(story.id).ljust(width) + "  " + one_line(", ".join(filter(None, told))))


def _show(known: Archived, story: StoryLine, names: tuple[str | None, str | None], *, as_json: bool) -> None:
    from regesta.ingest.story import chosen, compared, versions_of_story

    versions = versions_of_story(known.db, story.id)
    pair = chosen(versions, *names) if len(versions) > 1 or any(names) else None
    found = compared(known, story.id, *pair) if pair else None
    if as_json:
        comparison = _comparison_json(found) if found else None
        print_json({"story": asdict(story), "versions": [asdict(v) for v in versions], "comparison": comparison})
        return
    held = {version.document: known.text(version.document) is not None for version in versions}
    click.echo(
        one_line(", ".join(filter(None, (f"{story.id}: {story.title or 'no title'}", story.publisher, story.url))))
    )
    for version in versions:
        click.echo(f"  {_version(version, held[version.document])}")
    if found:
        _tell(found)
    else:
        click.echo("\nonly this version is known")


def _version(version: StoryVersion, held: bool) -> str:
    dates = (("published", version.published), ("updated", version.updated), ("retrieved", version.retrieved))
    told = [f"{what} {describe(date)}" for what, date in dates if date] or ["undated"]
    told += ["text held" if held else "text not held", f"event {version.event}"]
    return f"{version.document[:_DIGEST_CHARS]}  {one_line(', '.join(told))}"


def _tell(found: Comparison) -> None:
    between = f"from {found.old.document[:_DIGEST_CHARS]} to {found.new.document[:_DIGEST_CHARS]}"
    click.echo(f"\n{between}: {one_line((found.change or 'what changed is not known').rstrip('.'))}\n")
    if None in found.texts:
        click.echo(_not_held(found))
    screen = console()
    for parts in _lines(found):
        screen.print(styled(*parts))
    if found.omitted:
        click.echo(f"… and {count(found.omitted, 'change')} that the event counts and does not list")
    _tell_passages(found)


def _not_held(found: Comparison) -> str:
    before, after = (text is not None for text in found.texts)
    which = (
        "the later text is not held" if before else "the earlier text is not held" if after else "neither text is held"
    )
    what = "this is what the event has that noted the update" if found.changes else "no event says more"
    return f"{which}; {what}"


def _lines(found: Comparison) -> Iterator[list[Part]]:
    """Yield the changes, each a line; small ones that are equal are told once."""
    told = Counter((c.edit.kind, c.old, c.new) for c in found.changes or () if c.edit.kind == "typo")
    for change in found.changes or ():
        key = (change.edit.kind, change.old, change.new)
        number = told.pop(key, 0)
        if change.edit.kind == "typo" and not number:
            continue
        times = [(f"  ({number:,} times)", "dim")] if number > 1 else []
        yield [*_label(change), *_words(change, found.texts), *times]


def _label(change: Change) -> list[Part]:
    kind = change.edit.kind
    return [(f"{_NAMES[kind]:<8}", _STYLES[kind])]


def _words(change: Change, texts: tuple[str | None, str | None]) -> Iterator[Part]:
    """Yield the words of a change, with what stands beside them."""
    (start, end), (new_start, new_end) = change.edit.before, change.edit.after
    if change.edit.kind == "position":
        yield _clipped(change.new) if change.new else "a passage", ""
        yield f"  (character {start:,} → {new_start:,})", "dim"
        return
    beside = _surroundings(change, texts)
    yield _beside(beside[0], at_end=True), "dim"
    if start < end:
        yield f"[-{_clipped(change.old) if change.old else f'characters {start} to {end}'}-]", "red"
    if new_start < new_end:
        yield f"{{+{_clipped(change.new) if change.new else f'characters {new_start} to {new_end}'}+}}", "green"
    yield _beside(beside[1]), "dim"


def _surroundings(change: Change, texts: tuple[str | None, str | None]) -> tuple[str, str]:
    """Return what stands before and after a change: in the new text, or in the old one where words were removed."""
    sides = [(change.edit.after, texts[1]), (change.edit.before, texts[0])]
    held = [((start, end), text) for (start, end), text in sides if text is not None]
    for (start, end), text in sorted(held, key=lambda side: side[0][0] == side[0][1]):
        return text[max(0, start - _CONTEXT_CHARS) : start], text[end : end + _CONTEXT_CHARS]
    return "", ""


def _beside(text: str, *, at_end: bool = False) -> str:
    """Return whole words from beside a change, in one line, with the space that stands between."""
    if len(text) == _CONTEXT_CHARS:
        text = f"…{text.partition(' ')[2]}" if at_end else f"{text.rpartition(' ')[0]} …"
    line = " ".join(text.split())
    if at_end:
        return f"{line} " if text[-1:].isspace() else line
    return f" {line}" if text[:1].isspace() else line


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WORDS_CHARS else f"{line[: _WORDS_CHARS // 2]} … {line[-_WORDS_CHARS // 2 :]}"


def _tell_passages(found: Comparison) -> None:
    """Tell how the passages behind events were found, and which events lost one."""
    if found.passages is None:
        for event, summary in found.orphans:
            click.echo(f"{'gone':<8}{one_line(f'event {event}: {summary or str()}')}")
        return
    if not found.passages:
        click.echo("\nno event rests on a passage of the earlier version")
        return
    counts = Counter(anchored.how for _, anchored in found.passages)
    told = ", ".join(f"{counts[how]:,} {words}" for how, words in _HOW.items() if counts[how])
    click.echo(f"\n{count(len(found.passages), 'passage')} behind events: {told}")
    screen = console()
    for support, anchored in found.passages:
        if anchored.how in ("fuzzy", "orphaned"):
            what = ("gone", "red") if anchored.how == "orphaned" else (f"{min(int(anchored.score), 99)} %", "yellow")
            place = f"characters {support.passage.start} to {support.passage.end}"
            text = one_line(f"event {support.event}: {support.summary or ''} ({place})")
            screen.print(styled((f"{what[0]:<8}", what[1]), (text, "")))


def _comparison_json(found: Comparison) -> dict[str, Any]:
    return {
        "from": found.old.document,
        "to": found.new.document,
        "change": found.change,
        "held": [text is not None for text in found.texts],
        "edits": None if found.changes is None else [
            {"kind": c.edit.kind, "before": c.edit.before, "after": c.edit.after, "from": c.old, "to": c.new}
            for c in found.changes
        ],
        "edits_omitted": found.omitted,
        "passages": None if found.passages is None else [
            {**asdict(support), "found": asdict(anchored)} for support, anchored in found.passages
        ],
        "orphans": [{"event": event, "summary": summary} for event, summary in found.orphans],
    }  # fmt: skip
