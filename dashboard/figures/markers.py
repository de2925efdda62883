"""When the cleaner itself changed: marks on every chart over time, for what moves there is often nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from worker.store.ids import to_ms
from worker.store.nouns import RuleChange


def markers(figures: Mapping[str, Any], changes: Sequence[RuleChange]) -> list[dict[str, Any]]:
    """New versions and decisions about rules and profiles within the span of the figures, oldest first. Times in seconds."""
    first = min((one["since"] for one in figures["versions"]), default=0)
    found = [
        {"at": one["since"] // 1000, "kind": "version", "label": f"version {one['version']}"}
        for one in figures["versions"]
        if one["since"] > first  # what was there from the beginning did not begin here
    ]
    for change in changes:
        where = f" on {change.host}" if change.host else ""
        said = f"rule {change.name} {change.body}{where}" if change.what == "rule" else f"profile {change.name}{where}"
        found.append({"at": to_ms(change.at) // 1000, "kind": "change", "label": said})
        if change.undone_at is not None:
            found.append({"at": to_ms(change.undone_at) // 1000, "kind": "change", "label": f"{said}, undone"})
    since, until = figures["since"] // 1000, figures["until"] // 1000
    return sorted((one for one in found if since <= one["at"] <= until), key=lambda one: one["at"])
