"""Tests of `regesta/publish/feeds/`."""
