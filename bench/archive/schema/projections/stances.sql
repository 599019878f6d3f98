-- Where each speaker stands on a matter, by the newest statement.
create table stances (
  speaker   text not null,
  about     text not null,
  stance    text not null,
  medium    text not null,
  statement text not null,
  dated     text,
  summary   text not null,
  primary key (speaker, about)
);

insert into stances (speaker, about, stance, medium, statement, dated, summary)
select speaker, about, stance, medium, statement, edtf, summary
from statement_made;
