-- Stories, each in one or more versions.
create table stories (
  id        text not null primary key,  -- Name of the story
  title     text,                       -- Title; in square brackets where the archive supplied it
  publisher text,                       -- Who published it
  url       text,                       -- Where it is
  published text,                       -- When it first came out, as far as known (EDTF)
  updated   text                        -- When it was last updated, as far as known (EDTF)
);

insert into stories (id, title, publisher, url, published)
select story, title, publisher, url, edtf
from story_published;

insert into stories (id, updated)
select story, edtf
from story_updated;
