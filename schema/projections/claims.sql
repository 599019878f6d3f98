-- What people and publishers assert to be so, each as the claim of whoever makes it, with the claim that it answers.
create table claims (
  id           text not null primary key,          -- Name of the claim
  claimant     text references people(id),         -- Person who makes it
  role         text,                               -- Role of the claimant, or who claims where nobody is named
  organisation text references organisations(id),  -- Organization that makes it
  kind         text not null,                      -- allegation, finding (of a study), assessment, legal (reading of law or practice), opinion, background (on a person)
  about        text not null,                      -- What it is about, as kind/name
  summary      text not null,                      -- The claim, in our words
  dated        text,                               -- When, as far as known (EDTF; an interval means some time within it)
  answers      text references claims(id),         -- Claim that it answers
  bearing      text,                               -- Whether it disputes or supports that claim
  statement    text references statements(id)      -- Statement in which it was made
);

insert into claims (id, claimant, role, organisation, kind, about, summary, dated, answers, bearing, statement)
select claim, claimant, role, organisation, kind, about, summary, edtf, answers, bearing, statement
from claim_made;
