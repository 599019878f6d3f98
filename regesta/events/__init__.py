"""The record: what an event is and how the log keeps it. The content is in an archive's `events/`."""
