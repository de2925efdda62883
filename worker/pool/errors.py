"""What can go wrong around a page, beyond what the library names itself."""

from cleaners.errors import CleanError


class EngineFault(CleanError):
    """The cleaner itself failed on this page. Please report it, with the page."""

    def __init__(self, detail: str = "", trace: str = "") -> None:
        super().__init__(detail)
        self.trace = trace  # for a log, never for a row


class PoolBroken(RuntimeError):
    """The worker processes cannot start."""
