"""Tests of `regesta/schema/`."""
