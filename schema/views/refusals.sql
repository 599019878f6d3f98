-- Which states refuse, and who said so, in which role, of which party, how and when.
create view refusals as
select
  responses.request as request,
  states.name as state,
  people.name as speaker,
  responses.role as role,
  people.party as party,
  responses.medium as medium,
  responses.dated as dated,
  responses.reason as reason,
  responses.last_event as last_event
from responses
join states on states.code = responses.state
left join people on people.id = responses.speaker
where responses.disposition = 'refuse'
order by responses.request, states.name;
