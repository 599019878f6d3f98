"""The shipped archive: what it says of the two articles, and that each passage is where it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pytest

from regesta import Archive, verify
from regesta.replay.build import build_into

ROOT = Path(__file__).parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
REQUEST = "voter-rolls-2017"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The tables of the shipped archive, built anew."""
    path = tmp_path_factory.mktemp("story") / "archive.db"
    build_into(Archive.open(ROOT), path)
    with closing(sqlite3.connect(path)) as db:
        yield db


def texts() -> dict[str, str]:
    if not SEEDS.is_dir():
        pytest.skip("the articles are not here: ../shared/seeds is absent")
    return {sha256(path.read_bytes()).hexdigest(): path.read_bytes().decode("utf-8") for path in SEEDS.glob("*.txt")}


def test_log_is_sound(tmp_path: Path) -> None:
    """The shipped log verifies, line by line, and its checkpoint covers all of it."""
    for name in ("events", "schema"):
        copytree(ROOT / name, tmp_path / name)
    (tmp_path / "archive.toml").write_bytes((ROOT / "archive.toml").read_bytes())
    report = verify(Archive.open(tmp_path))
    assert (report.faults, report.notices, report.checked_size) == ([], [], report.events)


def test_every_passage_resolves(story: sqlite3.Connection) -> None:
    """The digest of every passage is that of its range in the article."""
    documents = texts()
    rows = story.execute('select event, document, start, "end", digest from evidence').fetchall()
    wrong = [row for row in rows if sha256(documents[row[1]][row[2] : row[3]].encode()).hexdigest() != row[4]]
    assert (wrong, len(rows) > 300) == ([], True)


def test_every_event_has_evidence(story: sqlite3.Connection) -> None:
    """No event stands without a passage."""
    bare = story.execute("select sequence from events where sequence not in (select event from evidence)").fetchall()
    assert bare == []


def test_no_sentence_of_the_articles_is_republished() -> None:
    """No run of nine words of an article occurs in what the archive ships."""
    shipped = " ".join(
        path.read_text("utf-8")
        for folder in ("events", "schema", "ingest", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".jsonl", ".json", ".sql", ".csv", ".md", ".toml")
    )
    words = " ".join(shipped.split()).lower()
    found = []
    for text in texts().values():
        tokens = text.lower().split()
        found += [" ".join(tokens[n : n + 9]) for n in range(len(tokens) - 8) if " ".join(tokens[n : n + 9]) in words]
    assert found == []


def test_standing(story: sqlite3.Connection) -> None:
    """Every state that the articles name as answering or listed has its answer; six are never named."""
    rows = story.execute("select disposition, group_concat(state, ' ') from (select * from responses order by state)"
                         " group by disposition").fetchall()  # fmt: skip
    assert dict(rows) == {
        "refuse": "CA KY MS ND NY PA VA",
        "public-only": "CO CT IN MN RI TX UT WA WI",
        "partial": "KS NC",
        "fee": "OR",
        "unspecified": "AK AL AR AZ DE GA IA ID LA MA MD ME MI MO MT NH NM NV OH OK SC SD TN VT WV WY",
    }


def test_every_answer_has_its_passage(story: sqlite3.Connection) -> None:
    """Each of the 45 answers leads to an event and from there to a passage."""
    rows = story.execute(
        "select count(distinct state) from responses join evidence on evidence.event = responses.last_event"
    )
    assert rows.fetchone() == (45,)


def test_dated_tweets(story: sqlite3.Connection) -> None:
    """Pennsylvania and New York answered on 30 June for certain; nobody else's answer has a day of its own."""
    rows = story.execute(
        "select state, edtf, substr(earliest, 1, 10), substr(latest, 1, 10) from responses"
        " join events on sequence = last_event where edtf not like '%/%' and disposition <> 'unspecified' order by 1"
    ).fetchall()
    assert rows == [(state, "2017-06-30", "2017-06-30", "2017-06-30") for state in ("NY", "PA")]


def test_indiana_gives_three_fields(story: sqlite3.Connection) -> None:
    """Indiana treats name, address and congressional district as public."""
    rows = story.execute("select field, disposition from response_fields where state = 'IN' order by field").fetchall()
    assert rows == [("address", "public"), ("congressional-district", "public"), ("name", "public")]


def test_fields_asked_for(story: sqlite3.Connection) -> None:
    """The letter asked for eight kinds of data, voting history since 2006."""
    rows = story.execute("select field, since from request_fields order by field").fetchall()
    assert rows == [
        ("address", None), ("birth-date", None), ("felony", None), ("military", None), ("name", None),
        ("party", None), ("ssn4", None), ("voting-history", "2006"),
    ]  # fmt: skip


def test_dates_of_the_story(story: sqlite3.Connection) -> None:
    """Deadline, appointment, letter and update stamp have the dates that the articles give, and no more."""
    found = {
        "deadline": story.execute("select due from deadlines").fetchone(),
        "appointment": story.execute("select person, dated from appointments").fetchone(),
        "letter": story.execute("select edtf from events where type = 'letter.sent'").fetchone(),
        "stamp": story.execute(
            "select edtf, earliest, latest from events where type = 'story.updated'"
        ).fetchone(),
    }  # fmt: skip
    assert found == {
        "deadline": ("2017-07-14",),
        "appointment": ("hans-von-spakovsky", "2017-06-29"),
        "letter": ("2017-06-26/2017-06-30",),
        "stamp": ("2017-07-05T16:02:00", "2017-07-05T00:00:00-04:00", "2017-07-05T23:59:59-04:00"),
    }


def test_statement_in_both_articles_is_one(story: sqlite3.Connection) -> None:
    """Cuomo's press statement and Padilla's are one row each, with passages of both documents."""
    rows = story.execute(
        "select id, count(distinct document) from statements join evidence on event = last_event"
        " where id in ('cuomo-statement', 'padilla-statement') group by id order by id"
    ).fetchall()
    assert rows == [("cuomo-statement", 2), ("padilla-statement", 2)]


def test_where_it_stood_on_1_july(story: sqlite3.Connection) -> None:
    """At the end of 1 July 2017 two answers are certain, seventeen possible; 26 come under the July 5 stamp."""
    certain, possible = (
        story.execute(f"select count(*) from responses_history where {condition}", {"d": "2017-07-01T23:59:59-04:00"})
        .fetchone()[0]
        for condition in ("surely_from <= :d and possibly_to > :d", "possibly_from <= :d and surely_from > :d")
    )  # fmt: skip
    assert (certain, possible, 45 - certain - possible) == (2, 17, 26)


def test_references_resolve(story: sqlite3.Connection) -> None:
    """Every foreign key of every table points at a row."""
    assert story.execute("pragma foreign_key_check").fetchall() == []
