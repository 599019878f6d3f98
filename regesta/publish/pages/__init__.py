"""The pages of an archive: each module answers one kind of address with values for a template, or with a file."""
