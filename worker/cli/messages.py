"""What goes to standard error: one line a problem, beginning with the program's name."""

import sys

from cleaners.errors import CleanError


def complain(about: str, problem: str) -> None:
    """`dehusk: FILE: what is wrong with it`."""
    words = " ".join(problem.split())
    print(f"dehusk: {about}: {words}" if about else f"dehusk: {words}", file=sys.stderr)


def complain_of(about: str, error: CleanError) -> None:
    """A page's error; a fault of the cleaner comes with its trace, for the report that it asks for."""
    complain(about, str(error))
    trace = getattr(error, "trace", "")
    if trace:
        sys.stderr.write(trace)
