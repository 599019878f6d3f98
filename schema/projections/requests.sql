-- Requests for data that the story is about.
create table requests (
  id              text not null primary key,                   -- Name of the request
  title           text not null,                               -- What it is called, in our words
  sender          text not null references organisations(id),  -- Organization that sent it
  signatory       text references people(id),                  -- Person who signed it
  recipients      text,                                        -- Whom it was addressed to
  recipient_count integer,                                     -- Number of recipients, as the source counts
  scope           text,                                        -- Whose data are asked for
  dated           text,                                        -- When it was sent, as far as known (EDTF; an interval means some time within it)
  summary         text                                         -- What was said or happened, in our words
);

insert into requests (id, title, sender, signatory, recipients, recipient_count, scope, dated, summary)
select request, title, sender, signatory, recipients, recipient_count, scope, edtf, summary
from letter_sent;
