"""From the log to tables: relations, the fold, history, full and incremental builds, queries."""
