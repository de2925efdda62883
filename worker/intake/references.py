"""Pages by reference: the service reads only where its operator said it may.

A URL from a crawler that the service opens is a way into the network behind it, and into its files. So a reference
must lie below a prefix that the operator listed, compared part by part, and be written plainly: no user name, no
escaped dots or slashes, no way up, no chained protocols. Whoever opens it must not follow redirects.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from worker.intake.errors import NotAllowed

_ESCAPED = re.compile(r"%(?:2e|2f|5c|25|00)", re.IGNORECASE)  # dot, slash, backslash, per cent, NUL
_PORTS = {"http": 80, "https": 443}


def allowed(url: str, prefixes: Iterable[str]) -> str:
    """The reference, if it lies below one of the prefixes.

    Raises:
        NotAllowed: it does not.
    """
    parts = _plain(url)
    for prefix in prefixes:
        if _below(parts, urlsplit(prefix)):
            return url
    raise NotAllowed


def _plain(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or "::" in url or _ESCAPED.search(url):
        raise NotAllowed("The address has characters or escapes in it that no reference needs.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise NotAllowed("This is no URL.") from None
    if not parts.scheme or "://" not in url or "@" in parts.netloc or parts.fragment:
        raise NotAllowed("The address needs a protocol, and neither user name nor fragment.")
    if any(part in (".", "..") for part in parts.path.split("/")):
        raise NotAllowed("The address has . or .. in its path.")
    return parts


def _below(parts: SplitResult, prefix: SplitResult) -> bool:
    if _origin(parts) != _origin(prefix):
        return False
    folder = prefix.path if prefix.path.endswith("/") else prefix.path + "/"
    if parts.scheme == "file":  # a link inside the folder must not lead out of it
        if parts.query:
            return False
        return Path(unquote(parts.path)).resolve().is_relative_to(Path(unquote(prefix.path)).resolve())
    return parts.path.startswith(folder)


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme)
