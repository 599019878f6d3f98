"""Documents in any order and any portions: the same events, and nothing more when they come again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.ingest.capture import Source
from regesta.ingest.run import Options, ingest
from tests.archives import PLACES, check_archive, snapshot
from tests.examples import times
from tests.ingest.tale import tale
from tests.ingest.test_run import TOOLS

KINDS = ("refuse", "comply")
TEXTS = {
    f"{place}.txt": f"[disposition state={place} disposition={KINDS[n % 2]}: {place} has answered.] Day {n} of {place}."
    for n, place in enumerate(PLACES[:8])
}


def portions(chance: random.Random) -> Iterator[Sequence[Source]]:
    """Yield the documents in random order, a few at a time, some of them twice."""
    names = chance.sample([*TEXTS, *chance.sample(list(TEXTS), 2)], len(TEXTS) + 2)
    while names:
        count = chance.randint(1, len(names))
        yield [Source(name, TEXTS[name].encode()) for name in names[:count]]
        names = names[count:]


def take_in(archive: Archive, chance: random.Random) -> int:
    return sum(ingest(archive, sources, Options(), TOOLS).appended for sources in portions(chance))


def ids(archive: Archive) -> set[str]:
    return {event["id"] for event in check_archive(archive)}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The ids of the events that the documents come to when they are taken in one after another."""
    archive = tale(tmp_path_factory.mktemp("in order"))
    for name, text in TEXTS.items():
        ingest(archive, [Source(name, text.encode())], Options(), TOOLS)
    return ids(archive)


@pytest.mark.parametrize("seed", range(times(5)))
def test_shuffled(seed: int, expected: set[str], quick_path: Path) -> None:
    """Whatever the order, the same events; and the same documents in yet another order add nothing."""
    archive, chance = tale(quick_path), random.Random(seed)
    assert (take_in(archive, chance), ids(archive)) == (len(expected), expected)
    before = snapshot(archive.folder / "events")
    assert (take_in(archive, chance), snapshot(archive.folder / "events")) == (0, before)
