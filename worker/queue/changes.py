"""The profile in force: the one in the settings, with what operators decided since."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from cleaners.errors import BadProfile
from cleaners.profile import Choice, Profile, Reason, names, parse_profile
from worker.store.errors import StoreUnavailable
from worker.store.nouns import RuleChange

log = structlog.get_logger(__name__)

LOOK_EVERY = 15.0  # seconds; a decision has to act within 60


class CurrentProfile:
    """Reads decisions now and then; between two looks it costs nothing."""

    def __init__(self, source: str, changes: Callable[[], Sequence[RuleChange]]) -> None:
        self._source = source
        self._changes = changes
        self._looked = float("-inf")
        self._profile = base_profile(source)

    def now(self) -> Profile:
        """The profile for the next page. A store or a file that cannot be read leaves it as it was."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return self._profile
        self._looked = time.monotonic()
        try:
            found = effective(self._source, self._changes())
        except (StoreUnavailable, BadProfile) as error:
            log.warning("profile_not_read", error=str(error), in_force=self._profile.digest)
            return self._profile
        if found.digest != self._profile.digest:
            log.info("profile_changed", before=self._profile.digest, after=found.digest)
            self._profile = found
        return self._profile


def base_profile(source: str) -> Profile:
    """The profile that the settings name. Files are read anew: `Profile.load` remembers them for good.

    Raises:
        BadProfile: it cannot be used.
    """
    if source in names():
        return Profile.load(source)
    try:
        return parse_profile(Path(source).read_text(encoding="utf-8"), source)
    except OSError as error:
        raise BadProfile(f"No profile or file named {source!r} ({error.strerror}).") from error


def effective(source: str, changes: Sequence[RuleChange]) -> Profile:
    """The settings' profile with all changes in force laid over it, oldest first.

    Raises:
        BadProfile: the settings' profile cannot be used. A stored one that cannot is skipped and logged.
    """
    profile = base_profile(source)
    for change in (change for change in changes if change.what == "profile" and change.undone_at is None):
        try:
            profile = laid_over(source, change.body)
        except BadProfile as error:
            log.error("profile_skipped", change=change.id, name=change.name, error=str(error))
    for change in (change for change in changes if change.what == "rule" and change.undone_at is None):
        profile = without_rule(profile, change.name, change.host, off=change.body == "disabled")
    return profile


def laid_over(source: str, toml: str) -> Profile:
    """A profile from TOML that inherits from the settings' one unless it names another."""
    if any(line.lstrip().startswith("inherits") for line in toml.splitlines()):
        return parse_profile(toml, "stored profile")
    return parse_profile(f"inherits = {json.dumps(source)}\n{toml}", "stored profile")


def without_rule(profile: Profile, rule: str, host: str | None, *, off: bool) -> Profile:
    """The profile with nothing dropped under that rule's name, everywhere or on one host; or dropped again."""
    choice: Choice = "keep" if off else "drop"
    if host is None:
        hosts = {name: _with_reason(table, rule, choice) if off else table for name, table in profile.hosts.items()}
        reasons = {**profile.reasons, rule: Reason(choice)}
        return replace(profile, reasons=reasons, hosts=hosts, digest="")
    found = _table_of(profile, host)
    return replace(profile, hosts={**profile.hosts, host: _with_reason(found, rule, choice)}, digest="")


def _table_of(profile: Profile, host: str) -> Mapping[str, Any]:
    """What holds for the host so far. Only the closest table counts, so a new one begins as a copy of it."""
    parts = host.split(".")
    for at in range(len(parts)):
        table = profile.hosts.get(".".join(parts[at:]))
        if table is not None:
            return table
    return {}


def _with_reason(table: Mapping[str, Any], rule: str, choice: str) -> dict[str, Any]:
    return {**table, "reasons": {**table.get("reasons", {}), rule: choice}}
