-- How many states give which answer.
create view standing as
select disposition, count(*) as states from responses group by disposition;
