-- Counts and estimates as their sources give them, never adjusted to our own count (view tally_check sets both side by side).
create table tallies (
  id           text not null primary key,          -- Name of the tally
  request      text references requests(id),       -- The request it is about
  organisation text references organisations(id),  -- Publisher that counts; empty where its document names none
  measure      text not null,                      -- What is counted, as a code: addressed, objecting, refusing, not-fully-complying
  counted      text not null,                      -- What is counted, in our words
  figure       integer,                            -- The number, where one is given
  quantifier   text,                               -- The word of quantity where no number is given
  document     text references documents(digest),  -- Document that holds the tally; empty where the source is not a document
  dated        text,                               -- When, as far as known (EDTF; an interval means some time within it)
  summary      text                                -- What was said or happened, in our words
);

insert into tallies (id, request, organisation, measure, counted, figure, quantifier, document, dated, summary)
select tally, request, organisation, measure, counted, figure, quantifier, case when substr(source, 1, 11) = 'urn:sha256:' then substr(source, 12) end, edtf, summary
from tally_reported;
