-- What each state that gave an answer withholds, gives as public or sells: its terms in our words, and the single fields that the sources name.
-- The Social Security number, of which most states speak, and its last four digits, for which the letter asks, are two fields, kept apart.
create view withheld as
select
  responses.request as request,
  states.name as state,
  responses.disposition as disposition,
  responses.terms as terms,
  (
    select group_concat(fields.name || coalesce(' (' || response_fields.detail || ')', ''), '; ')
    from response_fields join fields on fields.code = response_fields.field
    where response_fields.request = responses.request and response_fields.state = responses.state
      and response_fields.disposition = 'withheld'
  ) as withheld,
  (
    select group_concat(fields.name || coalesce(' (' || response_fields.detail || ')', ''), '; ')
    from response_fields join fields on fields.code = response_fields.field
    where response_fields.request = responses.request and response_fields.state = responses.state
      and response_fields.disposition = 'public'
  ) as given,
  (
    select group_concat(fields.name || coalesce(' (' || response_fields.detail || ')', ''), '; ')
    from response_fields join fields on fields.code = response_fields.field
    where response_fields.request = responses.request and response_fields.state = responses.state
      and response_fields.disposition = 'fee'
  ) as sold,
  responses.last_event as last_event
from responses
join states on states.code = responses.state
where responses.disposition <> 'unspecified'
order by responses.request, states.name;
