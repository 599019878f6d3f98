-- What each state says about one kind of data: withheld, given as public, or sold.
create table response_fields (
  request     text not null references requests(id),                               -- The request
  state       text not null references states(code),                               -- State, by USPS code
  field       text not null references fields(code),                               -- Kind of data
  disposition text not null check (disposition in ('withheld', 'public', 'fee')),  -- What the state does with it
  detail      text,                                                                -- What the source adds on this field, such as the full date
  speaker     text references people(id),                                          -- Person who said so; empty for unnamed officials
  role        text,                                                                -- Role of the speaker
  statement   text references statements(id),                                      -- Statement that says so
  dated       text,                                                                -- When, as far as known (EDTF; an interval means some time within it)
  summary     text,                                                                -- What was said or happened, in our words
  primary key (request, state, field)
);

insert into response_fields (request, state, field, disposition, detail, speaker, role, statement, dated, summary)
select request, state, field, disposition, detail, speaker, role, statement, edtf, summary
from field_answered;
