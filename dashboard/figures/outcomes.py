"""How a page can end, and whose fault it is when it ends without text: the crawler's, the cleaner's, or nobody's."""

from typing import Literal

Fault = Literal["none", "crawler", "cleaner"]

VERDICTS = (
    *("content", "challenge", "consent_wall", "login_wall", "paywall_preview", "soft_404", "script_shell", "empty"),
)  # of documents; cleaned.schema.json has the same
OUTCOMES = (*VERDICTS, "rejected", "dead")


def fault_of(outcome: str) -> Fault:
    """
    >>> fault_of("content"), fault_of("challenge"), fault_of("rejected"), fault_of("dead")
    ('none', 'crawler', 'crawler', 'cleaner')
    """
    name = outcome.partition(":")[0]
    if name in ("content", "clean", "paywall_preview"):  # "clean" is of times when verdicts were not counted
        return "none"
    return "cleaner" if name == "dead" else "crawler"
