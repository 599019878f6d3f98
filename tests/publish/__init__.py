"""Tests of `regesta/publish/`."""
