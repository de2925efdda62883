"""What can be wrong with an input before there is a page."""

from cleaners.errors import CleanError


class Unreadable(CleanError):
    """The file cannot be read."""

    permanent = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.args = (detail,)  # what the system says is enough


class BadRow(CleanError):
    """A row is a JSON object with "html", "html_base64" or "text"."""
