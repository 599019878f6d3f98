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
SQL_STEPS: Final = 20  # of the parser for each word: it takes 1 or 2, and a thousand where fourteen joins wait for `on`
SQL_DEPTH: Final = 100  # nesting of one statement; SQLite gives up at some 1,000, Python's recursion as well
REFERENCE_ROWS: Final = 100_000  # of one reference CSV
REFERENCE_BYTES: Final = 4 * 1024 * 1024  # of one reference CSV
CONFIG_BYTES: Final = 8 * 1024  # archive.toml; a long one has 2 KiB
TOML_LINE_DOTS: Final = 300  # the parser's time grows with the square of a key's parts: 30 s for 64 KiB of `a.a.a…`

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
SQL_SECONDS: Final = 60.0  # one table or view that is written to a file, and one statement of a build
# All views of a build, to give their first rows. One that is slower is kept: who reads it has a bound of their own.
VIEWS_SECONDS: Final = 1.0
VIEW_READS: Final = 500  # tables that a view reads, through other views too; 30 views of views read a thousand million
QUERY_SECONDS: Final = 60.0  # `regesta query`
QUERY_ROWS: Final = 100_000  # rows that `regesta query` prints
SQL_VALUE_BYTES: Final = 1_000_000  # one value in a query (SQLITE_LIMIT_LENGTH); stops zeroblob(3e8)

# Of a database that is read, mapped into memory instead of copied page by page: questions that look at many rows
# take half the time. SQLite's own limit.
MAPPED_BYTES: Final = 2**31 - 65_536

# SQL of a site's visitors. An event has at most 256 KiB; one call of a function takes about a millisecond for it.
SITE_VALUE_BYTES: Final = 270_000
SITE_LIKE_CHARS: Final = 100  # `like` costs pattern times text: 0.1 s for a value of that length
SITE_COLUMNS: Final = 200  # of a table, view or result; tables of an archive have at most 120
SITE_QUERY_BYTES: Final = 8_000  # of an address behind its `?`: each call in the SQL there can cost as above
SITE_ROW_BYTES: Final = 16_000  # in memory; longer rows are counted, and a thousand rows are the most in one answer
SITE_ANSWER_BYTES: Final = 16_000_000  # such rows of one answer, which in JSON and on its way take three times that
# All of SQLite's memory in the process of a site: a query that refers to itself takes 2 kB for each time. A site
# with ten replays open takes 40 MB, most of it pages of files that give way.
SITE_HEAP_BYTES: Final = 80_000_000

# Word lists of an archive's `ingest/` folder. A hundred thousand names of persons or places have 2 MB.
LIST_BYTES: Final = 4 * 1024 * 1024
CUES_BYTES: Final = 256 * 1024  # one list of cues, in TOML: 0.5 s; a long one has 30 KB
EXTRACT_CHARS: Final = 300_000  # of one text, searched for findings: 50,000 words, a book of 150 pages; 5 s
CUE_CHARS: Final = 1_000  # of one cue; a slot with fifty alternatives has 500
CUE_SLOTS: Final = 12  # words of one cue
CUES: Final = 2_000  # cues of one list

# Documents and proposals.
TEXT_BYTES: Final = 256 * 1024 * 1024  # canonical text in UTF-8: each byte of a document may become four
RECIPE_BYTES: Final = 16 * 1024  # one recipe; a long one has 3 KiB, and the time of the parser grows with the square

# Passages found again in a new version of their story.
PASSAGE_PLACES: Final = 200  # places of equal words that are told apart by their surroundings: 0.2 ms each
PASSAGE_FUZZY_CHARS: Final = 2_000  # of a passage that is looked for in changed words; a paragraph has 600
PASSAGE_SEEDS: Final = 100  # places of a word, above which it says nothing of where a passage is
# Stretches that are hashed where only the digest of a passage is known: 20 s; the articles of one story take 1 s.
PASSAGE_HASHES: Final = 20_000_000
CANDIDATES: Final = 20  # names that may be the speaker; more of them are no help to who reviews

# Two versions of a text compared word by word.
DIFF_PAIRS: Final = 16_000_000  # words of one text times words of the other that are compared at once: 2 MB, 50 ms
DIFF_STEPS: Final = 20_000_000  # words looked at; a text of 50,000 words whose sentences all changed needs a million

# Reading documents. A source (a mailbox, an archive of pages) is read whole; a fetch brings at most 200 MB.
SOURCE_BYTES: Final = 256 * 1024 * 1024
CHARSET_SAMPLE_BYTES: Final = 64 * 1024  # by which a character set is guessed: 10 ms
HTML_BYTES: Final = 16 * 1024 * 1024  # characters of one page; pages that were saved with their pictures have 10 MB
HTML_TAGS: Final = 200_000  # of one page: 2 s; the longest lists of an encyclopedia have 100,000
HTML_ATTRIBUTES: Final = 100  # of one tag; the parser compares each with each: a million take it half an hour
# Elements of a page beyond which the main text is not looked for and all text is taken: 1 s. An article in its page has
# 1,000 to 4,000.
HTML_MAIN_ELEMENTS: Final = 6_000
HTML_MAIN_DEPTH: Final = 100  # their nesting, for the same; an article's elements stand 20 to 40 deep
TITLE_CHARS: Final = 500  # of a title, a publisher or the subject of a mail; a long headline has 150
ROWS: Final = 100_000  # of one table; each row becomes proposals that a person looks at
ROW_VALUES: Final = 1_000  # columns of a table that is read in; tables of surveys have 500
ROW_PROBLEMS: Final = 100  # rows that do not fit, beyond which a table is not what it is taken for
MAIL_PARTS: Final = 500  # of one message; a digest of a mailing list has 100
MAIL_HEADER_CHARS: Final = 4_000  # of a header as far as it is looked at: a subject in words of RFC 2047 has 1,000
FEED_ENTRIES: Final = 500  # of one feed: 0.5 s; sites send the last 10 to 100
FEED_TAGS: Final = 25_000  # of one feed, where the parser calls back for each: 0.5 s
# Of a PDF, whose pages are programs: a page of text has 5 KB and takes 10 ms, so a file of 20 kB is done in 0.1 s.
PDF_SECONDS: Final = 0.7  # for a file of a few bytes
PDF_BYTES_PER_S: Final = 50_000  # for each of which a bigger file may take a second more
PDF_SECONDS_MAX: Final = 60.0  # for the biggest
PDF_PAGES: Final = 3_000  # a yearbook of laws has 2,000
PDF_PAGE_BYTES: Final = 512 * 1024  # unpacked; beyond it a page is a map, and its text is labels
PDF_PAGE_STEPS: Final = 60_000  # numbers, words and operators of a page or form: 0.4 s; a full page has 10,000
PDF_STREAM_BYTES: Final = 1024 * 1024  # any unpacked part that is looked at: a page, a font's table, an index
SHEET_BYTES: Final = 64 * 1024 * 1024  # a table of decisions that comes back: 50,000 proposals have about 40 MB

# What an update of a story records. With its members it stays below the 2,000 of an event.
EDITS_LISTED: Final = 120  # changes that are listed, numbers first; all are counted
EDIT_CHARS: Final = 80  # of the changed words themselves
ORPHANS_LISTED: Final = 500  # events whose passages are gone; all are counted
SHINGLE_STORIES: Final = 100  # stories whose text is compared with that of a new document: 1 ms each
REVIEW_HELD: Final = 5  # last decisions of a review that can be undone; a power loss takes no more than these

# Many documents at once.
WALK_FILES: Final = 1_000_000  # below one folder; a run over them takes hours, and such a folder is most likely another
FILE_NAME_CHARS: Final = 255  # as file systems have it
INGEST_DOCUMENTS: Final = 200  # documents of one append: what a crash can cost, in a second or two of work
INGEST_EVENTS: Final = 20_000  # events of one append: about 40 MB in memory
INGEST_LISTED: Final = 20  # documents that a report names one by one; more nobody reads
INGEST_PROBLEMS: Final = 1_000  # problems that a report lists; all are counted

# What is packed: an answer of a server, an archive of pages.
UNPACKED_BYTES: Final = 200 * 1024 * 1024
UNPACKED_RATIO: Final = 200  # to one; the longest honest table of numbers has 50
UNPACKED_RATIO_FROM: Final = 1024 * 1024  # unpacked bytes from which the ratio counts: a short empty page has 1,000

# One fetch of a URL, its redirects included.
FETCH_SECONDS: Final = 30.0
FETCH_REDIRECTS: Final = 5  # a link shortener, http to https, a country's edition: 3
FETCH_BYTES: Final = 50 * 1024 * 1024  # on the wire; reports with pictures have 20 MB

# Sources that are watched.
WATCH_INTERVAL_S: Final = 60.0  # between two readings of one address, at least; more often is no longer polite
WATCH_INTERVAL_MOST_S: Final = 30 * 86_400.0  # a source that is read less often is forgotten rather than watched
WATCH_BACKOFF_S: Final = 86_400.0  # at most between two tries of a source that fails
WATCH_STATE_BYTES: Final = 1024 * 1024  # what is remembered of 200 sources: 400 bytes each

# Plug-ins, and the models that a user has.
PLUGIN_FINDINGS: Final = 10_000  # of one text; a list of all states with all their fields has 1,000
PLUGIN_NAME_CHARS: Final = 64  # of a plug-in, a rule, a kind or a field; they are printed in one line
PLUGIN_VALUE_CHARS: Final = 2_000  # of one value; the longest honest one is a title
MODEL_NAME_CHARS: Final = 200  # with the owner and version before and after it: 80
NLP_CHARS: Final = 100_000  # in one piece; spaCy's parsers ask for 1 GB for so many, its own limit is ten times that
LLM_CHARS: Final = 24_000  # in one question: 6,000 tokens, which leaves small models room for the answer
LLM_ANSWER_CHARS: Final = 200_000  # eight times what was asked about
LLM_ITEMS: Final = 500  # of one answer; a dense page of quotes has 60
LLM_PASSAGE_CHARS: Final = 4_000  # a printed list of fifty states with their answers has 2,000
LLM_VALUE_CHARS: Final = 200  # a name, a role

# How a story is drawn (archive.toml).
DRAWN_VALUES: Final = 24  # values of one status in a legend; nobody tells more colours and signs apart
DRAWN_LANES: Final = 24  # rows of the timeline; more do not fit on a screen
LABEL_CHARS: Final = 60  # the words of a value or a lane, in a legend
SIGN_CHARS: Final = 3  # the sign of a value on a tile

# Searching a site.
SEARCH_CHARS: Final = 200  # of what a visitor types; a sentence
SEARCH_WORDS: Final = 20  # words of it that are looked for, and types that are asked for

# Files to take away, and the static site.
ATOM_ENTRIES: Final = 100  # the newest; who polls once a day misses none, and each has its table cells looked up
CALENDAR_EVENTS: Final = 5_000  # 2 MB; calendar programs read all of it at each refresh
TIMELINEJS_EVENTS: Final = 1_000  # TimelineJS draws every slide at once; its makers advise far fewer
JSONLD_EVENTS: Final = 5_000  # 5 MB of one JSON document, which a reader must hold whole
TAKE_BATCH: Final = 500  # events of a long file that are read at once, 0.5 MB: others are served in between
STATIC_PAGES: Final = 20_000  # of a static site; at 20 ms a page seven minutes
STATIC_DATES: Final = 400  # front pages at a date; 40 KB each
STATIC_LEVELS: Final = 4  # of the timeline's zoom: 62 drawings
STATIC_FIND_EVENTS: Final = 5_000  # in the index of a search without a server: 1 MB that a browser loads at once
STATIC_NAME_CHARS: Final = 80  # of one part of a file's name; file systems stop at 255 bytes

# Reading on a site: two versions side by side, what changed, search.
DIFF_CONTEXT_CHARS: Final = 220  # of an unchanged stretch beside a change, where a text has no paragraphs: three lines
STORY_CHARS: Final = 250_000  # of each of two texts that are compared for a visitor: 40,000 words, a page of 1 MB
STORY_CHANGES: Final = 60  # changes of one class that are listed beside the two texts; all are counted
STORY_EVENTS: Final = 500  # events that are listed with the version that they rest on; a long article carries 150
STORIES_LISTED: Final = 500  # stories on one page; Datasette's table has the others
CHANGES_SHOWN: Final = 300  # rows on the page of what changed; they fill 20 screens, the others are counted
CHANGES_COUNTED: Final = 20_000  # rows that are looked at for that page: 2 s
CHANGES_DAYS: Final = 7  # days on which something changed that are shown unasked: a week of a running story
CHANGE_CHARS: Final = 160  # of a value before and after, on that page
SEARCH_PAGE: Final = 50  # events on a page of search results
SEARCH_DOCUMENTS: Final = 20  # documents beside them
SEARCH_CHOICES: Final = 100  # types and kinds of subjects that a form offers

# Pages of an event, and of what events are about.
RESTING_ROWS: Final = 10  # listed of those in one table that rest on an event; the rest is a link
SUBJECT_EVENTS: Final = 100  # on one page of a subject; 50 KB
SUBJECT_ROWS: Final = 30  # of one table, on the page of what they are about; a state has 20 answers on fields
SUBJECTS_SHOWN: Final = 60  # of one kind, on the page of all kinds; three columns of twenty
SUBJECTS_LISTED: Final = 300  # of one kind, on a page of its own; 60 KB
CORRECTIONS_FOLLOWED: Final = 20  # from a replaced event to what counts; nobody corrects one fact more often

# Review in the browser.
REVIEW_PAGE: Final = 100  # proposals on one page of the queue, with a passage each: 150 KB
REVIEW_AT_ONCE: Final = 2_000  # proposals that are decided by one click: 2 s; a long article has 250
REVIEW_FORM_BYTES: Final = 1_048_576  # of a form that is sent; an event has at most a quarter of that
REVIEW_FORM_FIELDS: Final = 2_000  # of such a form: the keys of a page, the members of an event
REVIEW_AROUND_CHARS: Final = 1_200  # of the text on either side of a passage: two or three paragraphs
REVIEW_SHORT_CHARS: Final = 70  # of the text on either side of a passage in the queue
REVIEW_RELATED: Final = 6  # events that are listed beside a proposal as perhaps the same
REVIEW_NAMES: Final = 300  # names that a field suggests

# Datasette's own pages of an archive.
ROW_STATES: Final = 100  # states of one row that are drawn and listed, the newest; a strip of them is 4,000 pixels high
CELL_CHARS: Final = 90  # of an event's or a document's title in a cell; the whole stands behind it

# The timeline.
TIMELINE_BINS: Final = 64  # places of a window that SQL tells apart: 14 pixels of a wide drawing
TIMELINE_LANES: Final = 12  # rows where the archive declares none; more is a list, not a picture
TIMELINE_ROWS: Final = 5  # marks above each other in a lane, before places are put together
TIMELINE_LEVELS: Final = 20  # times that one can zoom in; a thousand years down to hours
TIMELINE_LISTED: Final = 200  # events of one mark on its page; more are found by search
MARK_CHARS: Final = 200  # of what happened, in the words of a mark; the whole is one click away
TIMELINE_KEPT: Final = 64  # windows that are remembered until the archive changes: 1 MB each in a dense story

# The front page.
FRONT_SUBJECTS: Final = 300  # tiles of a grid; more are no longer a picture, and 250 bytes each
FRONT_INTERVALS: Final = 2_000  # states that are in the page for its script, 30 bytes each; above it asks the server
FRONT_STEPS: Final = 240  # steps of the standing over time, where it changes more often: one in three pixels
FRONT_DAYS: Final = 4_000  # days with events, ten years of them, that are in the page; above every day is taken for one
FRONT_EVENTS: Final = 10  # events listed around the date; what is more is one link away
FRONT_UNCERTAIN: Final = 20_000  # events of uncertain date that are held for the list of what may have happened
FRONT_DISPUTES: Final = 5  # disputes listed; all are counted
FRONT_DISPUTES_READ: Final = 500  # of the newest, among which those are looked for that may have been so by a date
FRONT_HELD: Final = 4  # archives of which what holds at every date is remembered; up to 2 MB each

# Proofs and keys.
PROOF_BYTES: Final = 512 * 1024  # of a proof's file: the longest line in base64 and the longest checkpoint, 415 KiB
PROOF_HASHES: Final = 63  # as witnesses take (C2SP tlog-witness); a log of 10^12 events needs 41
KEY_BYTES: Final = 16 * 1024  # of a file of keys: a hundred of them
KEY_NAME_CHARS: Final = 100  # of a key; names are like addresses, `example.org/log`
