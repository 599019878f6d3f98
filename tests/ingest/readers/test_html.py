"""Pages: what of a page is its story, what a page says of itself, and what is refused."""

from __future__ import annotations

from time import perf_counter

import pytest

from regesta.errors import InputError
from regesta.ingest.capture import Dated, Source
from regesta.ingest.readers import html
from regesta.limits import HTML_ATTRIBUTES, HTML_BYTES, HTML_MAIN_ELEMENTS, HTML_TAGS, TITLE_CHARS
from tests.ingest.readers.layouts import FOOTER, LAYOUTS, NAV, SENTENCES, page, unwanted, wanted
from tests.ingest.readers.layouts import html as bytes_of
from tests.ingest.readers.made import document

META = '<meta property="{}" content="{}">'
LINKED = '<script type="application/ld+json">{}</script>'
ARTICLE = '{"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "datePublished": "2001-01-01"}, %s]}'
NEWS = (
    '{"@type": ["NewsArticle"], "headline": "Clerks refuse", "datePublished": "2017-06-30T09:00:00-04:00",'
    ' "dateModified": "2017-07-01", "publisher": {"@type": "Organization", "name": "Alder Courier"}}'
)
BODY = f"<article><p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p></article>"

# Name: what stands in the head, when the page was published and on which basis.
PUBLISHED: dict[str, tuple[str, Dated | None]] = {
    "nothing": ("", None),
    "meta": (
        META.format("article:published_time", "2017-06-30T09:00:00.000-04:00"),
        Dated("2017-06-30T09:00:00-04:00", "meta article:published_time"),
    ),
    "meta of a parser": ('<meta name="parsely-pub-date" content="2017-06-30">', Dated("2017-06-30", "meta parsely-pub-date")),
    "Dublin Core": ('<META NAME="DC.date.issued" CONTENT="2017-06-30">', Dated("2017-06-30", "meta dc.date.issued")),
    "microdata": ('<meta itemprop="datePublished" content="2017-06-30">', Dated("2017-06-30", "meta datepublished")),
    "linked data": (LINKED.format(ARTICLE % NEWS), Dated("2017-06-30T09:00:00-04:00", "JSON-LD datePublished")),
    "linked data of a page": (
        LINKED.format('{"@type": "WebPage", "datePublished": "2017-06"}'), Dated("2017-06", "JSON-LD datePublished"),
    ),
    "linked data in pieces": (LINKED.format("{") + LINKED.format("[" * 100_000) + LINKED.format("[1, null]"), None),
    "linked data of another thing": (LINKED.format('{"@type": "Event", "datePublished": "2017-06-30"}'), None),
    "meta before linked data": (
        LINKED.format(ARTICLE % NEWS) + META.format("article:published_time", "2017-06-30"),
        Dated("2017-06-30", "meta article:published_time"),
    ),
    "one that cannot be read": (
        META.format("article:published_time", "yesterday") + '<meta name="date" content="30 June 2017">',
        Dated("2017-06-30", "meta date"),
    ),
    "day or month": ('<meta name="date" content="06/07/2017">', None),
    "marked time": ('<time pubdate datetime="2017-06-30">Friday</time>', Dated("2017-06-30", "time datetime")),
    "time by its class": ('<time class="entry-date published updated">June 30, 2017</time>', Dated("2017-06-30", "time datetime")),
    "the only time of the page": ('<p>By Jane Roe <time datetime="2017-06-30T09:00Z">', Dated("2017-06-30T09:00:00Z", "time datetime")),
    "two times": ('<time datetime="2017-06-30">a</time> <time datetime="2017-07-01">b</time>', None),
    "time in a post": ('<blockquote><time datetime="2017-06-30">a</time></blockquote>', None),
    "a date in the text": ("<p>Published on June 30, 2017</p>", None),
}  # fmt: skip
ADDRESSES: dict[str, tuple[str, str | None, str | None]] = {
    "canonical": ('<link rel="canonical" href="https://a.example/1">', None, "https://a.example/1"),
    "canonical, relative": ('<link rel="canonical" href="/1">', "https://a.example/1?utm=x", "https://a.example/1"),
    "canonical, of www": (
        '<link rel=canonical href="https://www.a.example/1">',
        "https://a.example/",
        "https://www.a.example/1",
    ),
    "og:url": (META.format("og:url", "https://a.example/1"), None, "https://a.example/1"),
    "of another site": (
        '<link rel="canonical" href="https://b.example/1">',
        "https://a.example/2",
        "https://a.example/2",
    ),
    "no address": ('<link rel="canonical" href="http://[::1">', "https://a.example/2", "https://a.example/2"),
    "a script": ('<link rel="canonical" href="javascript:alert(1)">', None, None),
    "credentials": ('<link rel="canonical" href="https://u:p@a.example/">', None, None),
    "none": ("", None, None),
}
REFUSED = {
    "no element": (b"<!-- nothing -->", "holds no"),
    "no text": (b"<html><body><img src=x></body></html>", "holds no text"),
    "text in scripts only": (b"<script>var a = 1</script><body><noscript>on!</noscript>", "holds no text"),
    "nothing to see": (b"<body><p hidden>a<p style='Display : none'>b", "holds no text"),
    "too deep": (b"<div>" * 100_000, "beyond what can be read as HTML"),
    "too many tags": (b"<p>x" * (HTML_TAGS + 1), "tags, the limit is"),
    "too many attributes": (b"<p " + b"a " * HTML_ATTRIBUTES * 2 + b">x", "attributes, the limit is"),
    "attributes in quotes without a blank": (b"<p " + b'a="1"' * 100_000 + b">x", "attributes, the limit is"),
    "too long": (b"x" * (HTML_BYTES + 1), "the limit is"),
    "one endless word": (b"<p>" + b"x" * 11_000_000, "beyond what can be read as HTML"),
}


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_story_is_kept_and_the_rest_is_not(layout: str) -> None:
    """All paragraphs, headings, lists, captions, posts and stamps of a page are in its text, and nothing else."""
    found = document("page.html", bytes_of(layout))
    missing = [words for words in wanted(layout) if flat(words) not in flat(found.text)]
    extra = [words for words in unwanted(layout) if flat(words) in flat(found.text)]
    assert (missing, extra) == ([], [])


def test_lines_of_a_page() -> None:
    """Paragraphs stand apart, headings, items of lists and rows of tables on lines of their own, in order."""
    layout = "<h1>Title</h1><p>{0}</p><ul><li>Alder: <b>no</b></li><li>Birch:\n yes</li></ul><h2>Ohio</h2><p>{1}</p>"
    table = "<table><tr><th>County<th>Answer</tr><tr><td>Cedar<td>no</tr></table>"
    found = document("page.html", bytes_of(page(f"<article>{layout}{table}</article>")))
    expected = ["Title", SENTENCES[0], "- Alder: no\n- Birch: yes", "Ohio", SENTENCES[1], "County | Answer\nCedar | no"]
    assert found.text.split("\n\n") == expected


def test_post_is_one_block() -> None:
    """The words of an embedded post and the line that says who and when stay together."""
    [post] = [
        block for block in document("p.html", bytes_of(LAYOUTS["radio"])).text.split("\n\n") if "My reply" in block
    ]
    assert post == "My reply to the commission: no. https://t.co/x\n— Maria Delgado (@sosdelgado) June 30, 2017"


def test_short_page_is_not_torn() -> None:
    """Of a page of a sentence or two the words stay together around what is bold or a link."""
    found = document(
        "page.html", f"{NAV}<p>Ohio said <b>no</b>, and <a href=/x>Iowa</a>: “<i>yes</i>”.</p>{FOOTER}".encode()
    )
    assert found.text == "Ohio said no, and Iowa: “yes”."


def test_body_without_its_tag() -> None:
    """What a parser leaves in the head for want of a body tag is read."""
    found = document("page.html", f"<meta charset=utf-8><title>T</title>{BODY}<p>{SENTENCES[2]}</p>".encode())
    assert found.text.split("\n\n") == [*SENTENCES[:3]]


def test_quotation_marks_of_q() -> None:
    """The marks that a browser draws around `q` are written out."""
    found = document("page.html", b"<p>She said <q>We will <i>not</i></q> and left. It was a Friday in the capital.")
    assert found.text == "She said “We will not” and left. It was a Friday in the capital."


def test_stamps_stand_where_they_stood() -> None:
    """A headline and a stamp that are outside of what is taken for the story are put back in their order."""
    found = document("page.html", bytes_of(LAYOUTS["paragraphs that are divisions"]))
    assert found.text.split("\n\n")[:3] == ["Clerks refuse", "Updated 4:02 PM ET, Wed July 5, 2017", SENTENCES[0]]


def test_all_text_where_no_story_is_found() -> None:
    """A page on which next to nothing is found gives all its visible text, and says so."""
    body = "".join(f"<div class=comment>{number} {sentence}</div>" for number, sentence in enumerate(SENTENCES * 20))
    found = document("page.html", page(NAV + body + FOOTER).encode())
    said = [notice for notice in found.notices if notice.startswith("all visible text was taken")]
    assert (found.text.count("Delgado"), len(said), "Politics" in found.text) == (20, 1, False)


def test_big_page() -> None:
    """A page of more elements than are searched gives all its visible text, and says so."""
    found = document("page.html", page("".join(f"<p>County {n}: no</p>" for n in range(HTML_MAIN_ELEMENTS))).encode())
    assert (found.text.count("County"), found.notices[0][:27]) == (HTML_MAIN_ELEMENTS, "all visible text was taken:")


def test_what_a_page_says_of_itself() -> None:
    """Title, publisher, dates and address come from the head; the bytes and their digest are untouched."""
    head = (
        META.format("og:title", "Clerks\n refuse") + META.format("og:site_name", "Alder Courier")
        + META.format("article:published_time", "2017-06-30") + META.format("article:modified_time", "2017-07-05T20:02:00Z")
        + '<link rel="canonical" href="https://a.example/1">'
    )  # fmt: skip
    data = page(BODY, head).encode()
    found = document("page.html", data)
    expected = ("Clerks refuse", "Alder Courier", "https://a.example/1", "2017-06-30", "2017-07-05T20:02:00Z", data)
    dates = (found.published and found.published.edtf, found.updated and found.updated.edtf)
    assert (found.title, found.publisher, found.url, *dates, found.data) == expected
    assert (found.updated and found.updated.basis, found.media_type) == ("meta article:modified_time", "text/html")


@pytest.mark.parametrize(("head", "expected"), PUBLISHED.values(), ids=list(PUBLISHED))
def test_when_it_was_published(head: str, expected: Dated | None) -> None:
    """A date is taken from the first machine-readable place that can be read, and never from the text."""
    assert document("page.html", page(BODY, head).encode()).published == expected


def test_dates_that_disagree() -> None:
    """Two places that name different days are told apart in a notice."""
    head = META.format("article:published_time", "2017-06-30") + LINKED.format(
        '{"@type": "Report", "datePublished": "2017-07-01"}'
    )
    [notice] = document("page.html", page(BODY, head).encode()).notices
    assert (
        notice == "JSON-LD datePublished is 2017-07-01, meta article:published_time is 2017-06-30: the latter was taken"
    )


@pytest.mark.parametrize(("head", "base", "expected"), ADDRESSES.values(), ids=list(ADDRESSES))
def test_address(head: str, base: str | None, expected: str | None) -> None:
    """A page's own address is taken, unless it came from another site than it names."""
    source = Source(base or "page.html", page(BODY, head).encode(), url=base)
    assert next(html.read(source)).url == expected


def test_title_without_a_head() -> None:
    """The headline stands in for the title; a long one is cut, on one line."""
    found = document("page.html", f"<h1>{'long ' * 200}</h1>{BODY}".encode())
    assert (len(found.title or ""), (found.title or "")[-1]) == (TITLE_CHARS, "…")


def test_retrieved() -> None:
    """The moment of a fetch is passed on, by our own clock."""
    source = Source(
        "https://a.example/", page(BODY).encode(), "https://a.example/", "text/html", "2017-07-01T10:00:00Z"
    )
    assert next(html.read(source)).retrieved == Dated("2017-07-01T10:00:00Z", "clock")


def test_character_set_of_a_page() -> None:
    """What the sender says goes before what the page says; without either it is UTF-8."""
    said = "<meta http-equiv=Content-Type content='text/html; charset={}'><article><p>“No”"
    cases = [
        ("windows-1252", "cp1252", None),
        ("koi8-r", "cp1252", "text/html; charset=windows-1252"),
        ("x", "utf-8", None),
    ]
    texts = [document("a.html", said.format(inside).encode(codec), sender).text for inside, codec, sender in cases]
    assert texts == ["“No”"] * 3


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(data: bytes, reason: str) -> None:
    """A page without text, or built to keep a parser busy, is an InputError that says why."""
    with pytest.raises(InputError, match=reason):
        next(html.read(Source("page.html", data)))


def test_control_characters() -> None:
    """What no XML may hold is a blank, as it is and by number, wherever it stands."""
    data = b"<pre>a\x01b\nc&#1;d&#x1F;e&#10;f</pre><p>g <q>h\x0ci</q> &#128;&#49;</p>"
    assert document("page.html", data).text.split() == ["a", "b", "c", "d", "e", "f", "g", "“h", "i”", "€1"]


def test_visible_text_of_a_piece() -> None:
    """Of a piece of HTML all text is taken, hidden parts excepted, and tables that lay a mail out are plain text."""
    piece = b"<div style='display:none'>preview</div><table><tr><td><p>Dear clerk,</p><p>no.</p></td></tr></table>"
    assert html.visible_text(piece, "utf-8").text == "Dear clerk,\n\nno."


def test_speed() -> None:
    """A page of a thousand words takes less than 50 ms (measured: 10 ms), once the libraries are loaded."""
    data = page(
        NAV + "<article>" + "".join(f"<p>{n} {SENTENCES[n % 10]}</p>" for n in range(50)) + "</article>"
    ).encode()
    document("page.html", data)
    times = []
    for _ in range(3):
        start = perf_counter()
        document("page.html", data)
        times.append(perf_counter() - start)
    assert min(times) < 0.05
