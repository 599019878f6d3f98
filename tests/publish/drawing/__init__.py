"""Tests of `regesta/publish/drawing/`."""
