"""Every crash that fuzzing has found, by name: the target, the input, and whether it is taken now or refused.

Each was mended where it came from; the input stays here so that it can never come back.
"""

from __future__ import annotations

from typing import Final

from regesta.errors import ArchiveError, ProjectionError, RegestaError

CASES: Final[dict[str, tuple[str, bytes, type[RegestaError] | None]]] = {
    "joins that wait for their condition: the SQL parser took twice the time for each": (
        "view", b"create view answer_counts as select 1 from letters " + b"join answers " * 40, ProjectionError,
    ),
    "straight joins, of which it is the same": (
        "view", b"create view answer_counts as select 1 from letters " + b"straight_join answers " * 40, ProjectionError,
    ),
    "structs in structs, of which it is the same": (
        "view", b"create view answer_counts as select " + b"struct(" * 30 + b"1" + b")" * 30, ProjectionError,
    ),
    "a view of nothing: AttributeError": ("view", b"create view answer_counts", ProjectionError),
    "joins without a table": ("projection", b"create table answers (a text primary key); insert into answers (a) select 1 from " + b"join " * 300, ProjectionError),
    "a form from an address that is none: ValueError": ("form", b"Origin:p://[", None),
    "a cue with an empty alternative: IndexError": ("lists", b'cues/language.toml\ns=["","t|",""]', ArchiveError),
    "a set of cues with an empty phrase: IndexError": (
        "lists", b'cues/answers.toml\n[sets]\nx = [""]\n[[rule]]\nanswer = "refuse"\ncues = ["{x} no"]', ArchiveError,
    ),
    "a zone of hundreds of parts: RecursionError": (
        "settings", b'title = "Letters"\norigin = "example.org/letters"\nzone = "' + b"a/" * 600 + b'a"\n', ArchiveError,
    ),
    "a gap of a thousand apostrophes: what parts words and what they are made of had signs in common": (
        "extraction", b"Ohio will" + b"'" * 4_000 + b" not (" + b"'-" * 2_000 + b" comply. Maine", None,
    ),
    "a word of a thousand capitals: the pattern of names that are no places tried all ways to part it": (
        "extraction", b"Ohio" * 2_000, None,
    ),
    "a sentence of thousands of dates: all of it was read again for each of them": (
        "extraction", b"By Ann Lee, " + b'July"5, 2017, 4:02 pmee, ' * 1_500, None,
    ),
    "quotes of no word by the thousand: each was asked for its speaker": (
        "extraction", "Ohio said no. “We will not hand it over,” s".encode() + b'"' * 42_000 + b" it.", None,
    ),
    "a recipe whose type is a table: TypeError": (
        "source", b'path="x"\n[[event]]\ntype.r=""\nsubject=""\nsummary=""\n[map.x]\na=""', ArchiveError,
    ),
    "a recipe whose key has a list in it: TypeError": (
        "source",
        b'path="x"\n[[event]]\ntype="letter.sent"\nsubject="s"\nsummary="s"\nkey=[["letter"]]\n[map.x]\na=""',
        ArchiveError,
    ),
    "a type of many signs that is a beginning: the pattern of `like` was too long": (
        "request", b"-/find?type=" + b"\xfe\xff" * 23 + b"DTEDTer.", None,
    ),
    "a column with a NUL in its name: Datasette fails, with and without us, and no code of ours may be blamed for it": (
        "request", b"archive/responses?%00=1", None,
    ),
    "a date of signs that cannot be printed, in a mail: the notice had ten characters for each": (
        "mailbox", b" \nDate:" + "\U0010ffff".encode() * 40 + b"\nD", None,
    ),
    "and in a page": (
        "page", b'><script type="application/ld+json">{"@type":"Article","datePublished":"-06-' + "\U0010ffff".encode() * 48 + b'30"}</script/h',
        None,
    ),
}  # fmt: skip
