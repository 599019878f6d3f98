-- Letters that were sent.
create table letters (
  id      text not null primary key,             -- Name of the letter
  place   text not null references places(code), -- Where it went
  about   text,                                  -- What it asks for
  dated   text,                                  -- When, as far as known (EDTF)
  summary text                                   -- What happened, in our words
);

insert into letters (id, place, about, dated, summary)
select letter, place, about, edtf, summary
from letter_sent;
