-- Source texts that the archive took in, known by the SHA-256 of their bytes.
create table documents (
  digest          text not null primary key,  -- SHA-256 of the bytes, in hex
  title           text,                       -- Title; in square brackets where the archive supplied it
  publisher       text,                       -- Who published it
  url             text,                       -- Where it was
  published       text,                       -- When it was first made public (EDTF)
  updated         text,                       -- Update stamp that it prints (EDTF)
  retrieved       text,                       -- When it was taken in from its source (EDTF)
  media_type      text,                       -- Media type of the bytes
  bytes           integer,                    -- Length in bytes
  characters      integer,                    -- Length of the canonical text in code points
  summary         text,                       -- What the document is, in our words
  name            text,                       -- Name of the file that it came in
  published_basis text,                       -- What the date of publication rests on: printed, a header of the e-mail, a meta element of the page …
  updated_basis   text                        -- What the update stamp rests on
);

insert into documents (digest, title, publisher, url, published, updated, retrieved, media_type, bytes, characters, summary, name, published_basis, updated_basis)
select digest, title, publisher, url, published, updated, retrieved, media_type, bytes, characters, summary, name, published_basis, updated_basis
from document_captured;
