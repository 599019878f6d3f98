-- One row for each state, also those never named: its answer, who gave it and in which role, and the earliest and latest time it can have been given.
create view state_answers as
select
  requests.id as request,
  states.code as state,
  states.name as name,
  coalesce(responses.disposition, 'never named') as disposition,
  responses.terms as terms,
  responses.reason as reason,
  people.name as speaker,
  responses.role as role,
  people.party as party,
  responses.medium as medium,
  responses.dated as dated,
  events.earliest as earliest,
  events.latest as latest,
  listings.position as listed,
  responses.last_event as last_event
from requests
cross join states
left join responses on responses.request = requests.id and responses.state = states.code
left join listings on listings.request = requests.id and listings.state = states.code
left join people on people.id = responses.speaker
left join events on events.sequence = responses.last_event
order by requests.id, states.name;
