-- Each tally as its source gives it, beside our own count of the states today. The two may count different things; neither is adjusted to the other.
create view tally_check as
select
  tallies.id as tally,
  tallies.counted as counted,
  tallies.figure as figure,
  tallies.quantifier as quantifier,
  organisations.name as publisher,
  documents.title as document,
  tallies.dated as dated,
  case tallies.measure
    when 'refusing' then (select count(*) from responses where responses.request = tallies.request and responses.disposition = 'refuse')
    when 'not-fully-complying' then (
      select count(*) from responses where responses.request = tallies.request and responses.disposition not in ('comply', 'undecided')
    )
  end as our_count,
  case tallies.measure
    when 'refusing' then 'states whose newest answer is a refusal'
    when 'not-fully-complying' then 'states that refuse, give part, charge a fee or are only named in the closing list'
    else 'we do not count this'
  end as our_measure,
  tallies.last_event as last_event
from tallies
left join organisations on organisations.id = tallies.organisation
left join documents on documents.digest = tallies.document
order by tallies.id;
