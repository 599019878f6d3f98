"""Tests of `regesta/publish/reading/`."""
