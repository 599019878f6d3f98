"""`events.jsonld`: the events in the words of schema.org."""

from __future__ import annotations

import json
from pathlib import Path

from tests.publish.feeds.taken import PAYLOADS, corrected, dated, file, hostile, left_out


def test_dataset_has_the_events(tmp_path: Path) -> None:
    """The file is a dataset with the events as claims, the one context at the top."""
    found = json.loads(file(dated(tmp_path), "events.jsonld"))
    assert (found["@context"], found["@type"], len(found["hasPart"])) == ("https://schema.org", "Dataset", 14)
    assert [claim for claim in found["hasPart"] if "@context" in claim] == []
    assert found["hasPart"][0]["@id"] == "https://example.org/letters/-/event/1"


def test_event_without_address_has_a_lasting_id(tmp_path: Path) -> None:
    """Where nobody knows the site's address an event is known by its id, and nothing has an empty address."""
    text = file(dated(tmp_path), "events.jsonld", "")
    found = json.loads(text)
    assert {"urn:uuid"} == {claim["@id"][:8] for claim in found["hasPart"]}
    assert '""' not in text


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    """The description says what is not in the file."""
    archive = corrected(tmp_path)
    found = json.loads(file(archive, "events.jsonld"))
    assert "; ".join(left_out(archive, "events.jsonld")) in found["description"]


def test_text_is_text(tmp_path: Path) -> None:
    """Each payload is a string, to be read as it is."""
    found = json.loads(file(hostile(tmp_path), "events.jsonld"))
    texts = [claim["text"] for claim in found["hasPart"]]
    assert [payload for payload in PAYLOADS if payload not in texts] == []
