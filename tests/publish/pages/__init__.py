"""Tests of `regesta/publish/pages/`."""
