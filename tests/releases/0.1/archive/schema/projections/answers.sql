-- How each place answers a letter, by its newest answer.
create table answers (
  letter text not null references letters(id),                                       -- The letter
  place  text not null references places(code),                                      -- The place
  answer text not null check (answer in ('yes', 'no', 'partly', 'unknown')),         -- The answer in one word
  reason text,                                                                       -- Reason given
  pages  integer check (pages >= 0),                                                 -- Pages sent
  share  real,                                                                       -- Share of the whole
  final  integer,                                                                    -- Whether it is the last word
  primary key (letter, place)
);

insert into answers (letter, place, answer, reason, pages, share, final)
select letter, place, answer, reason, pages, share, final
from answer_given;

insert into answers (letter, place, answer)
select letter, place, 'unknown'
from answer_listed
on conflict do nothing;
