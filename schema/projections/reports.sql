-- What news organisations reported or obtained, as other sources say.
create table reports (
  id           text not null primary key,                   -- Name of the report
  organisation text not null references organisations(id),  -- The news organisation
  kind         text not null,                               -- An article, or a copy of a paper that was obtained (copy-obtained)
  request      text references requests(id),                -- The request it is about
  person       text references people(id),                  -- The person it is about
  dated        text,                                        -- When, as far as known (EDTF; an interval means some time within it)
  summary      text                                         -- What was said or happened, in our words
);

insert into reports (id, organisation, kind, request, person, dated, summary)
select report, organisation, kind, request, person, edtf, summary
from report_made;
