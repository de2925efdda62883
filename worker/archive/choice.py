"""Which records of an input are wanted: by their fields, and by a sample that is the same on every machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from worker.archive.errors import BadChoice

_CLAUSE = re.compile(r"^([\w.-]+)\s*(!=|!~|=|~|>=|<=)\s*(.*)$", re.DOTALL)

Test = Callable[[Mapping[str, Any]], bool]


def chooser(clauses: tuple[str, ...]) -> Test:
    """A test for all of the clauses: `host=news.example`, `url~/2024/`, `status!=404`, `date>=2024-05`.

    >>> wanted = chooser(("host=news.example", "url~/2024/"))
    >>> wanted({"url": "https://news.example/2024/a", "host": "news.example"}), wanted({"host": "news.example"})
    (True, False)

    Raises:
        BadChoice: a clause is not of that form.
    """
    tests = [_clause(clause) for clause in clauses]
    return lambda record: all(test(record) for test in tests)


def _clause(clause: str) -> Test:
    match = _CLAUSE.match(clause)
    if match is None:
        raise BadChoice(
            f"{clause!r}: write FIELD=VALUE, FIELD!=VALUE, FIELD~PATTERN, FIELD!~PATTERN, FIELD>=VALUE or FIELD<=VALUE."
        )
    field, sign, value = match.groups()
    if sign.endswith("~"):
        try:
            pattern = re.compile(value)
        except re.error as error:
            raise BadChoice(f"{clause!r}: {error}.") from error
        return lambda record: (pattern.search(_text(record, field)) is not None) is (sign == "~")
    if sign in ("=", "!="):
        values = frozenset(value.split(","))
        return lambda record: (_text(record, field) in values) is (sign == "=")
    if sign == ">=":
        return lambda record: _text(record, field) >= value
    return lambda record: "" < _text(record, field) <= value


def _text(record: Mapping[str, Any], field: str) -> str:
    value: Any = record
    for name in [field] if field in record else field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)


def in_sample(name: str, at: int | str, share: float) -> bool:
    """Whether a record is one of the sample: decided by where it stands, so always alike."""
    if share >= 1:
        return True
    state = hashlib.blake2b(f"{name}\0{at}".encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(state, "big") < share * 2**64
