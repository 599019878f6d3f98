-- People named in the sources.
create table people (
  id     text not null primary key,  -- Name of the person, short form
  name   text not null,              -- Full name as printed
  party  text,                       -- D (Democrat) or R (Republican), only as printed
  handle text                        -- Twitter handle as printed
);

insert into people (id, name, party, handle)
select person, name, party, handle
from person_identified;
