-- Events that extraction suggests, each with its passage, and what became of them. Nothing of it counts as a fact before it is accepted.
create table proposals (
  proposal    text not null primary key,        -- Key of the proposal
  status      text not null check (status in ('open', 'accepted', 'rejected')),  -- open, accepted or rejected
  kind        text,                             -- What was found, such as quote, disposition or deadline
  rule        text,                             -- Rule that found it
  confidence  real,                             -- How sure the rule is, 0 to 1
  needs       text,                             -- What a person must still supply; empty where the event is complete
  type        text,                             -- Type of the proposed event
  about       text,                             -- Subject of the proposed event, as kind/name
  dated       text,                             -- Date of the proposed event, as far as known (EDTF)
  story       text references stories(id),      -- Story that the document is a version of
  document    text references documents(digest),  -- Document that holds the passage
  start       integer,                          -- Where the passage begins: code points of the text before it
  "end"       integer,                          -- Where it ends: code points up to its end
  summary     text,                             -- What is proposed, in our words
  accepted_as text,                             -- Id of the event that came of it
  reason      text                              -- Why it was rejected
);

-- Made once: to make it again changes nothing, and opens nothing that was decided.
insert into proposals (proposal, status, kind, rule, confidence, needs, type, about, dated, story, document, start, "end", summary)
select proposal, 'open', kind, rule, confidence, needs, proposes, about, dated, story, document, start, "end", summary
from proposal_made
on conflict do nothing;

insert into proposals (proposal, status, accepted_as)
select proposal, 'accepted', accepted_as
from proposal_accepted;

insert into proposals (proposal, status, reason)
select proposal, 'rejected', reason
from proposal_rejected;
