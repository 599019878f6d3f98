-- How many places give each answer.
create view tally as
select answer, count(*) as places
from answers
group by answer;
