"""Tests of `regesta/events/`."""
