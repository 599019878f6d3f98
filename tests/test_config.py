"""What archive.toml says: every setting is taken as it is written or refused by name, and comes back from JSON."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from regesta.config import Config, Lane, Status, Value, config_of, values_of
from regesta.errors import ArchiveError

GOOD = {"title": "Letters", "origin": "example.org/letters"}
WHOLE = """
title = "Letters"
origin = "example.org/letters"
zone = "America/New_York"
quotes = "digest"
timeline = "2017-06-24/2017-07-16"

[subjects]
place = "places.name"

[[status]]
table = "answers"
column = "answer"
title = "Who answers"
noun = "towns"
subject = "place"
map = "us-states"
others = "silent"

[[status.value]]
value = "no"
label = "Says no"
sign = "N"
color = "#a4262c"

[[status.value]]
value = "yes"

[[lane]]
title = "Answers"
types = ["answer.", "letter.sent"]
"""
STATUS = {"table": "answers", "column": "answer"}

# Name: settings beside the title, a part of what is said.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"colour": "red"}, "'colour' is not known; there are"),
    "status without a column": ({"status": [{"table": "answers"}]}, "a status is written [[status]]"),
    "status with something else": (
        {"status": [{**STATUS, "colour": "red"}]},
        "it may also have map, noun, others, subject",
    ),
    "status of a number": ({"status": [5]}, "a status is written"),
    "status with a number": ({"status": [{**STATUS, "title": 5}]}, "a status is written"),
    "another map": ({"status": [{**STATUS, "map": "mars"}]}, "map is 'mars', expected us-states"),
    "value without one": ({"status": [{**STATUS, "value": [{"label": "a"}]}]}, "a [[status.value]] is written"),
    "value of a number": ({"status": [{**STATUS, "value": [{"value": 5}]}]}, "a [[status.value]] is written"),
    "value twice": ({"status": [{**STATUS, "value": [{"value": "a"}, {"value": "a"}]}]}, "one for each value"),
    "many values": ({"status": [{**STATUS, "value": [{"value": str(n)} for n in range(25)]}]}, "at most 24"),
    "a colour's name": ({"status": [{**STATUS, "value": [{"value": "a", "color": "red"}]}]}, "color is 'red'"),
    "a colour with more": (
        {"status": [{**STATUS, "value": [{"value": "a", "color": "#112233;x"}]}]},
        "expected one like '#b3261e'",
    ),
    "a long sign": ({"status": [{**STATUS, "value": [{"value": "a", "sign": "long"}]}]}, "more than 3 characters"),
    "a long label": ({"status": [{**STATUS, "value": [{"value": "a", "label": "x" * 61}]}]}, "more than 60"),
    "lane without types": ({"lane": [{"title": "Answers"}]}, "a lane is written [[lane]]"),
    "lane of one type": ({"lane": [{"title": "Answers", "types": "answer."}]}, "a lane is written"),
    "lane of numbers": ({"lane": [{"title": "Answers", "types": [1]}]}, "a lane is written"),
    "many lanes": ({"lane": [{"title": "a", "types": []}] * 25}, "25 lanes, the limit is 24"),
    "subjects in a list": ({"subjects": ["states.name"]}, "[subjects] are written"),
    "subject without a column": ({"subjects": {"state": "states"}}, "[subjects] are written"),
    "subject of SQL": ({"subjects": {"state": 'states".x--.y'}}, "[subjects] are written"),
    "timeline": ({"timeline": "last week"}, "timeline: "),
}


def test_everything() -> None:
    """Every setting is taken as it is written."""
    values = (Value("no", "Says no", "N", "#a4262c"), Value("yes"))
    status = Status("answers", "answer", "Who answers", "towns", "place", "us-states", "silent", values)
    expected = Config(
        "Letters",
        "example.org/letters",
        "America/New_York",
        "digest",
        status=(status,),
        timeline="2017-06-24/2017-07-16",
        lanes=(Lane("Answers", ("answer.", "letter.sent")),),
        subjects={"place": "places.name"},
    )
    assert config_of(tomllib.loads(WHOLE), "archive.toml") == expected


def test_there_and_back() -> None:
    """The settings as JSON, as they stand in a built database, are the same settings."""
    config = config_of(tomllib.loads(WHOLE), "archive.toml")
    assert config_of(json.loads(json.dumps(values_of(config))), "meta") == config


def test_title_and_origin_are_enough() -> None:
    """All other settings have a default."""
    assert config_of(GOOD, "archive.toml") == Config("Letters", "example.org/letters")


@pytest.mark.parametrize(("values", "words"), BAD.values(), ids=BAD.keys())
def test_bad(values: dict[str, Any], words: str) -> None:
    """A wrong setting is refused with what is wrong and where."""
    with pytest.raises(ArchiveError) as caught:
        config_of({**GOOD, **values}, "archive.toml")
    assert (words in caught.value.message, caught.value.where) == (True, "archive.toml")
