-- Every statement with its speaker and the number of documents and passages behind it, those that print the speaker's office or party included.
-- Where only one of several articles carries the words themselves, the note of the event says so.
create view statement_sources as
select
  statements.id as statement,
  people.name as speaker,
  statements.role as role,
  statements.state as state,
  statements.medium as medium,
  statements.stance as stance,
  statements.dated as dated,
  statements.summary as summary,
  count(distinct evidence.document) as documents,
  count(evidence.start) as passages,
  statements.last_event as last_event
from statements
left join people on people.id = statements.speaker
left join evidence on evidence.event = statements.last_event
group by statements.id
order by documents desc, statements.id;
