"""`python -m regesta`: the command line without the console script."""

from regesta.cli import main

if __name__ == "__main__":
    main()
