"""The benchmark: how fast the register works and how much memory it takes, beside raw floors of the same run."""
