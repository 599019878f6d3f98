"""Every bound in one place, each with its reason; `docs/limits.md` is generated from this file.

Sizes are bytes unless the name says otherwise. A bound is there so that one hostile or broken input
costs a clear error and not the machine.
"""

from __future__ import annotations

from typing import Final

# One event. A line that a person can still open in an editor; the data of one event is facts, not documents.
LINE_BYTES: Final = 256 * 1024
DEPTH: Final = 32  # evidence nests 3 deep; beyond 32 a reader of the line is lost and parsers start to recurse
ITEMS: Final = 2_000  # keys and list items of one event, all levels together
INTEGER_MAX: Final = 2**53 - 1  # beyond it JSON readers disagree (RFC 8785 §3.2.2.3, RFC 7493 §2.2)
ID_CHARS: Final = 32  # 128 bits of SHA-256 in hex
NAME_CHARS: Final = 64  # type, table and source names; they become file names and SQL identifiers
URI_CHARS: Final = 2_000  # source and subject

# Dates. The longest honest EDTF interval of two qualified instants has 53 characters.
EDTF_CHARS: Final = 64

# The log.
SEGMENT_EVENTS: Final = 100_000  # a segment must stay small enough to be copied, mailed and read at once
SEGMENT_BYTES: Final = 64 * 1024 * 1024  # the same
SEGMENTS: Final = 999_999  # six digits in the file name
LOCK_TIMEOUT_S: Final = 30.0  # how long a writer waits for its turn before it says so
# A JSON or YAML text of events is read whole; JSON Lines, read by line, has no bound.
BATCH_BYTES: Final = 16 * 1024 * 1024
# A text that evidence is taken from is read whole; the longest hearing transcripts have about 5 MB.
DOCUMENT_BYTES: Final = 64 * 1024 * 1024
# A signed note must be taken with 16 signatures; with ML-DSA-44 (3.2 kB of base64 a line) these are 52 kB.
CHECKPOINT_BYTES: Final = 64 * 1024
ORIGIN_CHARS: Final = 200  # the name of a log in its checkpoint
SIZE_DIGITS: Final = 12  # digits of a number of events, as in `sequence`

# The schema of an archive.
SCHEMA_FILE_BYTES: Final = 256 * 1024  # one JSON Schema
SCHEMA_FILES: Final = 200  # files of one kind; a page of tables that nobody can survey helps nobody
COLUMNS: Final = 100  # of one table or one event type
INSERTS: Final = 100  # of one projection; SQLite takes 500 parts in one `union all`
SQL_BYTES: Final = 64 * 1024  # one projection or view file; a long one has 3 KiB, and the parser is slow
SQL_TOKENS: Final = 20_000  # words and signs of one SQL file; the parser takes 0.6 s for them
SQL_DEPTH: Final = 100  # nesting of one statement; SQLite gives up at some 1,000, Python's recursion as well
REFERENCE_ROWS: Final = 100_000  # of one reference CSV
REFERENCE_BYTES: Final = 4 * 1024 * 1024  # of one reference CSV
CONFIG_BYTES: Final = 8 * 1024  # archive.toml; time grows with the square: 64 KiB of `a.a.a.a…` take the parser 30 s

# Replays that are kept for the next question at the same date; each is a database of up to the archive's size.
REPLAYS_KEPT: Final = 8
# Above this a question at a date is answered from a replay of only the tables that it reads: of a million events the
# log, its histories and its full text take half a minute to copy, a table half a second.
REPLAY_WHOLE_EVENTS: Final = 50_000
REPLAYS_ON_SITE: Final = 8  # replays that a site keeps open; each has a connection for every thread of Datasette
REPLAYS_WAITING: Final = 64  # replays that visitors wait for at once; they are made one by one, in 10 to 500 ms each
# Each event of a row is compared with this many before it that it may contradict: all pairs of a thousand undated
# events on one row would be half a million disputes.
DISPUTE_REACH: Final = 100

# datasette-metadata.json: 200 tables of 100 columns with a sentence each are 3 MB.
METADATA_BYTES: Final = 4 * 1024 * 1024

# SQL that came with an archive or was typed by a user.
SQL_SECONDS: Final = 60.0  # one statement of a build
QUERY_SECONDS: Final = 60.0  # `regesta query`
QUERY_ROWS: Final = 100_000  # rows that `regesta query` prints
SQL_VALUE_BYTES: Final = 1_000_000  # one value in a query (SQLITE_LIMIT_LENGTH); stops zeroblob(3e8)

# Of a database that is read, mapped into memory instead of copied page by page: questions that look at many rows
# take half the time. SQLite's own limit.
MAPPED_BYTES: Final = 2**31 - 65_536

# SQL of a site's visitors. An event has at most 256 KiB; `instr` and `replace` cost the square of the length:
# 7.7 s at 1 MB, 1.2 s here.
SITE_VALUE_BYTES: Final = 400_000
SITE_LIKE_CHARS: Final = 500  # `like` costs pattern times text: 0.5 s for a value of that length
SITE_COLUMNS: Final = 500  # of a table, view or result; tables of an archive have at most 120
