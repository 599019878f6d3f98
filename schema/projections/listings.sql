-- States that a source names in a list of states that refuse or give no more than what is public already. A listed state may have a more specific answer in responses.
create table listings (
  request  text not null references requests(id),  -- The request
  state    text not null references states(code),  -- State, by USPS code
  position integer not null,                       -- Place in the printed list
  dated    text,                                   -- Date of the list, as far as known (EDTF)
  summary  text,                                   -- What was said or happened, in our words
  primary key (request, state)
);

insert into listings (request, state, position, dated, summary)
select request, state, position, edtf, summary
from response_listed;
