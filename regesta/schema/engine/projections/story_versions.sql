-- Which document holds which version of a story.
create table story_versions (
  story     text not null references stories(id),        -- The story
  document  text not null references documents(digest),  -- Document that holds this version
  published text,                                        -- When the story first came out, on its first version held (EDTF)
  updated   text,                                        -- When this version came out as an update (EDTF)
  stamp     text,                                        -- Update stamp as printed
  change    text,                                        -- What changed, in our words, as far as known
  primary key (story, document)
);

insert into story_versions (story, document, published)
select story, document, edtf
from story_published;

insert into story_versions (story, document, updated, stamp, change)
select story, document, edtf, stamp, change
from story_updated;
