"""What can go wrong between a crawler and the service."""

from collections.abc import Sequence
from typing import Any


class DehuskError(Exception):
    """The base of all errors of this package."""


class Refused(DehuskError):
    """The service understood and said no. Asking again the same way would get the same answer."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(f"{status} {name}: {message}")
        self.status = status
        self.name = name  # stable, such as `bad_row` or `not_allowed`
        self.message = message


class Unavailable(DehuskError):
    """The service could not be reached, or was too busy, for as long as the client was told to wait."""

    def __init__(self, message: str, unsent: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.unsent = tuple(unsent)  # the pages that have no answer; sending them again is safe
