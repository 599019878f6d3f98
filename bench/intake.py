"""What is measured of taking documents in: extraction alone, and short documents from files to the log, twice.

The documents are our own: the texts of `tests/ingest/gold/dev`, and letters made of one sentence for each state.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from bench.measure import Row, Sample, Stopwatch
from regesta.archive import Archive
from regesta.ingest.capture import Source
from regesta.ingest.extract import Context, extract, load_lists
from regesta.ingest.readers import read
from regesta.ingest.run import Options, Tools, ingest, version_of
from regesta.replay.build import build

_ROOT: Final = Path(__file__).parents[1]
_WORDS: Final = 1_000  # of an article
_ARTICLES: Final = 20
_DOCUMENTS: Final = 1_000  # at most; a tenth of the events that a run measures
_ANSWERS: Final = ("will not send its files", "will send names and addresses", "is still reviewing the letter")


def extract_articles(folder: Path, events: int) -> Sample:
    """Find what there is to find in articles of 1,000 words; the lists are loaded before."""
    lists = load_lists(_ROOT / "ingest")
    texts = _articles()
    extract(texts[0], Context(published="2019-03-12"), lists)
    watch = Stopwatch()
    with watch.running():
        for text in texts:
            extract(text, Context(published="2019-03-12"), lists)
    return Sample(len(texts), watch.seconds)


def ingest_new(folder: Path, events: int) -> Sample:
    """Take in short documents that are new: kept, read, proposed, appended."""
    archive = folder.with_name("intake")
    for name in ("schema", "ingest"):
        shutil.copytree(_ROOT / name, archive / name)
    shutil.copy(_ROOT / "archive.toml", archive)
    build(Archive.open(archive))
    return _ingest(archive, min(_DOCUMENTS, events // 10), are_new=True)


def ingest_known(folder: Path, events: int) -> Sample:
    """Take in the same documents again, of which none is new."""
    return _ingest(folder.with_name("intake"), min(_DOCUMENTS, events // 10), are_new=False)


ROWS: Final = {
    "extract": Row("extract, an article of 1,000 words", extract_articles),
    "ingest": Row("ingest short documents", ingest_new, "B"),
    "ingest-again": Row("ingest them again", ingest_known, "B"),
}


def _articles() -> list[str]:
    words = " \n\n".join(path.read_text("utf-8") for path in sorted((_ROOT / "tests/ingest/gold/dev").glob("*.txt")))
    paragraphs, texts, text = words.split("\n\n"), list[str](), ""
    for number in range(10 * len(paragraphs)):
        text += paragraphs[number % len(paragraphs)] + "\n\n"
        if len(text.split()) >= _WORDS:
            texts.append(text)
            text = ""
    return texts[:_ARTICLES]


def _ingest(folder: Path, documents: int, *, are_new: bool) -> Sample:
    archive = Archive.open(folder)
    lists = load_lists(folder / "ingest")
    names = [place.name for place in lists.places]
    sources = (
        Source(
            f"letter-{number}.txt",
            f"Letter {number}\n\n{names[number % len(names)]} {_ANSWERS[number % 3]}, it said on May 3, 2019.".encode(),
        )
        for number in range(documents)
    )
    tools = Tools(read, lambda text, context: extract(text, context, lists), version_of(folder / "ingest", ()))
    watch = Stopwatch()
    with watch.running():
        report = ingest(archive, sources, Options(), tools)
    if report.documents != {"new" if are_new else "known": documents}:
        raise SystemExit(f"not what should be measured: {report.documents}")
    return Sample(documents, watch.seconds)
