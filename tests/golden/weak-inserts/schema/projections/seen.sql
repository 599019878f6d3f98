-- What is known of each place; an event fills it by two inserts.
create table seen (
  place    text primary key references places(code), -- The place
  name     text,                                     -- Its name
  position integer,                                  -- Its place in a list
  spoke    text                                      -- Whether it spoke
);

insert into seen (place, name, position)
select place, places.name, position
from place_listed
left join places on places.code = place_listed.place;

insert into seen (place, name)
select place, 'not named'
from answer_given
on conflict do nothing;

insert into seen (place, spoke)
select place, case when answer = 'no' then 'against' else 'in favour' end
from answer_given
where reason is not null;
