-- Claims and what is held against them: each claim that answers another, with who makes it.
create view counter_claims as
select
  claims.id as claim,
  claims.summary as claim_summary,
  claimants.name as claimant,
  answering.id as answered_by,
  answering.bearing as bearing,
  coalesce(answerers.name, organisations.name, answering.role) as answerer,
  answering.kind as kind,
  answering.summary as answer_summary,
  answering.dated as dated,
  answering.last_event as last_event
from claims as answering
join claims on claims.id = answering.answers
left join people as claimants on claimants.id = claims.claimant
left join people as answerers on answerers.id = answering.claimant
left join organisations on organisations.id = answering.organisation
order by claims.id, answering.kind, answering.id;
