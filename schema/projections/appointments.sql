-- People who were given an office.
create table appointments (
  id           text not null primary key,                   -- Name of the appointment
  person       text not null references people(id),         -- Person appointed
  organisation text not null references organisations(id),  -- Where to
  title        text not null,                               -- The office
  appointed_by text references people(id),                  -- Who appointed
  dated        text,                                        -- When, as far as known (EDTF; an interval means some time within it)
  summary      text                                         -- What was said or happened, in our words
);

insert into appointments (id, person, organisation, title, appointed_by, dated, summary)
select appointment, person, organisation, title, appointed_by, edtf, summary
from appointment_made;
