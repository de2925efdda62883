"""What the store says when it cannot do what it was asked. The docstring is the message."""


class StoreError(Exception):
    """The store could not do this."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        message = (type(self).__doc__ or "").strip()
        super().__init__(f"{message} {detail}".strip())

    @property
    def name(self) -> str:
        """Stable name for logs and answers, such as `store_unavailable`."""
        return "".join("_" + c.lower() if c.isupper() else c for c in type(self).__name__).lstrip("_")


class StoreUnavailable(StoreError):
    """The database or the blob store does not answer. Nothing was half done: try again later."""


class SchemaMismatch(StoreError):
    """The database has another schema than this program. Run `dehusk migrate`."""


class BadCursor(StoreError):
    """This cursor is none of ours. Start without one."""


class BodyMissing(StoreError):
    """The raw page is not there."""


class ReferenceRefused(StoreError):
    """Bodies are read below the allowed prefixes only. Set `blob_prefixes`."""


class RestoreRefused(StoreError):
    """This backup cannot be restored here."""


class NoSuchChange(StoreError):
    """There is no such change, or it is undone already."""
