"""Why a page is not taken. `cleaners.form.error_form` writes them."""

from cleaners.errors import CleanError


class BadRow(CleanError):
    """This is not a page as the service takes it."""


class NotAllowed(CleanError):
    """A page may be read by reference only below the addresses in the setting `blob_prefixes`."""
