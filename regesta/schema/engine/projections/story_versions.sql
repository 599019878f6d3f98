-- Which document holds which version of a story, and what changed in it.
create table story_versions (
  story            text not null references stories(id),        -- The story
  document         text not null references documents(digest),  -- Document that holds this version
  published        text,                                        -- When the story first came out, on its first version held (EDTF)
  updated          text,                                        -- When this version came out as an update (EDTF)
  stamp            text,                                        -- Update stamp as printed
  change           text,                                        -- What changed, in our words, as far as known
  previous         text references documents(digest),           -- Document that holds the version before it
  numbers          integer,                                     -- Numbers and dates that changed
  quotes           integer,                                     -- Changes of words within quotation marks
  wording          integer,                                     -- Words and sentences added, removed or rewritten
  moved            integer,                                     -- Sentences and paragraphs that stand elsewhere
  typo             integer,                                     -- Changes of spelling, case or punctuation
  found_exact      integer,                                     -- Passages behind events that it has, letter for letter
  found_normalised integer,                                     -- Passages that it has apart from spaces, quotation marks and the like
  found_fuzzy      integer,                                     -- Passages that it has in changed words
  orphaned         integer,                                     -- Passages that the version before had and it has not
  primary key (story, document)
);

insert into story_versions (story, document, published)
select story, document, edtf
from story_published;

insert into story_versions (
  story, document, updated, stamp, change, previous,
  numbers, quotes, wording, moved, typo, found_exact, found_normalised, found_fuzzy, orphaned
)
select
  story, document, edtf, stamp, change, previous,
  numbers, quotes, wording, moved, typo, found_exact, found_normalised, found_fuzzy, orphaned
from story_updated;
