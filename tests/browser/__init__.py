"""Tests of the site in a browser: a served archive, and Chromium as a reader with a mouse, a keyboard or neither."""
