"""Tests of `regesta/cli/`."""
