"""What can be wrong on the way in and on the way out."""

from cleaners.errors import CleanError


class Unreadable(CleanError):
    """The file cannot be read."""

    permanent = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.args = (detail,)  # what the system says is enough


class BadRow(CleanError):
    """A row is a JSON object with "html", "html_base64" or "text"."""


class CannotWrite(Exception):
    """The output cannot be written."""

    def __init__(self, about: str, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.about = about
