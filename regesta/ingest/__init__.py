"""Where events come from: documents, passages and proposals. The content is in an archive's `ingest/`."""
