-- Penalties imposed by courts and authorities.
create table penalties (
  id        text not null primary key,   -- Name of the penalty
  person    text references people(id),  -- Person punished
  authority text,                        -- Who imposed it, as far as the source says
  kind      text not null,               -- What sort of penalty
  cause     text,                        -- What for, in our words
  dated     text,                        -- When, as far as known (EDTF; an interval means some time within it)
  summary   text                         -- What was said or happened, in our words
);

insert into penalties (id, person, authority, kind, cause, dated, summary)
select penalty, person, authority, kind, cause, edtf, summary
from penalty_imposed;
