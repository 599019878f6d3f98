-- Every passage behind every event: which document, and where in it (code points, half-open). The text itself is not republished; its digest is.
create view passages as
select
  events.sequence as event,
  events.type as type,
  events.subject as subject,
  events.edtf as dated,
  events.summary as summary,
  documents.title as title,
  documents.publisher as publisher,
  evidence.document as document,
  evidence.start as start,
  evidence."end" as "end",
  evidence.digest as digest
from evidence
join events on events.sequence = evidence.event
left join documents on documents.digest = evidence.document
order by events.sequence, evidence.document, evidence.start;
