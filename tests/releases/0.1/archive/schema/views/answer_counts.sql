-- How many places give each answer.
create view answer_counts as
select answer, count(*) as places
from answers
group by answer;
