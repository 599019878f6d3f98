-- Bodies and news organizations named in the sources.
create table organisations (
  id      text not null primary key,     -- Name of the organization, short form
  name    text not null,                 -- Full name
  kind    text not null,                 -- What sort of body
  state   text references states(code),  -- State that it belongs to
  founder text references people(id),    -- Person who set it up
  purpose text,                          -- What it was set up for, in our words
  founded text                           -- When it was set up, as far as known (EDTF; an interval means some time within it)
);

insert into organisations (id, name, kind, founder, purpose, founded)
select organisation, name, kind, founder, purpose, edtf
from organisation_founded;

insert into organisations (id, name, kind, state)
select organisation, name, kind, state
from organisation_identified;
