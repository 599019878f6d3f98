"""A stranger's archive: one malice each in a small archive, and the commands of a person who opens it all the same."""
