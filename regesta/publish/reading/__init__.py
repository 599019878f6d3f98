"""What pages and feeds are made of, read from a built database: one function a question, from connection to values."""
