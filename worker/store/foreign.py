"""Bodies that are read where they lie, such as a record of a WARC file on S3; never copied, never deleted."""

from collections.abc import Sequence

import fsspec

from worker.store.errors import BodyMissing, ReferenceRefused
from worker.store.nouns import BlobRef
from worker.store.record import page_of


class ForeignReader:
    """Reads below the allowed prefixes, up to a size."""

    def __init__(self, prefixes: Sequence[str], max_bytes: int) -> None:
        self._prefixes = tuple(prefixes)
        self._max_bytes = max_bytes

    def allowed(self, url: str) -> bool:
        """Whether the URL lies below one of the prefixes. A prefix without a slash at its end names a folder."""
        if ".." in url.split("/") or "%2e" in url.lower() or "::" in url:
            return False  # "::" chains file systems in fsspec
        return any(url == prefix or url.startswith(prefix.rstrip("/") + "/") for prefix in self._prefixes)

    def read(self, ref: BlobRef) -> bytes:
        """The page: of a WARC record the HTTP body, of gzip what is inside, of anything else the bytes.

        Raises:
            ReferenceRefused: the URL is below no allowed prefix.
            BodyMissing: there is nothing, or not that much.
            OSError: the store does not answer.
        """
        if not self.allowed(ref.url):
            raise ReferenceRefused(ref.url)
        try:
            fs, path = fsspec.core.url_to_fs(ref.url)
            length = fs.size(path) - ref.offset if ref.length < 0 else ref.length
            if length > self._max_bytes:
                raise BodyMissing(f"{ref}: {length} bytes are more than a page may have")
            found: bytes = fs.cat_file(path, start=ref.offset, end=ref.offset + length)
        except FileNotFoundError as error:
            raise BodyMissing(str(ref)) from error
        if len(found) < length or not found:
            raise BodyMissing(f"{ref} ends early")
        return page_of(found, self._max_bytes)
