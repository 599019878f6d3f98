"""Sources: what their files may say, and what is refused with its reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, UsageError
from regesta.ingest.sources import SourceConfig, load_source, seconds, source_names

PAGE = 'url = "https://example.org/a"\n'
ROWS = """
[[event]]
type = "answer.given"
subject = "place/{Place}"
date = "{Day}"
summary = "{Place} answers."
data.letter = "l1"
data.place = "{Place}"
data.answer = "{short:Answer}"
[map.short]
Refused = "no"
"""


def write(archive: Archive, name: str, text: str) -> None:
    folder = archive.folder / "ingest"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, "utf-8")


def load(archive: Archive, name: str = "it") -> SourceConfig:
    return load_source(archive.folder, name, archive.schema.types)


def test_everything_that_a_source_says(archive: Archive) -> None:
    """Each member is read, the interval in seconds."""
    write(archive, "it", PAGE + 'interval = "30m"\nstory = "s-1"\npublisher = "The Hill"\nmedia_type = "text/csv"\n')
    expected = SourceConfig("it", "https://example.org/a", None, "s-1", "The Hill", "text/csv", 1800.0)
    assert (load(archive), load(archive).is_watched) == (expected, True)


def test_a_source_of_files(archive: Archive) -> None:
    """A path of the archive; an hour lies between two readings where nothing is said."""
    write(archive, "it", 'path = "inbox/letters"\n')
    assert load(archive) == SourceConfig("it", path="inbox/letters", interval_s=3600.0)


def test_a_mapping_of_rows_alone(archive: Archive) -> None:
    """A file may only say how rows are read; there is nothing to watch then."""
    write(archive, "it", ROWS)
    source = load(archive)
    assert source.row is not None
    assert (source.is_watched, [recipe.type.name for recipe in source.row]) == (False, ["answer.given"])


def test_sources_are_listed(archive: Archive) -> None:
    """Files of `ingest/` itself are sources; those in its folders are not."""
    assert source_names(archive.folder) == []
    write(archive, "b", PAGE)
    write(archive, "a", PAGE)
    (archive.folder / "ingest" / "recipes").mkdir()
    (archive.folder / "ingest" / "recipes" / "quote.toml").write_text("", "utf-8")
    assert source_names(archive.folder) == ["a", "b"]


INTERVALS = {"60s": 60.0, "90s": 90.0, "2 m": 120.0, "12h": 43_200.0, "7d": 604_800.0, "30d": 2_592_000.0}


@pytest.mark.parametrize("text", INTERVALS)
def test_interval(text: str) -> None:
    """Seconds, minutes, hours or days."""
    assert seconds(text) == INTERVALS[text]


BAD_INTERVALS = ["59s", "31d", "0m", "1", "h", "-5m", "1.5h", "1w", "", "5 minutes", "99999999999s", "٣m"]


@pytest.mark.parametrize("text", BAD_INTERVALS)
def test_interval_that_is_none(text: str) -> None:
    """Nor less than a minute, nor more than a month."""
    with pytest.raises(ArchiveError, match=r"^interval is "):
        seconds(text)


# The content of ingest/it.toml, and how the message begins.
BAD = {
    "unknown member": ("adress = 1", "'adress' is not known; there are url, path, story, publisher, media_type, interval, event, map"),
    "number": ("url = 5", "url must be text, found 5"),
    "empty": ('story = " "', "story must be text, found ' '"),
    "list": ('url = ["https://example.org"]', "url must be text, found ['https://example.org']"),
    "both": (PAGE + 'path = "inbox"', "a source has a url or a path, not both"),
    "no address": ('url = "ftp://example.org"', "url is 'ftp://example.org', expected https://…"),
    "space in the address": ('url = "https://example.org/a b"', "url is 'https://example.org/a b', expected https://…"),
    "long address": (f'url = "https://example.org/{"a" * 2000}"', "url is 'https://example.org/aaa"),
    "story in capitals": ('story = "The Story"', "story is 'The Story', expected small letters, digits and hyphens"),
    "media type": ('media_type = "text/csv\\n"', "media_type is 'text/csv\\n', expected text/csv; charset=utf-8"),
    "long publisher": (f'publisher = "{"a" * 501}"', "publisher has 501 characters, the limit is 500"),
    "often": (PAGE + 'interval = "5s"', "interval is 5s, it must lie between 60s and 30d"),
    "absolute path": ('path = "/etc"', "path is '/etc', expected a file or folder of the archive, such as inbox"),
    "path outside": ('path = "inbox/../../x"', "path is 'inbox/../../x', expected"),
    "hidden path": ('path = ".regesta"', "path is '.regesta', expected"),
    "hidden below": ('path = "inbox/.git"', "path is 'inbox/.git', expected"),
    "drive": ('path = "C:/x"', "path is 'C:/x', expected"),
    "backslash": ("path = 'inbox\\..\\..'", "path is 'inbox"),
    "the archive": ('path = "."', "path is '.', expected"),
    "the log": ('path = "events"', "path is 'events', which is a part of the archive itself"),
    "the documents": ('path = "documents/x"', "path is 'documents/x', which is a part of the archive itself"),
    "the sources": ('path = "ingest"', "path is 'ingest', which is a part of the archive itself"),
    "event of an unknown type": ('[[event]]\ntype = "x.y"\nsubject = "a"\nsummary = "b"', "the event type 'x.y' is not known"),
    "map without an event": ('[map.a]\nb = "c"', "a recipe has at least one [[event]]"),
    "no TOML": ("url =", "not valid TOML: "),
    "no text": ("\x00", "not valid TOML: "),
    "too long": (f'# {"a" * 20_000}', "20002 bytes, the limit is 16384"),
}  # fmt: skip


@pytest.mark.parametrize("text, message", BAD.values(), ids=BAD)
def test_what_is_refused(archive: Archive, text: str, message: str) -> None:
    """The message names the file and what was expected."""
    write(archive, "it", text)
    with pytest.raises(ArchiveError) as caught:
        load(archive)
    assert caught.value.message.startswith(message)
    assert caught.value.where == str(archive.folder / "ingest" / "it.toml")


NAMES = ["It", "1a", "a b", "-a", "a.b", "ä", "a" * 65]


@pytest.mark.parametrize("name", NAMES)
def test_name_that_is_none(archive: Archive, name: str) -> None:
    """Names are small letters, digits, - and _."""
    write(archive, name, PAGE)
    with pytest.raises(ArchiveError, match="a source is named with small letters"):
        load(archive, name)


@pytest.mark.parametrize("name", ["it", "../it", "recipes/quote", "", "/etc/passwd"])
def test_no_such_source(archive: Archive, name: str) -> None:
    """A name leads nowhere else; the message lists what there is."""
    write(archive, "other", PAGE)
    with pytest.raises(UsageError) as caught:
        load(archive, name)
    assert caught.value.remedy == "there are: other; a source is a file in ingest/"


README = Path(__file__).parent.parent.parent / "ingest" / "README.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_example_of_the_readme(archive: Archive, text: str) -> None:
    """What the documentation shows is accepted by the archive that ships it."""
    write(archive, "it", text)
    assert load_source(archive.folder, "it", Archive.open(README.parent.parent).schema.types).name == "it"


def test_a_link_is_no_source(archive: Archive, tmp_path: Path) -> None:
    """What lies elsewhere is not read."""
    write(archive, "it", PAGE)
    (archive.folder / "ingest" / "link.toml").symlink_to(tmp_path / "x.toml")
    with pytest.raises(ArchiveError, match="must be a plain file"):
        load(archive)
