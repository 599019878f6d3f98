-- How each state answers a request, by its newest answer. A state that is only named in a list has the answer 'unspecified':
-- it refuses or gives no more than what is public already, the list does not say which. States that no source names have no row.
create table responses (
  request     text not null references requests(id),  -- The request
  state       text not null references states(code),  -- State, by USPS code
  disposition text not null check (disposition in ('refuse', 'partial', 'public-only', 'fee', 'comply', 'undecided', 'unspecified')),  -- The answer in one word; partial withholds named items, and what else is given may not be said
  terms       text,                                   -- What is given, held back or asked for, in our words
  reason      text,                                   -- Reason given, in our words; empty where none is printed
  speaker     text references people(id),             -- Person who gave the answer; empty for unnamed officials
  role        text,                                   -- Role in which the answer was given
  medium      text,                                   -- How it was made public; 'interview' is told to a news organization, 'report' where the article does not name the medium
  statement   text references statements(id),         -- Statement that carries the answer
  dated       text,                                   -- When, as far as known (EDTF; an interval means some time within it)
  summary     text,                                   -- What was said or happened, in our words
  primary key (request, state)
);

insert into responses (request, state, disposition, terms, reason, speaker, role, medium, statement, dated, summary)
select request, state, disposition, terms, reason, speaker, role, medium, statement, edtf, summary
from response_declared;

insert into responses (request, state, disposition, dated, summary)
select request, state, 'unspecified', edtf, summary
from response_listed
on conflict do nothing;
