"""Tells schemathesis how a string becomes a body of rows."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def rows(context: Any, value: Any) -> Any:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
