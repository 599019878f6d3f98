-- Kinds of data that a request asks for.
create table request_fields (
  request text not null references requests(id),  -- The request
  field   text not null references fields(code),  -- Kind of data
  since   text,                                   -- How far back the data are wanted (EDTF)
  dated   text,                                   -- When, as far as known (EDTF; an interval means some time within it)
  summary text,                                   -- What was said or happened, in our words
  primary key (request, field)
);

insert into request_fields (request, field, since, dated, summary)
select request, field, since, edtf, summary
from field_requested;
