-- Where the states stand on each request: how many give each answer, and which. 'never named' are states that no source mentions;
-- the District of Columbia (DC) is counted there, though it is not among the 50 that were written to.
create view standing as
select request, disposition, count(*) as states, group_concat(state, ' ') as codes
from (
  select requests.id as request, states.code as state, coalesce(responses.disposition, 'never named') as disposition
  from requests
  cross join states
  left join responses on responses.request = requests.id and responses.state = states.code
  order by states.code
) as answers
group by request, disposition
order by request, states desc, disposition;
