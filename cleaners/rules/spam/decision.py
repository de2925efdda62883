"""What the profile wants done with a span of some confidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cleaners.page import Action, Mark, Page
from cleaners.profile import Profile
from cleaners.stages.urls import host_of

RULE: Final = "spam_injection"
LEAST: Final = {"default": 0.72, "strict": 0.5, "flag_only": 0.5, "off": 2.0}
SUSPICIOUS: Final = 0.5  # below the profile's threshold, from here on a mark only flags


class Decision:
    """Turns spans into marks: drops, or flags where the profile, the host or a doubt says so."""

    def __init__(self, page: Page, profile: Profile) -> None:
        self.least = LEAST[profile.spam]
        self.flags = profile.spam == "flag_only" or (bool(profile.allow_hosts) and _allowed(page, profile))

    def drops(self, confidence: float) -> bool:
        """Whether a span of this confidence goes."""
        return not self.flags and confidence >= self.least

    def mark(self, start: int, end: int, confidence: float, evidence: str, field: str = "text") -> Iterator[Mark]:
        """A mark, if the span is suspicious at all."""
        if confidence < SUSPICIOUS and confidence < self.least:
            return
        action: Action = "drop" if self.drops(confidence) else "flag"
        yield Mark(start, end, action, RULE, RULE, round(min(confidence, 0.99), 2), field, evidence)


def _allowed(page: Page, profile: Profile) -> bool:
    host = host_of(page.url)
    return any(host == name or host.endswith("." + name) for name in profile.allow_hosts)
