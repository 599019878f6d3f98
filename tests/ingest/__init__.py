"""Tests of `regesta/ingest/`."""
