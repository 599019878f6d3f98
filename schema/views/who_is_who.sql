-- The people of the story with their offices, parties and the number of statements recorded from each.
create view who_is_who as
select
  people.id as person,
  people.name as name,
  people.party as party,
  roles.title as title,
  organisations.name as organisation,
  states.name as state,
  roles.dated as dated,
  (select count(*) from statements where statements.speaker = people.id) as statements
from people
left join roles on roles.person = people.id
left join organisations on organisations.id = roles.organisation
left join states on states.code = roles.state
order by people.name, roles.title;
