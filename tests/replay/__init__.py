"""Tests of `regesta/replay/`."""
