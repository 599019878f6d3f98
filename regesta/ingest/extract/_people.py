"""The people of a text: one for each full name, whom a last name means, and what all mentions say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from regesta.ingest.extract._mentions import Finder, Mention
from regesta.ingest.extract._states import StateMention
from regesta.ingest.extract.layout import Layout, within
from regesta.ingest.extract.lists import Lists


@dataclass(slots=True)
class Person:
    """A person of a document: all that its mentions say together; nothing is said twice in different ways."""

    name: str
    first: Mention
    role: str | None = None
    state: str | None = None
    party: str | None = None

    def learn(self, mention: Mention) -> None:
        """Add what a further mention says."""
        self.role = self.role or mention.role
        self.state = self.state or mention.state
        self.party = self.party or mention.party


class People:
    """The people of one document, found by full or last name."""

    def __init__(self, mentions: list[Mention]) -> None:
        self.mentions = mentions
        self.by_name: dict[str, Person] = {}
        for mention in mentions:
            person = self.by_name.setdefault(mention.full, Person(mention.full, mention))
            person.learn(mention)
        self._starts = {mention.start: mention for mention in mentions}

    def at(self, start: int, end: int) -> list[Mention]:
        """Return the mentions within a range."""
        return within(self.mentions, start, end)

    def of(self, mention: Mention) -> Person:
        """Return the person whom a mention names."""
        return self.by_name[mention.full]


def find_people(text: str, flat: str, layout: Layout, states: list[StateMention], lists: Lists) -> People:
    """Return the people named in a text, each mention with the full name of whom it means."""
    finder = Finder(text, flat, layout, states, lists)
    return People(_resolved(sorted(finder.mentions(), key=lambda item: item.start), finder))


def _resolved(mentions: Iterable[Mention], finder: Finder) -> list[Mention]:
    """Give every mention the full name: a last name means the one person of the document who has it."""
    found = list(mentions)
    full: dict[str, list[str]] = {}
    for item in found:
        if item.full and len(item.name.split()) > 1:
            for tail in _tails(item.name):
                names = full.setdefault(tail, [])
                if item.full not in names:
                    names.append(item.full)
    kept: list[Mention] = []
    for item in found:
        whole = full.get(_key(item.name))
        if len(item.name.split()) > 1 and item.full:
            longer = [name for name in full.get(_key(item.name), []) if len(name) > len(item.name)]
            kept.append(replace(item, full=longer[0]) if len(longer) == 1 else item)
        elif whole and len(whole) == 1:
            kept.append(replace(item, full=whole[0]))
        elif item.full and (item.role or item.party) and len(item.name) > 2 and not whole:
            kept.append(item)
    return [replace(item, party=party) if (party := _shared_party(item, finder)) else item for item in kept]


def _shared_party(item: Mention, finder: Finder) -> str | None:
    """Return the party that is said of several at once: `A and B, both Democrats`."""
    if item.party:
        return None
    sentence = finder.layout.sentences[finder.layout.sentence_at(item.start)]
    match = re.match(
        r"[^;:\"]{3,90}?,\s(?:both|all)\s(?:[a-z]+\s)?([A-Z][a-z]+)s\b", finder.flat[item.end : sentence.end]
    )
    return finder.party_word(match[1]) if match and " and " in match[0] else None


def _key(name: str) -> str:
    return name.removesuffix(" Jr.").removesuffix(" Sr.").rstrip(",").lower()


def _tails(name: str) -> Iterator[str]:
    """Yield the ends of a full name by which it may be mentioned again: its last name, its last two …"""
    words = _key(name).split()
    for count in range(1, len(words) + 1):
        yield " ".join(words[-count:])
