-- Offices and positions that people hold; an appointment gives one too.
create table roles (
  id           text not null primary key,            -- Name of the tenure
  person       text not null references people(id),  -- The person
  title        text not null,                        -- Office or position
  organisation text references organisations(id),    -- Organization it is held in
  state        text references states(code),         -- State it is held for
  dated        text                                  -- From or by when, as far as known (EDTF; '../D' means by D at the latest)
);

insert into roles (id, person, title, organisation, state, dated)
select role, person, title, organisation, state, edtf
from role_held;

insert into roles (id, person, title, organisation, dated)
select appointment, person, title, organisation, edtf
from appointment_made;
