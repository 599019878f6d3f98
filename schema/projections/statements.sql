-- Who said what in public. A statement that several articles carry is one row; a tweet and a press statement are two.
create table statements (
  id      text not null primary key,          -- Name of the statement
  speaker text references people(id),         -- The person speaking; empty where the source names nobody
  role    text,                               -- Role of the speaker, or who spoke where nobody is named
  state   text references states(code),       -- State that the speaker speaks for
  party   text,                               -- D (Democrat) or R (Republican), only as printed
  stance  text not null,                      -- An answer (refuse, partial, public-only, fee, comply), or skeptical, critical, supportive of what it is about, or explains; a statement that answers has the answer, also where the speaker is skeptical too
  about   text not null,                      -- What it is about, as kind/name
  summary text not null,                      -- What was said, in our words
  dated   text,                               -- When, as far as known (EDTF; an interval means some time within it)
  medium  text not null,                      -- How it was made public; 'interview' is told to a news organization, 'report' where the article does not name the medium
  speech  text,                               -- Whether the source prints the words (quoted), their sense (indirect), or both
  outlet  text references organisations(id),  -- Organization to which it was told
  url     text                                -- Link printed in it
);

insert into statements (id, speaker, role, state, party, stance, about, summary, dated, medium, speech, outlet, url)
select statement, speaker, role, state, party, stance, about, summary, edtf, medium, speech, outlet, url
from statement_made;
