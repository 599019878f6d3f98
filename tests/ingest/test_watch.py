"""Sources are read again when they are due; what is new is taken in, what fails does not stop the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, InputError, NetworkError, StorageError, UsageError
from regesta.ingest import watch as module
from regesta.ingest.capture import Capture, Source
from regesta.ingest.fetch import Conditions, Fetched
from regesta.ingest.run import Tools
from regesta.ingest.watch import Outcome, Watch, World
from tests.archives import check_archive
from tests.ingest.tale import marked, tale

PAGE = "https://example.org/page"
OTHER = "https://example.org/other"
NO = "[disposition state=P01 disposition=refuse: P01 says no to all that it was asked.] That was all there was to say."
MORE = f"{NO} Later it said no once more."


def read(source: Source) -> Iterator[Capture | InputError]:
    """Read a source as text; what comes after `#` is no word of it; `broken` cannot be read."""
    if b"broken" in source.data:
        yield InputError("is broken", where=source.name)
        return
    yield Capture(
        source.data, source.data.decode().partition("#")[0], source.media_type or "", "text", source.name, source.url
    )


@dataclass
class Net:
    """A server of our own, with a clock: what it sends by address, and what it was asked."""

    pages: dict[str, str | Exception] = field(default_factory=dict)
    asked: list[tuple[str, Conditions]] = field(default_factory=list)
    now: float = 1_000_000.0
    waits: list[float] = field(default_factory=list)
    stop_after: int = 10

    def fetch(self, url: str, *, conditions: Conditions) -> Fetched:
        """Answer with the page, or with 304 where the asker has it."""
        self.asked.append((url, conditions))
        page = self.pages[url]
        if isinstance(page, Exception):
            raise page
        tag = f'"{len(page)}"'
        if conditions.etag == tag:
            return Fetched(None, 304, tag)
        return Fetched(Source(url, page.encode(), url, "text/html"), 200, tag, "Thu, 29 Jun 2017 08:00:00 GMT")

    def wait(self, seconds: float) -> bool:
        """Let time go by; say to stop after so many waits."""
        self.now += seconds
        self.waits += [seconds] if seconds else []
        return len(self.waits) >= self.stop_after

    @property
    def world(self) -> World:
        """This server as the world of a watch; chance is always in the middle."""
        return World(self.fetch, self.wait, lambda: self.now, lambda: 0.5)


@pytest.fixture
def archive(quick_path: Path) -> Archive:
    """An archive with recipes, and a source `page` that is read every ten minutes."""
    archive = tale(quick_path)
    source(archive, "page", f'url = "{PAGE}"\ninterval = "10m"\n')
    return archive


@pytest.fixture
def net() -> Net:
    """A server with one page."""
    return Net({PAGE: NO})


def source(archive: Archive, name: str, text: str) -> None:
    (archive.folder / "ingest" / f"{name}.toml").write_text(text, "utf-8")


def watch(archive: Archive, net: Net, *names: str, interval_s: float | None = None) -> Watch:
    return Watch(Archive.open(archive.folder), Tools(read, marked), net.world, names, interval_s)


def once(archive: Archive, net: Net, *names: str) -> list[tuple[str, str]]:
    """Read the sources once; return what came of each."""
    return [(outcome.name, outcome.state) for outcome in watch(archive, net, *names).once()]


def types(archive: Archive) -> list[str]:
    return [event["type"] for event in check_archive(archive)]


def test_what_is_new_is_taken_in(archive: Archive, net: Net) -> None:
    """The page enters the log with its story and what it proposes, and the tables are built."""
    assert once(archive, net) == [("page", "taken")]
    assert types(archive) == ["document.captured", "story.published", "proposal.made"]
    assert [row["url"] for row in Archive.open(archive.folder).at(build=False)["documents"].rows] == [PAGE]


def test_a_server_is_asked_only_for_what_is_newer(archive: Archive, net: Net) -> None:
    """The second time it is told which version is known, also by another process; nothing is added."""
    once(archive, net)
    before = types(archive)
    assert once(archive, net) == [("page", "unchanged")]
    assert net.asked[1] == (PAGE, Conditions(f'"{len(NO)}"', "Thu, 29 Jun 2017 08:00:00 GMT"))
    assert types(archive) == before


def test_a_changed_page_is_a_new_version(archive: Archive, net: Net) -> None:
    """Other words at the same address update the story."""
    once(archive, net)
    net.pages[PAGE] = MORE
    assert once(archive, net) == [("page", "taken")]
    assert types(archive)[3:] == ["document.captured", "story.updated"]


def test_other_bytes_with_the_same_words_are_no_version(archive: Archive, net: Net) -> None:
    """A page that is made anew for each reader does not fill the log."""
    once(archive, net)
    net.pages[PAGE] = f"{NO} #17"
    assert once(archive, net) == [("page", "unchanged")]
    assert len(types(archive)) == 3


def test_another_address_begins_anew(archive: Archive, net: Net) -> None:
    """What was known of the old one is not told to the new one."""
    once(archive, net)
    source(archive, "page", f'url = "{OTHER}"\n')
    net.pages[OTHER] = "All is new here."
    assert once(archive, net) == [("page", "taken")]
    assert net.asked[1] == (OTHER, Conditions())


def test_what_the_file_says_of_a_source(archive: Archive, net: Net) -> None:
    """Story, publisher and media type are those of the file."""
    source(archive, "page", f'url = "{PAGE}"\nstory = "roll"\npublisher = "The Hill"\nmedia_type = "text/x-tale"\n')
    once(archive, net)
    captured, published, *_ = check_archive(archive)
    assert (captured["data"]["media_type"], captured["data"]["publisher"]) == ("text/x-tale", "The Hill")
    assert published["data"]["story"] == "roll"


def test_a_folder_is_a_source(archive: Archive, net: Net) -> None:
    """Files of the archive's inbox are read; those that are known add nothing."""
    source(archive, "page", 'path = "inbox"\n')
    inbox = archive.folder / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text("One letter.", "utf-8")
    assert once(archive, net) == [("page", "taken")]
    (inbox / "b.txt").write_text("Quite another answer, from somebody else.", "utf-8")
    assert (once(archive, net), once(archive, net)) == ([("page", "taken")], [("page", "unchanged")])
    assert types(archive).count("document.captured") == 2


# What goes wrong.


def failed(archive: Archive, net: Net) -> list[str]:
    """Read the sources once; return what those that failed say."""
    return [str(outcome.error) for outcome in watch(archive, net).once() if outcome.error]


def test_one_that_fails_does_not_stop_the_others(archive: Archive, net: Net) -> None:
    """Each kind of failure is told, and the others are read."""
    source(archive, "a-down", f'url = "{OTHER}"\n')
    source(archive, "b-wrong", "adress = 1\n")
    source(archive, "c-gone", 'path = "inbox"\n')
    net.pages[OTHER] = NetworkError("the server answers 503", where=OTHER)
    assert once(archive, net) == [("a-down", "failed"), ("b-wrong", "failed"), ("c-gone", "failed"), ("page", "taken")]
    messages = [message.replace(str(archive.folder), "…") for message in failed(archive, net)]
    assert messages == [
        f"{OTHER}: the server answers 503",
        "…/ingest/b-wrong.toml: 'adress' is not known; there are url, path, story, publisher, media_type, interval, event, map",
        "…/inbox: there is no such file or folder",
    ]


def test_what_cannot_be_read_is_told(archive: Archive, net: Net) -> None:
    """A source that holds nothing but problems has failed, and is asked for everything the next time."""
    net.pages[PAGE] = "broken"
    assert failed(archive, net) == [f"{PAGE}: is broken"]
    net.pages[PAGE] = NO
    assert once(archive, net) == [("page", "taken")]
    assert net.asked[1][1] == Conditions()


def test_a_path_that_leads_out_is_not_read(archive: Archive, net: Net, tmp_path: Path) -> None:
    """Neither is a link in the archive's folder."""
    source(archive, "page", 'path = "inbox"\n')
    (archive.folder / "inbox").symlink_to(tmp_path)
    assert [message.rpartition(": ")[2] for message in failed(archive, net)] == ["leads out of the archive"]


def test_what_was_not_taken_is_asked_for_again(archive: Archive, net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version counts as known only when it is in the log."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "ingest", refusing(StorageError("the disk is full")))
        assert once(archive, net) == [("page", "failed")]
    assert once(archive, net) == [("page", "taken")]
    assert [conditions for _, conditions in net.asked] == [Conditions(), Conditions()]


def test_a_broken_archive_stops_all(archive: Archive, net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not get better by waiting."""
    monkeypatch.setattr(module, "ingest", refusing(ArchiveError("the log is damaged")))
    with pytest.raises(ArchiveError, match="the log is damaged"):
        once(archive, net)


def refusing(error: Exception) -> Callable[..., Any]:
    def refuse(*_words: Any) -> Any:
        raise error

    return refuse


def test_sources_that_are_not_there(archive: Archive, net: Net) -> None:
    """The message says what there is, and what a source needs."""
    source(archive, "rows", "")
    for names, message in {
        ("boat",): "there is no source 'boat' (there are: page, rows)",
        ("rows",): "there is nothing to watch (give ingest/rows.toml a url or a path)",
    }.items():
        with pytest.raises(UsageError) as caught:
            once(archive, net, *names)
        assert str(caught.value) == message
    (archive.folder / "ingest" / "page.toml").unlink()
    with pytest.raises(UsageError, match="there is nothing to watch"):
        once(archive, net)


STATES = {
    "no JSON": b"{",
    "a list": b"[1]",
    "other members": b'{"page": {"colour": 1}}',
    "other kinds": b'{"page": {"etag": 5}}',
    "no object": b'{"page": 5}',
    "no text": b"\xff",
    "deep": b"[" * 100_000,
    "long": b" " * 2_000_000,
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_what_is_remembered_may_be_lost(archive: Archive, net: Net, state: bytes) -> None:
    """Then everything is read as for the first time, and nothing is added twice."""
    once(archive, net)
    (archive.folder / ".regesta" / "watch.json").write_bytes(state)
    assert once(archive, net) == [("page", "unchanged")]
    assert net.asked[1] == (PAGE, Conditions())
    assert json.loads((archive.folder / ".regesta" / "watch.json").read_bytes())["page"]["url"] == PAGE


# Again and again.


def test_each_is_read_when_it_is_due(archive: Archive, net: Net) -> None:
    """One every ten minutes, the other every quarter of an hour."""
    source(archive, "other", f'url = "{OTHER}"\ninterval = "15m"\n')
    net.pages[OTHER], net.stop_after = "Something else.", 5
    begun, times = net.now, dict[str, list[float]]()
    for outcome in watch(archive, net).forever():
        times.setdefault(outcome.name, []).append((net.now - begun) / 60)
    assert times == {"other": [0, 15, 30], "page": [0, 10, 20, 30]}


def test_a_restart_does_not_come_early(archive: Archive, net: Net) -> None:
    """When a source is due is remembered."""
    once(archive, net)
    net.now, net.stop_after = net.now + 60, 1
    assert (list(watch(archive, net).forever()), net.waits) == ([], [540.0])


def test_the_interval_may_be_given(archive: Archive, net: Net) -> None:
    """It replaces that of the source."""
    net.stop_after = 3
    list(watch(archive, net, interval_s=120.0).forever())
    assert net.waits == [120.0, 120.0, 120.0]


def test_a_source_that_fails_is_asked_less_often(archive: Archive, net: Net) -> None:
    """Twice as long each time, a day at most; when it answers, all is as before."""
    net.pages[PAGE], net.stop_after = NetworkError("the server answers 500"), 11
    dues = [outcome.due_s / 600 for outcome in watch(archive, net).forever()]
    assert dues == [1, 2, 4, 8, 16, 32, 64, 128, 144, 144, 144][: len(dues)]
    assert max(net.waits) == 3600.0  # then it is looked whether there are others
    net.pages[PAGE], net.now, net.stop_after = NO, net.now + 86_400, len(net.waits) + 1
    assert [outcome.due_s for outcome in watch(archive, net).forever()] == [600.0]


@pytest.mark.parametrize("chance, due_s", [(0.0, 540.0), (0.5, 600.0), (1.0, 660.0)])
def test_intervals_differ_a_little(archive: Archive, net: Net, chance: float, due_s: float) -> None:
    """Those who began together do not come together for ever."""
    world = World(net.fetch, net.wait, lambda: net.now, lambda: chance)
    found = list(Watch(archive, Tools(read, marked), world).once())
    assert [outcome.due_s for outcome in found] == [pytest.approx(due_s)]


def test_a_source_that_is_added_is_read(archive: Archive, net: Net) -> None:
    """The files are looked at in every round."""
    outcomes: list[Outcome] = []
    net.pages[OTHER], net.stop_after = "Something else.", 2
    for outcome in watch(archive, net).forever():
        outcomes.append(outcome)
        source(archive, "other", f'url = "{OTHER}"\ninterval = "20m"\n')
    assert [outcome.name for outcome in outcomes] == ["page", "other", "page"]


def test_stopping_is_asked_between_two_sources(archive: Archive, net: Net) -> None:
    """What is being read is finished, and no other is begun."""
    source(archive, "other", f'url = "{OTHER}"\n')
    net.stop_after = 0
    net.pages[OTHER] = "Something else."
    for begin in (watch(archive, net).once, watch(archive, net).forever):
        assert [outcome.name for outcome in begin()][:2] in (["other"], ["page"])
