-- What news organizations reported, were told or obtained, as they or other sources say.
create table reports (
  id           text not null primary key,                   -- Name of the report
  organisation text not null references organisations(id),  -- The news organization
  kind         text not null,                               -- article, interview (something that a person told it), or copy-obtained (a copy of a paper)
  request      text references requests(id),                -- The request it is about
  person       text references people(id),                  -- The person it is about, or who told it
  dated        text,                                        -- When, as far as known (EDTF; an interval means some time within it)
  summary      text                                         -- What was said or happened, in our words
);

insert into reports (id, organisation, kind, request, person, dated, summary)
select report, organisation, kind, request, person, edtf, summary
from report_made;
