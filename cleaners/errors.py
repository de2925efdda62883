"""The few ways in which a page cannot be cleaned. The docstring is the message."""

from __future__ import annotations


class CleanError(Exception):
    """The page could not be cleaned."""

    permanent = True  # trying the same bytes again gives the same error

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        message = (type(self).__doc__ or "").strip()
        super().__init__(f"{message} {detail}".strip())

    def __reduce__(self) -> tuple[type[CleanError], tuple[str]]:
        return type(self), (self.detail,)

    @property
    def name(self) -> str:
        """Stable name for logs, rows and exit messages, such as `page_too_large`."""
        out = "".join("_" + c.lower() if c.isupper() else c for c in type(self).__name__)
        return out.lstrip("_")


class EmptyInput(CleanError):
    """There is nothing in this page: no bytes, or white space alone."""


class NotText(CleanError):
    """These bytes are not a text page. Send HTML or plain text."""


class PageTooLarge(CleanError):
    """The page is larger than the limit. Raise `max_bytes` in the profile if it is meant."""


class TimeLimit(CleanError):
    """The page took longer than its time limit, so no text is given rather than a partial one."""


class WorkerDied(CleanError):
    """The process that cleaned this page died. The page is set aside; its neighbours are unharmed."""


class MemoryLimit(CleanError):
    """The page needed more memory than a process may take."""


class BadProfile(CleanError):
    """The profile cannot be used."""
