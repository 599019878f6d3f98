"""A mixed fuzzer over the parsers: `python -m tests.fuzz --minutes 60`. Only our errors may come out of them."""
