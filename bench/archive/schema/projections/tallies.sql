-- The newest count of each organisation.
create table tallies (
  request      text not null,
  organisation text not null,
  measure      text not null,
  counted      text not null,
  figure       integer not null check (figure >= 0),
  dated        text,
  primary key (request, organisation)
);

insert into tallies (request, organisation, measure, counted, figure, dated)
select request, organisation, measure, counted, figure, edtf
from tally_reported;
