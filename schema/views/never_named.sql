-- States that no source names as answering, for each request. The District of Columbia is in the list of states, but not, as we read it, among the 50 that were written to.
create view never_named as
select requests.id as request, states.code as state, states.name as name
from requests
cross join states
where not exists (select 1 from responses where responses.request = requests.id and responses.state = states.code)
order by requests.id, states.code;
