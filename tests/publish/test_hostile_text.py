"""Text of events that tries to act in a reader's browser stays text, on every kind of page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.publish import metadata
from regesta.replay.build import build
from tests.archives import answer, letter, make_archive
from tests.publish.sites import Document, in_one_loop, page, site

PAYLOADS = (
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example/x.js></sCrIpT>", "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)>x</a></svg>", "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>", "<a href=javascript:alert(1)>x</a>",
    "<form action=javascript:alert(1)><input type=submit>", "<math href=javascript:alert(1)>x",
    "<style>@import '//evil.example/x.css'</style>", "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>", "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)></video>", "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)", "\"><script>alert(1)</script>", "'><script>alert(1)</script>",
    "--><script>alert(1)</script><!--", "]]><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "</title><script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "javascript:alert(1)", "jAvAsCrIpT&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)", "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "${alert(1)}", "=cmd|' /C calc'!A0", "\u202egpj.exe\u2066<b>x</b>",
)  # fmt: skip
PAGES = {
    "home": "/",
    "database": "/archive",
    "table": "/archive/letters?_size=max",
    "facets": "/archive/letters?_facet=about&_size=1",
    "table with labels": "/archive/answers?_size=max",
    "history": "/archive/letters_history?_size=max",
    "events": "/archive/events?_size=max",
    "event": "/archive/events/1",
    "row": "/archive/letters/l3",
    "relation": "/archive/letter_sent?_size=max",
    "search": "/archive/events?_search=alert",
    "search for a payload": "/archive/events?_search=%3Cscript%3Ealert(1)%3C/script%3E",
    "filter": "/archive/letters?about__contains=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "SQL": "/archive?sql=select+about,+summary+from+letters",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with each payload in every field of text, and the same archive's metadata."""
    archive = make_archive(tmp_path_factory.mktemp("hostile"))
    drafts = []
    for number, text in enumerate(PAYLOADS, start=1):
        words = letter(number)["data"] | {"about": text, "summary": text}
        reply = answer(number)["data"] | {"reason": text, "summary": text}
        drafts += [letter(number, data=words), answer(number, data=reply)]
    archive.append(drafts)
    build(archive)
    metadata.refresh(archive)
    return archive


@pytest.fixture(scope="module")
def served(archive: Archive) -> Iterator[Datasette]:
    """A site over it, without our plugin: Datasette itself must hold."""
    with site(archive.database, metadata=archive.metadata) as datasette:
        yield datasette


def acting(document: Document) -> list[str]:
    """Return what of a page came from a payload and would act: scripts, handlers, and addresses elsewhere."""
    handlers = [
        f"{tag} {name}={value}"
        for tag, attributes in document.elements
        for name, value in attributes.items()
        if name.startswith("on") and "alert" in (value or "")
    ]
    scripts = [text for text in document.scripts if re.search(r"^\s*alert\(1\)", text)]
    schemes = ("javascript:", "data:", "vbscript:", "//evil", "http://evil", "https://evil")
    return handlers + scripts + [link for link in document.links() if link.strip().lower().startswith(schemes)]


@in_one_loop
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
async def test_text_does_not_act(served: Datasette, path: str) -> None:
    """No payload becomes a script, an event handler, or a link that leaves the site or runs."""
    assert acting(Document(await page(served, path))) == []


@in_one_loop
@pytest.mark.parametrize("path", [PAGES["table"], PAGES["history"], PAGES["SQL"]])
async def test_text_is_shown_as_it_is(served: Datasette, path: str) -> None:
    """Each payload is there to be read."""
    text = Document(await page(served, path)).text
    assert [payload for payload in PAYLOADS if payload not in text] == []


def test_the_check_finds_what_acts() -> None:
    """The check itself knows each kind of harm."""
    harmful = (
        "<p onclick='alert(1)'></p><script>alert(1)</script><a href=' javascript:x'>x</a><img src='//evil.example'>"
    )
    assert acting(Document(harmful)) == ["p onclick=alert(1)", "alert(1)", " javascript:x", "//evil.example"]
