-- How each place answers.
create table answers (
  place  text not null primary key references places(code),        -- The place
  answer text not null check (answer in ('yes', 'no', 'unknown')), -- The answer in one word
  reason text                                                      -- The reason given
);

insert into answers (place, answer, reason)
select place, answer, reason
from answer_given;

insert into answers (place, answer)
select place, 'unknown'
from place_listed
on conflict do nothing;
