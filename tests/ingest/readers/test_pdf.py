"""PDF: the text of pages, what the file says of itself, and what is refused."""

from __future__ import annotations

import pytest

from tests.ingest.readers.made import document, form, pdf, pdf_of, problems, shown

LETTER = shown("Dear clerk,", "we will not.")
ENCRYPTED = b"<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -1>>" % (b"a" * 32, b"b" * 32)
WITH_AES = b"<</Filter/Standard/V 4/R 4/Length 128/O(%s)/U(%s)/P -1/CF<</StdCF<</CFM/AESV2>>>>/StmF/StdCF>>"
IDS = b"/Encrypt 3 0 R/ID[(a)(a)]"
EMPTY = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[4 0 R]>>")

MADE = {
    "in full": ("D:20170628161503-04'00'", "2017-06-28T16:15:03-04:00"),
    "UTC": ("D:20170628161503Z", "2017-06-28T16:15:03Z"),
    "day": ("D:20170628", "2017-06-28"),
    "no day of the calendar": ("D:20170231", None),
    "words": ("yesterday", None),
}
REFUSED = {
    "only pictures": (pdf(b"0 0 m 1 1 l S"), "holds no text, only pictures of it"),
    "encrypted": (pdf_of([*EMPTY, ENCRYPTED, b"<</Type/Page>>"], IDS), "is encrypted"),
    "encrypted with AES": (pdf_of([*EMPTY, WITH_AES % (b"a" * 32, b"b" * 32), b"<</Type/Page>>"], IDS), "is encrypted"),
    "cut off": (pdf(LETTER)[:300], "is damaged, cut off or too big"),
    "header only": (b"%PDF-1.7\n", "is damaged, cut off or too big"),
    "no pages": (pdf_of([EMPTY[0], b"<</Type/Pages/Count 0/Kids[]>>"]), "none of its pages can be read"),
    "page too big": (pdf(b" " * 600_000 + LETTER), "none of its pages can be read"),
    "unpacks to 20 MB": (pdf(b" " * 20_000_000), "none of its pages can be read"),
    "page tree without an end": (pdf_of([EMPTY[0], b"<</Type/Pages/Count 1/Kids[2 0 R]>>"]), "is damaged, cut off or too big"),
    "forms in forms": (
        pdf(b"/X Do " * 100, forms=[form(b"BT /F1 1 Tf " + b"(x) Tj " * 12_000 + b"ET", 6)]), "takes longer to read",
    ),
}  # fmt: skip


def test_pages() -> None:
    """The pages are joined by form feeds, a page without text among them, and that page is named."""
    found = document("a.pdf", pdf(LETTER, b"", shown("Page three.")))
    assert found.text == "Dear clerk,\nwe will not.\n\f\fPage three.\n"
    assert (found.notices, found.media_type, found.published) == (("pages without text: 2",), "application/pdf", None)


def test_pages_that_are_too_big() -> None:
    """A page that is a map is left out and named."""
    found = document("a.pdf", pdf(LETTER, b"0 0 m 1 1 l S " * 50_000))
    assert found.notices == ("pages not read, too big or damaged: 2",)


@pytest.mark.parametrize(("date", "edtf"), MADE.values(), ids=list(MADE))
def test_when_the_file_was_made(date: str, edtf: str | None) -> None:
    """The creation date is told, and is not when the document was published."""
    found = document("a.pdf", pdf(LETTER, trailer=f"/Info<</Title(Our answer)/CreationDate({date})>>".encode()))
    told = [f"pdf CreationDate is {edtf}: when the file was made, not taken for its publication"]
    assert (found.title, found.published, list(found.notices)) == ("Our answer", None, told if edtf else [])


def test_damaged_and_read() -> None:
    """A file with a wrong table of contents is read as far as it goes, and that is told."""
    found = document("a.pdf", b"junk\n" + pdf(LETTER), "application/pdf")
    assert (found.text, found.notices[0][:19]) == ("Dear clerk,\nwe will not.\n", "the PDF is damaged,")


def test_form() -> None:
    """Text that a page shows through a form is read."""
    assert document("a.pdf", pdf(b"/X Do", forms=[form(LETTER, 6)])).text.strip() == "Dear clerk,\nwe will not."


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(data: bytes, reason: str) -> None:
    """What holds no text, or would take too long, is a problem that says why."""
    [told] = problems("a.pdf", data)
    assert reason in told
