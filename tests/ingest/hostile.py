"""Input made to break a reader, to keep it busy, or to lead it astray. Name: file, how to make its bytes, what is told.

What is told is a piece of the problem; `None` is a document, whatever is said of it in notices.
"""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable

from tests.ingest.readers.made import FONT, HEAD, answered, atom, form, packed, pdf, pdf_of, record, rss, shown, stream

Case = tuple[str, Callable[[], bytes], str | None]

PROSE = "The clerk said: “We won’t hand it over — not now.” The council met in Zürich on June 30, 2017. "
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = (
    CATALOG,
    b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
    b"<</Type/Page/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
)
LETTER = shown("Dear clerk,", "we will not.")


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return file.getvalue()


def many(count: int, make: Callable[[int], str]) -> bytes:
    return "".join(map(make, range(count))).encode()


ENCODINGS: dict[str, Case] = {
    "Latin-1 that says UTF-8": ("a.html", lambda: "<meta charset=utf-8><p>café in Zürich, no?".encode("latin-1"), None),
    "UTF-8 that says Latin-1": ("a.html", lambda: f"<meta charset=iso-8859-1><p>{PROSE}".encode(), None),
    "UTF-8 that says UTF-16": ("a.html", lambda: f"<meta charset=utf-16><p>{PROSE}".encode(), None),
    "UTF-16 without its mark": ("a.txt", lambda: PROSE.encode("utf-16-le"), None),
    "UTF-16, big end, without its mark": ("a.html", lambda: f"<p>{PROSE}".encode("utf-16-be"), None),
    "UTF-16 cut within a character": ("a.txt", lambda: PROSE.encode("utf-16")[:-1], "begins with the mark"),
    "UTF-16 with half a pair": ("a.txt", lambda: b"\xff\xfe\x00\xd8a\x00", "begins with the mark"),
    "UTF-32": ("a.txt", lambda: PROSE.encode("utf-32"), None),
    "UTF-7 that hides a script": ("a.html", lambda: b"<meta charset=utf-7><p>no +ADw-script+AD4-x", None),
    "mark of one set in the text of another": (
        "a.txt",
        lambda: b"\xef\xbb\xbf\xff\xfe",
        "begins with the mark of utf-8",
    ),
    "overlong UTF-8": ("a.txt", lambda: b"a\xc0\xafb", None),
    "surrogates in UTF-8": ("a.txt", lambda: b"a\xed\xa0\x80b" * 30, None),
    "beyond Unicode": ("a.txt", lambda: b"a\xf5\x80\x80\x80b", None),
    "one broken byte in a book": ("a.txt", lambda: (PROSE * 2_000).encode() + b"\xff" + PROSE.encode(), None),
    "every byte": ("a.txt", lambda: bytes(range(256)), "binary"),
    "high bytes at random": ("a.txt", lambda: bytes((n * 7919) % 128 + 128 for n in range(100_000)), "binary"),
    "a character set that is a program's": ("a.html", lambda: b"<meta charset=unicode_escape><p>\\x41", None),
    "a character set that unpacks": ("a.html", lambda: b"<meta charset=zlib><p>no", None),
    "a character set of the square": ("a.html", lambda: b"<meta charset=punycode><p>" + b"a-" * 100_000, None),
    "a character set with a NUL": ("a.html", lambda: b"<meta charset='utf-8\x00'><p>no", "a NUL"),
    "NULs": ("a.txt", lambda: b"No.\0" * 1_000, "binary"),
    "NUL at the end": ("a.txt", lambda: b"No.\0", "a NUL at character 3"),
    "only NULs": ("a.txt", lambda: bytes(1_000_000), "binary"),
    "control characters": ("a.txt", lambda: b"\x1b[2J\x07\x08" * 100, "many control characters"),
    "a terminal's escapes in prose": ("a.txt", lambda: (PROSE * 20 + "\x1b[2J\x1b]0;x\x07").encode(), None),
    "direction marks": ("a.txt", lambda: "He said \u202eon\u202c and \u2066left\u2069.".encode(), None),
    "a line of 20 MB": ("a.txt", lambda: b"x" * 20_000_000, None),
    "ten million lines": ("a.txt", lambda: b"\n" * 10_000_000 + b"x", None),
    "a text of combining marks": ("a.txt", lambda: ("a" + "\u0301" * 500_000).encode(), None),
    "longer than a document may be": ("a.txt", lambda: b"x" * (64 * 1024 * 1024 + 1), "the limit for one document"),
    "nothing": ("a.txt", lambda: b"", "is empty"),
    "white space": ("a.txt", lambda: "\u2003\u00a0\n".encode(), "holds no text"),
}

BINARY: dict[str, Case] = {
    "gzip as text": ("a.txt", lambda: gzip.compress(PROSE.encode()), "gzip"),
    "gzip as a page": ("a.html", lambda: gzip.compress(b"<p>no"), "gzip"),
    "gzip bomb as text": ("a.txt", lambda: gzip.compress(bytes(10_000_000)), "gzip"),
    "zlib as text": ("a.txt", lambda: zlib.compress(PROSE.encode()), "binary"),
    "Word": ("a.docx", zipped, "a zip archive"),
    "zip as text": ("a.txt", zipped, "a zip archive"),
    "zip as mail": ("a.eml", zipped, "no mail message"),
    "zip as PDF": ("a.pdf", zipped, "damaged"),
    "zip as CSV": ("a.csv", zipped, "a zip archive"),
    "RTF as text": ("a.txt", lambda: rb"{\rtf1\ansi No.}", "RTF"),
    "picture as a page": ("a.html", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "program": ("a", lambda: b"\x7fELF\x02\x01\x01" + bytes(100), "a program"),
    "database": ("a.db", lambda: b"SQLite format 3\x00" + bytes(100), "SQLite"),
    "PDF as text": ("a.txt", lambda: pdf(LETTER), None),
    "page as PDF": ("a.pdf", lambda: b"<html><p>no", "damaged"),
    "page as mail": ("a.eml", lambda: b"<html><p>no", "no mail message"),
    "page as CSV": ("a.csv", lambda: b"<html>\n<p>no", None),
    "page as feed": ("a.rss", lambda: b"<html><p>no", "no RSS or Atom feed"),
    "mail as PDF": ("a.pdf", lambda: HEAD + b"\nNo.", "damaged"),
}

PAGES: dict[str, Case] = {
    "nested 100,000 deep": ("a.html", lambda: b"<div>" * 100_000 + b"x", "beyond what can be read"),
    "nested 100,000 deep in bold": ("a.html", lambda: b"<b>" * 100_000 + b"x", "beyond what can be read"),
    "nested tables": ("a.html", lambda: b"<table><tr><td>" * 50_000, "beyond what can be read"),
    "nested lists, as deep as goes": ("a.html", lambda: (b"<ul><li>" * 100 + b"x" + b"</ul>" * 100) * 25, None),
    "nested quotes, as deep as goes": ("a.html", lambda: (b"<q>" * 200 + b"x" + b"</q>" * 200) * 20, None),
    "nested dates, as deep as goes": ("a.html", lambda: (b"<span class=date>" * 200 + b"2017" + b"</span>" * 200) * 20, None),
    "never closed": ("a.html", lambda: b"<p>x<b>y<i>" * 80, None),
    "closed and never opened": ("a.html", lambda: b"</div></p></b>" * 10_000 + b"no", None),
    "crossed": ("a.html", lambda: b"<b><i>x</b>y</i>" * 2_000, None),
    "half a million tags": ("a.html", lambda: b"<p>x" * 500_000, "tags, the limit is"),
    "a million angle brackets": ("a.html", lambda: b"<" * 1_000_000, "tags, the limit is"),
    "50 MB of attributes": ("a.html", lambda: b"<p " + b"a=1 " * 12_500_000 + b">x", "characters of markup"),
    "10 MB of attributes": ("a.html", lambda: b"<p " + b"a=1 " * 2_500_000 + b">x", "attributes, the limit is"),
    "an attribute of 15 MB": ("a.html", lambda: b"<p a='" + b"x" * 15_000_000 + b"'>y", "beyond what can be read"),
    "a text of 11 MB": ("a.html", lambda: b"<p>" + b"x" * 11_000_000, "beyond what can be read"),
    "quotes that never close": ("a.html", lambda: b'<a "' * 60_000, "attributes, the limit is"),
    "comment that never closes": ("a.html", lambda: b"<p>no<!--" + b"-" * 5_000_000, None),
    "CDATA in a page": ("a.html", lambda: b"<p>no<![CDATA[" * 20_000, None),
    "entities that grow": (
        "a.html", lambda: b"<!DOCTYPE x [<!ENTITY a 'ha'>" + many(30, lambda n: f"<!ENTITY b{n} '&a;&a;'>") + b"]><p>no &b9;", None,
    ),
    "an entity that is a file": ("a.html", lambda: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>no &a;', None),
    "half a million entities": ("a.html", lambda: b"<p>" + b"&amp;" * 500_000, None),
    "halves of characters by number": ("a.html", lambda: b"<p>no &#xD800;&#0;&#x110000;&#xFFFE;&#1;", None),
    "a script of 10 MB": ("a.html", lambda: b"<p>no<script>" + b"x" * 9_000_000 + b"</script>", None),
    "linked data without an end": ("a.html", lambda: b"<script type='application/ld+json'>" + b"[" * 500_000 + b"</script><p>no", None),
    "linked data of everything": (
        "a.html", lambda: b"<script type='application/ld+json'>[" + b"{}," * 500_000 + b"{}]</script><p>no", None,
    ),
    "linked data of odd kinds": (
        "a.html",
        lambda: b'<script type="application/ld+json">{"@type": ["NewsArticle", 5], "headline": {}, "datePublished": [],'
        b' "publisher": [{}], "@graph": null}</script><p>no',
        None,
    ),
    "half a character in linked data": (
        "a.html", lambda: b'<script type="application/ld+json">{"@type": "Article", "headline": "\\ud800"}</script><p>no', None,
    ),
    "a date of a thousand digits": ("a.html", lambda: b"<meta name=date content=" + b"9" * 5_000 + b"><p>no", None),
    "a title of 5 MB": ("a.html", lambda: b"<title>" + b"x " * 2_500_000 + b"</title><p>no", None),
    "an address that is none": ("a.html", lambda: b"<base href='javascript:'><link rel=canonical href='http://[::1'><p>no", None),
    "50,000 dates": ("a.html", lambda: b"<meta name=date content=x>" * 50_000 + b"<p>no", None),
    "5,000 dates in the text": ("a.html", lambda: b"<article>" + b"<time datetime=2017-01-01>x</time>" * 5_000, None),
    "5,000 captions": ("a.html", lambda: b"<article>" + b"<p class=caption>x</p>" * 2_500, None),
    "names of 10 kB": ("a.html", lambda: b"<article>" + (b"<p class='" + b"date " * 2_000 + b"'>x</p>") * 300, None),
    "9 MB of line ends": ("a.html", lambda: b"<p>" + b"\n" * 9_000_000 + b"no", None),
    "nothing to see": ("a.html", lambda: b"<p hidden>x<div style='display:none'>y</div>", "holds no text"),
    "frames": ("a.html", lambda: b"<frameset><frame src=x></frameset>", "holds no text"),
    "only a comment": ("a.html", lambda: b"<!-- x -->", "holds no HTML"),
    "only tags": ("a.html", lambda: b"<><><p", None),
    "drawing": ("a.html", lambda: b"<svg>" + b"<g>" * 200 + b"</svg><p>no", None),
    "plain text without an end": ("a.html", lambda: b"<p>no<plaintext>" + b"<p>x" * 10_000, None),
    "a page in a page": ("a.html", lambda: b"<html><body><html><body><p>no</body></html>" * 500, None),
}  # fmt: skip

PDFS: dict[str, Case] = {
    "header only": ("a.pdf", lambda: b"%PDF-1.7\n", "damaged"),
    **{f"cut at {part} %": ("a.pdf", lambda part=part: pdf(LETTER)[: 7 * part], "damaged") for part in (5, 25, 50, 80)},  # type: ignore[misc]
    "junk before": ("a.pdf", lambda: b"junk\n" * 100 + pdf(LETTER), None),
    "junk behind": ("a.pdf", lambda: pdf(LETTER) + b"junk" * 10_000, None),
    "flipped bits": ("a.pdf", lambda: bytes(byte ^ (n % 97 == 0) for n, byte in enumerate(pdf(LETTER))), "damaged"),
    "table of contents nowhere": ("a.pdf", lambda: pdf(LETTER).replace(b"startxref\n", b"startxref\n9"), None),
    "table of contents in a circle": (
        "a.pdf", lambda: pdf(LETTER).replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % pdf(LETTER).rindex(b"xref\n0")), None,
    ),
    "table of a billion": ("a.pdf", lambda: b"%PDF-1.4\nxref\n0 1000000000\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF", "damaged"),
    "page tree in a circle": ("a.pdf", lambda: pdf_of([CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"]), "damaged"),
    "page tree 3,000 deep": (
        "a.pdf", lambda: pdf_of([CATALOG, *(b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (n + 3) for n in range(3_000))]), "damaged",
    ),
    "100,000 pages that are one": (
        "a.pdf", lambda: pdf_of([CATALOG, b"<</Type/Pages/Count 100000/Kids[%s]>>" % (b"3 0 R " * 100_000), b"<</Type/Page>>"]), "damaged",
    ),
    "a billion pages by its word": ("a.pdf", lambda: pdf_of([CATALOG, b"<</Type/Pages/Count 1000000000/Kids[3 0 R]>>", b"<</Type/Page>>"]), "holds no text"),
    "catalog that is itself": ("a.pdf", lambda: pdf_of([b"1 0 R"]), "cannot be read"),
    "objects in a circle": ("a.pdf", lambda: pdf_of([CATALOG, b"3 0 R", b"2 0 R"]), "cannot be read"),
    "length that is itself": ("a.pdf", lambda: pdf_of([*ONE_PAGE, b"<</Length 4 0 R>>stream\nBT (x) Tj ET\nendstream", FONT]), "none of its pages"),
    "length of 100 GB": ("a.pdf", lambda: pdf(LETTER, packed=False).replace(b"/Length ", b"/Length 99999999999 %"), "holds no text"),
    "lists 100,000 deep": ("a.pdf", lambda: pdf_of([b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 100_000 + b">>"]), "damaged"),
    "dictionaries 10,000 deep": ("a.pdf", lambda: pdf_of([b"<</A" * 10_000]), "damaged"),
    "a thousand filters": ("a.pdf", lambda: pdf(LETTER).replace(b"/Filter/FlateDecode", b"/Filter[" + b"/FlateDecode " * 1_000 + b"]"), "none of its pages"),
    "page of 50 MB": ("a.pdf", lambda: pdf(b" " * 50_000_000), "none of its pages"),
    "page of 200,000 numbers": ("a.pdf", lambda: pdf(b"BT " + b"1 " * 200_000 + b"(x) Tj ET"), "none of its pages"),
    "page of 5,000 words": ("a.pdf", lambda: pdf(b"BT /F1 12 Tf " + b"(x) Tj " * 5_000 + b"ET"), None),
    "pages of 25,000 words": ("a.pdf", lambda: pdf(*[b"BT /F1 12 Tf " + b"(x) Tj " * 25_000 + b"ET"] * 20), "takes longer"),
    "forms in forms in forms": (
        "a.pdf",
        lambda: pdf(b"/X Do", forms=[*(form(b"/X Do " * 10, n) for n in (7, 8, 9)), form(b"BT /F1 1 Tf " + b"(x) Tj " * 2_000 + b"ET", 9)]),
        "takes longer",
    ),
    "twenty forms": ("a.pdf", lambda: pdf(b"/X Do", forms=[form(b"/X Do " * 20, 7), form(LETTER, 7)]), None),
    "form that draws itself": ("a.pdf", lambda: pdf(b"/X Do", forms=[form(b"/X Do", 6)]), "holds no text"),
    "letters that are halves": ("a.pdf", lambda: _mapped(b"<00> <FF> <D800>"), "does not say which characters"),
    "letters that are NULs": ("a.pdf", lambda: _mapped(b"<54> <54> <0000>"), None),
    "a map of all letters, 10,000 times": ("a.pdf", lambda: _mapped(b"<0000> <FFFF> <0000> " * 10_000), None),
    "50,000 empty objects": ("a.pdf", lambda: b"%PDF-1.4\n" + b"1 0 obj\nendobj\n" * 50_000, "damaged"),
    "a megabyte of brackets": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj\n" + b"(" * 1_000_000, "damaged"),
    "a megabyte of NULs": ("a.pdf", lambda: b"%PDF-1.7\n" + bytes(1_000_000), "damaged"),
    "encrypted": (
        "a.pdf",
        lambda: pdf_of(
            [CATALOG, b"<</Type/Pages/Count 1/Kids[4 0 R]>>", b"<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -1>>" % (b"a" * 32, b"b" * 32),
             b"<</Type/Page>>"], b"/Encrypt 3 0 R/ID[(a)(a)]"),
        "is encrypted",
    ),
    "encrypted in an unknown way": (
        "a.pdf", lambda: pdf_of([CATALOG, b"<</Type/Pages/Count 0/Kids[]>>", b"<</Filter/Mine/V 99>>"], b"/Encrypt 3 0 R"), "cannot be read",
    ),
    "a title of a megabyte": ("a.pdf", lambda: pdf(LETTER, trailer=b"/Info<</Title(" + b"x" * 1_000_000 + b")/CreationDate(D:9)>>"), None),
    "a title that is a circle": ("a.pdf", lambda: pdf(LETTER, trailer=b"/Info 1 0 R"), None),
}  # fmt: skip


def _mapped(ranges: bytes) -> bytes:
    """Return a letter in a font that says which characters its codes stand for."""
    table = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange %s endbfrange endcmap" % ranges
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    return pdf_of([*ONE_PAGE, stream(LETTER), font, stream(table, packed=True)])


def nested(count: int) -> bytes:
    """Return a message of multiparts, each within the one before."""
    heads = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(count))
    return HEAD + b"".join(heads) + b"Content-Type: text/plain\n\nNo.\n"


MAIL: dict[str, Case] = {
    "multiparts 5,000 deep": ("a.eml", lambda: nested(5_000), "parts, the limit is"),
    "multiparts 450 deep": ("a.eml", lambda: nested(450), None),
    "multiparts 100 deep": ("a.eml", lambda: nested(100), None),
    "messages 450 deep": ("a.eml", lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 450 + b"No.", "holds no text"),
    "10,000 parts": ("a.eml", lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: text/plain\n\nx\n" * 10_000, "parts, the limit is"),
    "one boundary for all": ("a.eml", lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" * 450, None),
    "boundary that is a pattern": ("a.eml", lambda: HEAD + b'Content-Type: multipart/mixed; boundary="(((((a+)+)+)$"\n\n--(((((a+)+)+)$\n\nNo.', None),
    "boundary of nothing": ("a.eml", lambda: HEAD + b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nNo.\n', None),
    "boundary of a megabyte": ("a.eml", lambda: HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 1_000_000 + b"\n\nNo.", "a Content-Type of more than"),
    "no boundary": ("a.eml", lambda: HEAD + b"Content-Type: multipart/mixed\n\nNo.", None),
    "no headers": ("a.eml", lambda: b"No.\nYes.\n\nNo.", "no mail message"),
    "line ends only": ("a.eml", lambda: b"\n" * 500_000 + b"x", "no mail message"),
    "100,000 headers": ("a.eml", lambda: many(100_000, lambda n: f"X-{n}: y\n") + b"\nNo.", None),
    "header of a megabyte": ("a.eml", lambda: b"Subject: " + b"x" * 1_000_000 + b"\n\nNo.", None),
    "header of 100,000 lines": ("a.eml", lambda: b"Subject: x\n" + b" y\n" * 100_000 + b"\nNo.", None),
    "encoded words, 5,000 of them": ("a.eml", lambda: b"Subject: " + b"=?utf-8?q?abc?= " * 5_000 + b"\n\nNo.", None),
    "encoded words in encoded words": ("a.eml", lambda: b"Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=\n\nNo.", None),
    "encoded word that is broken": ("a.eml", lambda: b"Subject: =?utf-8?b?====?= =?x?y?z?= =?utf-8?b?a?=\n\nNo.", None),
    "encoded word of a program": ("a.eml", lambda: b"Subject: =?unicode_escape?q?=5Cx00?= =?punycode?q?a?=\n\nNo.", None),
    "encoded word with a NUL": ("a.eml", lambda: b"Subject: =?utf-8?q?a=00b?=\n\nNo.", None),
    "2,000 open brackets in the sender": ("a.eml", lambda: b"From: " + b"(" * 2_000 + b"\n\nNo.", None),
    "10,000 senders": ("a.eml", lambda: b"From: " + b"a@b.example, " * 10_000 + b"\n\nNo.", None),
    "dates that are none": ("a.eml", lambda: b"From: a\nDate: Fri, 99 Jun 99999 99:99:99 +9999\n\nNo.", None),
    "a date of 10,000 digits": ("a.eml", lambda: b"From: a\nDate: " + b"9" * 10_000 + b"\n\nNo.", None),
    "2,000 parameters": ("a.eml", lambda: b"Content-Type: text/plain; " + many(2_000, lambda n: f"a{n}=b; ") + b"\n\nNo.", "a Content-Type of more than"),
    "parameters in 300 pieces": ("a.eml", lambda: b"Content-Type: text/plain; " + many(300, lambda n: f"name*{n}*=b; ") + b"\n\nNo.", "holds no text"),
    "a parameter's character set with a NUL": ("a.eml", lambda: b"Content-Type: text/plain; charset*=%00'en'x\n\nNo.", "cannot be read"),
    "a name that leaves its folder": ("a.eml", lambda: HEAD + b"Content-Disposition: attachment; filename=../../etc/passwd\n\nNo.", "holds no text"),
    "base64 that is none": ("a.eml", lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n!!!!", "holds no text"),
    "base64 of a gzip": ("a.eml", lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(gzip.compress(b"x")), "gzip"),
    "half a million soft line ends": ("a.eml", lambda: HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 500_000 + b"No.", None),
    "uuencode without an end": ("a.eml", lambda: HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 666 ../x\n#86%C\n", None),
    "unknown packing": ("a.eml", lambda: HEAD + b"Content-Transfer-Encoding: foo\n\nNo.", None),
    "HTML 100,000 deep": ("a.eml", lambda: HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 100_000, "beyond what can be read"),
    "mailbox of one line 50,000 times": ("a.mbox", lambda: b"From a@b.example Fri Jun 30 10:00:00 2017\n" * 50_000, "no mail message"),
    "mailbox with a broken message": (
        "a.mbox", lambda: (b"From a@b.example Fri Jun 30 10:00:00 2017\n" + HEAD + b"\nNo.\n\n") * 3 + b"From a 10:00 x\n" + HEAD + b"\n\0", "a.mbox#4: is binary",
    ),
}  # fmt: skip

ITEM = b"<item><title>No</title></item>"
FEEDS: dict[str, Case] = {
    "entities that grow": ("a.rss", lambda: rss(ITEM, b"<!DOCTYPE r [<!ENTITY a 'ha'>" + many(40, lambda n: f"<!ENTITY b{n} '&a;&a;'>") + b"]>"), "declares entities"),
    "an entity of 10 kB, 10,000 times": ("a.rss", lambda: rss(b"<item><title>" + b"&x;" * 10_000 + b"</title></item>", b"<!DOCTYPE r [<!ENTITY x '" + b"a" * 10_000 + b"'>]>"), "declares entities"),
    "an entity that is a file": ("a.rss", lambda: rss(ITEM, b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "declares entities"),
    "a definition elsewhere": ("a.rss", lambda: rss(ITEM, b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'), None),
    "cut in the middle": ("a.rss", lambda: rss(ITEM * 5)[:-60], "holds no text"),
    "not well-formed": ("a.rss", lambda: rss(b"<item><title>A & B <b>C</title></item>"), None),
    "100,000 ampersands": ("a.rss", lambda: rss(b"<item><title>" + b"& " * 100_000 + b"</title></item>"), None),
    "elements 100,000 deep": ("a.rss", lambda: rss(b"<a>" * 100_000), "tags, the limit is"),
    "elements 5,000 deep": ("a.rss", lambda: rss(b"<a>" * 5_000 + ITEM), None),
    "items in items": ("a.rss", lambda: rss(b"<item>" * 400), "holds no text"),
    "20,000 attributes": ("a.rss", lambda: rss(b"<item " + many(20_000, lambda n: f'a{n}="1" ') + b"/>"), "attributes, the limit is"),
    "5,000 names of names": ("a.rss", lambda: b"<rss " + many(5_000, lambda n: f'xmlns:n{n}="u" ') + b">" + ITEM + b"</rss>", "attributes, the limit is"),
    "no entries": ("a.rss", lambda: rss(b""), "has no entries"),
    "100,000 entries": ("a.rss", lambda: rss(ITEM * 100_000), "tags, the limit is"),
    "entries of nothing": ("a.rss", lambda: rss(b"<item/>" * 400), "holds no text"),
    "5,000 categories": ("a.rss", lambda: rss(b"<item><title>No</title>" + b"<category>x</category>" * 5_000 + b"</item>"), None),
    "halves of characters by number": ("a.rss", lambda: rss(b"<item><title>No &#55296;&#xdfff;&#0;&#1114112;</title></item>"), None),
    "CDATA that never closes": ("a.rss", lambda: rss(b"<item><title><![CDATA[ x"), "holds no text"),
    "base64 that is none": ("a.atom", lambda: atom(b'<entry><content type="application/pdf">!!!!</content></entry>'), "holds no text"),
    "a date of 5,000 digits": ("a.rss", lambda: rss(b"<item><title>No</title><pubDate>" + b"9" * 5_000 + b"</pubDate></item>"), None),
    "HTML 20,000 deep in an entry": ("a.rss", lambda: rss(b"<item><description>" + b"&lt;div&gt;" * 20_000 + b"</description></item>"), "beyond what can be read"),
    "a comment of a megabyte": ("a.rss", lambda: b"<!--" + b"-" * 1_000_000 + rss(ITEM), "no RSS or Atom feed"),
    "a megabyte of brackets": ("a.rss", lambda: b"<!DOCTYPE " + b"[" * 1_000_000, "no RSS or Atom feed"),
    "a character set that unpacks": ("a.rss", lambda: rss(ITEM).replace(b"utf-8", b"zlib"), None),
    "a path": ("a.rss", lambda: b"/etc/passwd", "no RSS or Atom feed"),
}  # fmt: skip

TABLES: dict[str, Case] = {
    "NUL": ("a.csv", lambda: b"a,b\n1,\0\n", "a NUL"),
    "quote that never closes": ("a.csv", lambda: b'a,b\n1,"' + b"x\n" * 1_000_000, "field larger than"),
    "a million quotes": ("a.csv", lambda: b'"' * 1_000_001, "not valid CSV"),
    "10,000 columns": ("a.csv", lambda: many(10_000, lambda n: f"c{n},") + b"\n", "columns, the limit is"),
    "a million commas": ("a.csv", lambda: b"," * 1_000_000 + b"\nx", "holds no row"),
    "header twice": ("a.csv", lambda: b"a,a\n1,2\n", "twice"),
    "rows of all lengths": ("a.csv", lambda: b"a,b\n" + many(1_000, lambda n: "1," * (n % 7) + "\n"), "rows that do not fit"),
    "a value of 200 kB": ("a.csv", lambda: b"a,b\n" + b"x" * 200_000 + b",1\n", "field larger than"),
    "formulas": ("a.csv", lambda: b"a,b\n=cmd|' /C calc'!A0,@SUM(1)\n", None),
    "every line end there is": ("a.csv", lambda: "a,b\r1,2\n3,4\r\n5\u2028,6\x0b\x0c\n".encode(), None),
    "lists 1,000,000 deep": ("a.json", lambda: b"[" * 1_000_000, "nested too deeply"),
    "objects 100,000 deep": ("a.json", lambda: b'[{"a":' * 100_000, "nested too deeply"),
    "members twice": ("a.json", lambda: b'[{"a": 1, "a": 2}]', "occurs twice"),
    "a number of a million digits": ("a.json", lambda: b'[{"a": ' + b"9" * 1_000_000 + b"}]", None),
    "numbers beyond numbers": ("a.json", lambda: b'[{"a": 1e999999, "b": NaN, "c": -Infinity}]', None),
    "half a character": ("a.json", lambda: b'[{"a": "\\ud800"}]', "half of a surrogate pair"),
    "NUL by escape": ("a.json", lambda: b'[{"a": "\\u0000"}]', "NUL"),
    "text without an end": ("a.json", lambda: b'[{"a": "' + b"x" * 5_000_000, "not valid JSON"),
    "lines of broken objects": ("a.jsonl", lambda: b"{bad\n" * 100_000, "rows that do not fit"),
    "a line of a million brackets": ("a.jsonl", lambda: b"{" * 1_000_000, "not valid JSON"),
    "5,000 members": ("a.jsonl", lambda: b"{" + many(5_000, lambda n: f'"k{n}":1,') + b'"x":1}', "members, the limit is"),
    "objects without a blank between": ("a.jsonl", lambda: b'{"a":1}' * 1_000, None),
}  # fmt: skip

OHIO = record("https://a.example/ohio", answered(b"<title>Ohio</title><p>Ohio said no."))
ARCHIVES: dict[str, Case] = {
    "cut": ("a.warc", lambda: OHIO[:-30], "breaks off"),
    "cut where it is packed": ("a.warc.gz", lambda: packed(OHIO)[:-9], "breaks off"),
    "bomb": ("a.warc.gz", lambda: gzip.compress(bytes(60_000_000)), "times its size"),
    "bomb in a page": ("a.warc", lambda: record("https://a.example/", answered(gzip.compress(bytes(20_000_000)), "Content-Type: text/html", "Content-Encoding: gzip")), "unpacks to more"),
    "gzip in gzip": ("a.warc.gz", lambda: gzip.compress(gzip.compress(OHIO)), "packed twice"),
    "10,000 empty members": ("a.warc.gz", lambda: gzip.compress(b"") * 10_000, "holds no page"),
    "lengths that lie": ("a.warc", lambda: OHIO.replace(b"Content-Length: ", b"Content-Length: 99999999999"), "breaks off"),
    "length below nothing": ("a.warc", lambda: OHIO.replace(b"Content-Length: ", b"Content-Length: -") + OHIO, "is damaged"),
    "10,000 first lines": ("a.warc", lambda: b"WARC/1.0\r\n" * 10_000, "holds no page"),
    "100,000 headers": ("a.warc", lambda: OHIO.replace(b"WARC-Date", b"X: y\r\n" * 100_000 + b"WARC-Date"), None),
    "junk between": ("a.warc", lambda: OHIO + b"junk\r\n" + OHIO, "is damaged"),
    "an address that is a path": ("a.warc", lambda: record("../../etc/passwd", answered(b"<p>Ohio said no.")), "holds no page"),
    "a date that is none": ("a.warc", lambda: OHIO.replace(b"2017-06-30T10:00:00Z", b"yesterday"), None),
    "chunks without an end": ("a.warc", lambda: record("https://a.example/", answered(b"FFFFFFF\r\nNo.", "Content-Type: text/plain", "Transfer-Encoding: chunked")), None),
    "an archive in an archive": ("a.warc", lambda: record("https://a.example/", answered(OHIO, "Content-Type: application/warc")), "holds no page"),
}  # fmt: skip

GROUPS = {
    "encoding": ENCODINGS, "binary": BINARY, "page": PAGES, "PDF": PDFS, "mail": MAIL, "feed": FEEDS, "table": TABLES, "archive": ARCHIVES
}  # fmt: skip
CASES: dict[str, Case] = {f"{group}: {name}": case for group, cases in GROUPS.items() for name, case in cases.items()}
