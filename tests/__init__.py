"""The tests; each folder is named like the part of `regesta/` that it tests."""
