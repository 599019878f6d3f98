-- Days by which something is to be done.
create table deadlines (
  id      text not null primary key,     -- Name of the deadline
  request text references requests(id),  -- The request it belongs to
  due     text not null,                 -- The day (EDTF)
  task    text not null,                 -- What is to be done by then
  duty    text,                          -- Who is to do it
  dated   text,                          -- When it was set, as far as known (EDTF; an interval means some time within it)
  summary text                           -- What was said or happened, in our words
);

insert into deadlines (id, request, due, task, duty, dated, summary)
select deadline, request, due, task, duty, edtf, summary
from deadline_set;
