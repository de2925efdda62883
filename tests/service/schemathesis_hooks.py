"""Tells schemathesis how a string becomes a body of rows, and which ids there are."""

import os
from typing import Any

import schemathesis

KNOWN = os.environ.get("KNOWN_IDS", "").split()


@schemathesis.serializer("application/x-ndjson")
def rows(context: Any, value: Any) -> Any:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other question is about something that is there."""
    if not KNOWN or not path_parameters or context.operation.method.upper() == "DELETE":
        return path_parameters
    marks = {name: sum(map(ord, str(value))) for name, value in path_parameters.items()}
    return {name: KNOWN[mark // 2 % len(KNOWN)] if mark % 2 else path_parameters[name] for name, mark in marks.items()}
