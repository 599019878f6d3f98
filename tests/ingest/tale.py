"""An archive that ingests, for the tests of the pipeline: recipes for the letters of `tests.archives`, and an extractor.

The extractor reads a small language, so that a test shows its findings in the text itself:

    [quote person=Ann_Lee state=P01: I say no.]    the passage is what stands in the brackets behind the colon
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from regesta.archive import Archive
from regesta.ingest.capture import Capture
from regesta.ingest.extract.model import Context, Finding
from regesta.ingest.propose import Document, proposals
from regesta.ingest.recipes import load_recipes
from regesta.ingest.store import Store
from regesta.replay.build import build
from tests.archives import document, make_archive

RECIPES: Final = {
    "disposition": """
[[event]]
type = "answer.given"
subject = ["place/{state}", "story/{story}"]
date = "{date_edtf}"
key = ["answer"]
summary = ["{state} {says:disposition}, through {person}.", "{state} {says:disposition}."]
[event.data]
letter = "l1"
place = "{state}"
answer = "{word:disposition}"
reason = "{slug:person}"
pages = "{figure}"
[map.word]
refuse = "no"
comply = "yes"
[map.says]
refuse = "says no"
comply = "says yes"
""",
    "quote": """
[[event]]
type = "answer.given"
subject = ["person/{slug:person}", "story/{story}"]
summary = ["{person} is quoted.", "Somebody is quoted."]
[event.data]
letter = "{slug:person|passage}"
place = "{state}"
answer = "yes"
reason = "{slug:person}"
""",
    "status_list": """
[[event]]
type = "answer.listed"
subject = "place/{item}"
each = "states"
summary = "{item} is named, number {position}."
[event.data]
letter = "l{position}"
place = "{item}"
""",
}
_MARKED: Final = re.compile(r"\[(\w+)((?: \w+=[^\s:\]]+)*): ([^\]]*)\]")
_NEEDS: Final = {"quote": ("person", "speaker"), "disposition": ("state", "state")}


def tale(folder: Path, **config: Any) -> Archive:
    """Make an archive with recipes in ``folder`` and open it."""
    for name, text in RECIPES.items():
        path = folder / "ingest" / "recipes" / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), "utf-8")
    return make_archive(folder, **config)


def marked(text: str, _context: Context = Context(), _lists: Any = None) -> list[Finding]:  # noqa: B008
    """Return what a text in the small language says that is found in it."""
    return [_finding(match) for match in _MARKED.finditer(text)]


def _finding(match: re.Match[str]) -> Finding:
    kind, fields = match[1], dict[str, Any](pair.split("=") for pair in match[2].split())
    values: dict[str, Any] = {name: value.replace("_", " ") for name, value in fields.items()}
    lists: dict[str, Any] = {
        name: tuple(values[name].split(",")) for name in ("states", "candidates") if name in values
    }
    field, need = _NEEDS.get(kind, ("", ""))
    needs = (need,) if need and field not in values else ()
    sure = float(values.pop("sure", "0.9"))
    return Finding(kind, match.start(3), match.end(3), f"{kind}.marked", sure, {**values, **lists}, needs)


# Two complete proposals, one that needs its speaker, one without a recipe, one list of two.
TEXT: Final = """\
[disposition state=P01 disposition=refuse person=Ann_Lee: P01 will not take part.] And
[disposition state=P02 disposition=comply sure=0.6: P02 will.] But
[quote candidates=Ann_Lee,Bob_Ray state=P03: "We shall see."] So it was
[tally figure=44: 44 places] and [status_list states=P05,P06: P05 and P06].
"""
STORY: Final = "tale"


def pending(archive: Archive, text: str = TEXT) -> Archive:
    """Append a document with this text, its story and its proposals, keep the text, and build the tables."""
    capture = Capture(text.encode(), text, "text/plain", "text", "tale.txt")
    store = Store(archive.folder / "documents", archive.config.quotes)
    store.put(capture)
    document_draft = document(text)
    document_draft["data"]["text"] = sha256(text.encode()).hexdigest()
    story = {
        "type": "story.published", "subject": f"story/{STORY}", "source": f"urn:sha256:{capture.digest}",
        "data": {"story": STORY, "document": capture.digest, "summary": "A story."},
    }  # fmt: skip
    known = Document(capture.digest, text, STORY, archive.config.quotes, not_after="../2017-07-05")
    recipes = load_recipes(archive.folder / "ingest" / "recipes", archive.schema.types)
    archive.append([document_draft, story, *proposals(known, marked(text), recipes)])
    build(archive)
    return archive


def keys(archive: Archive) -> list[str]:
    """Return the keys of the proposals, in the order of the text."""
    return [event.data["proposal"] for event in archive.log.events() if event.type == "proposal.made"]
