"""Ways to clean that can be compared: as now, another profile, without a rule, or as it is stored."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal, get_args

from cleaners.errors import BadProfile
from cleaners.profile import REASONS, Profile, names
from worker.queue.changes import effective, laid_over
from worker.store import Store
from worker.store.nouns import RuleChange

# now: as workers clean; packaged, own: with another profile; without: as now, but for one rule; stored: what there is;
# before, after: what a run of re-cleaning found and made
Kind = Literal["now", "packaged", "own", "without", "stored", "before", "after"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST = 100_000  # characters of a profile of one's own
BRIEF = 60  # characters of it in a title


@dataclass(frozen=True, slots=True)
class Way:
    """How to clean."""

    kind: Kind
    name: str = ""  # packaged: the profile; without: the rule
    toml: str = ""  # own: the profile

    def __str__(self) -> str:
        """For people."""
        return {
            "now": "as in force now",
            "packaged": f"profile {self.name}",
            "own": f"own profile: {self._brief()}",
            "without": f"without {self.name.replace('_', ' ')}",
            "stored": "as stored",
            "before": "before the run",
            "after": "after the run",
        }[self.kind]

    def _brief(self) -> str:
        """The beginning of a profile, on one line."""
        lines = (line.strip() for line in self.toml.splitlines())
        said = "; ".join(line for line in lines if line and not line.startswith("#"))
        return said if len(said) <= BRIEF else said[: BRIEF - 1] + "…"

    @property
    def cleans(self) -> bool:
        """Whether pages have to be cleaned for it."""
        return self.kind in ("now", "packaged", "own", "without")

    @property
    def can_be_made_current(self) -> bool:
        return self.kind in ("packaged", "own", "without")

    def written(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> "Way":
        """What `written` wrote."""
        return cls(**json.loads(text))

    def check(self, source: str) -> None:
        """
        Raises:
            BadProfile: there is no such profile or rule.
        """
        if self.kind == "packaged" and self.name not in names():
            raise BadProfile(f"There is no profile named {self.name!r}.")
        if self.kind == "without" and self.name not in REASONS:
            raise BadProfile(f"There is no rule named {self.name!r}.")
        if self.kind == "own":
            check_toml(source, self.toml)

    def profile(self, source: str, changes: Sequence[RuleChange]) -> Profile:
        """What would be in force if it were made current, over what operators decided so far."""
        if self.kind in ("packaged", "own"):
            return effective(source, [*changes, _change("profile", self.name or "own", self._body())])
        if self.kind == "without":
            return effective(source, [*changes, _change("rule", self.name, "disabled")])
        return effective(source, changes)

    def make_current(self, store: Store, *, by: str, note: str) -> RuleChange:
        """Put it in force for running workers, on record; `Store.undo_change` takes it back.

        Raises:
            ValueError: it is nothing that can be put in force.
        """
        if not self.can_be_made_current:
            raise ValueError(self.kind)
        if self.kind == "without":
            return store.change_rule(self.name, enabled=False, by=by, note=note)
        return store.change_profile(self.name or "own", self._body(), by=by, note=note)

    def _body(self) -> str:
        return f"inherits = {json.dumps(self.name)}\n" if self.kind == "packaged" else self.toml


def check_toml(source: str, toml: str) -> None:
    """A profile that came from a browser: it may inherit from packaged ones only, for files are not for it to read.

    Raises:
        BadProfile: it cannot be used.
    """
    if len(toml) > LONGEST:
        raise BadProfile(f"A profile has at most {LONGEST:,} characters.")
    try:
        inherits = tomllib.loads(toml).get("inherits")
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"The profile is no TOML: {error}") from error
    if inherits is not None and inherits not in names():
        raise BadProfile(f"`inherits` names a packaged profile: {', '.join(names())}.")
    laid_over(source, toml)


_BLANK = RuleChange(
    id=0,
    what="rule",
    name="",
    body="",
    host=None,
    at=datetime(1970, 1, 1, tzinfo=UTC),
    by="",
    note="",
    undone_at=None,
    undone_by=None,
)


def _change(what: Literal["rule", "profile"], name: str, body: str) -> RuleChange:
    return replace(_BLANK, what=what, name=name, body=body)
