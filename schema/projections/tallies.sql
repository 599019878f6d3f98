-- Counts and estimates as their sources give them, never adjusted to our own count (view tally_check sets both side by side).
create table tallies (
  id           text not null primary key,          -- Name of the tally
  request      text references requests(id),       -- The request it is about
  organisation text references organisations(id),  -- Publisher that counts; empty where its document names none
  measure      text not null,                      -- What is counted, as a code: addressed, objecting, refusing, not-fully-complying
  counted      text not null,                      -- What is counted, in our words
  figure       integer,                            -- The number, where one is given
  quantifier   text,                               -- The word of quantity where no number is given
  source       text not null,                      -- Document that holds the tally
  dated        text,                               -- When, as far as known (EDTF; an interval means some time within it)
  summary      text                                -- What was said or happened, in our words
);

insert into tallies (id, request, organisation, measure, counted, figure, quantifier, source, dated, summary)
select tally, request, organisation, measure, counted, figure, quantifier, source, edtf, summary
from tally_reported;
