-- Every kind of data, whether the request asks for it, and which states withhold it, give it or sell it, as far as the sources name it.
-- Most states speak of the Social Security number (ssn); the letter, by The Hill's copy, asks for its last four digits (ssn4). They are two rows, side by side: an answer on the one is not counted for the other.
create view field_answers as
select
  requests.id as request,
  fields.code as field,
  fields.name as name,
  case when request_fields.field is null then 'no' else 'yes' end as asked,
  request_fields.since as since,
  (
    select group_concat(response_fields.state, ' ') from response_fields
    where response_fields.request = requests.id and response_fields.field = fields.code and response_fields.disposition = 'withheld'
  ) as withheld_by,
  (
    select group_concat(response_fields.state, ' ') from response_fields
    where response_fields.request = requests.id and response_fields.field = fields.code and response_fields.disposition = 'public'
  ) as given_by,
  (
    select group_concat(response_fields.state, ' ') from response_fields
    where response_fields.request = requests.id and response_fields.field = fields.code and response_fields.disposition = 'fee'
  ) as sold_by
from requests
cross join fields
left join request_fields on request_fields.request = requests.id and request_fields.field = fields.code
order by requests.id, fields.name;
