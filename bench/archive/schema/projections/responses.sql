-- How each state answers a request, by its newest answer.
create table responses (
  request     text not null,
  state       text not null references states(code),
  disposition text not null check (disposition in ('refuse', 'partial', 'public-only', 'fee', 'comply', 'undecided')),
  reason      text,
  speaker     text,
  statement   text,
  dated       text,
  summary     text,
  primary key (request, state)
);

insert into responses (request, state, disposition, reason, speaker, statement, dated, summary)
select request, state, disposition, reason, speaker, statement, edtf, summary
from response_declared;
