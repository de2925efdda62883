"""`python -m worker.cli`: the command without an installed script."""

from worker.cli import main

if __name__ == "__main__":
    main()
