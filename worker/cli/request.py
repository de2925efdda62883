"""What was asked for on the command line, as every worker process needs to know it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaners.profile import Limits


class Format(StrEnum):
    """How a cleaned page is written."""

    text = "text"
    markdown = "markdown"
    json = "json"


class Colour(StrEnum):
    """When an explanation is coloured."""

    auto = "auto"
    always = "always"
    never = "never"


SUFFIX = {Format.text: ".txt", Format.markdown: ".md", Format.json: ".json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options that decide what a page becomes."""

    profile: str = "default"  # packaged name or TOML file
    format: Format = Format.text
    explain: bool = False
    colour: bool = False  # of the explanation
    indent: bool = False  # JSON for a person to read
    url: str | None = None
    encoding: str | None = None
    content_type: str | None = None

    @property
    def limits(self) -> "Limits":
        """Of the profile, for the host of `url`. Imported here, for the help text needs no profile."""
        from cleaners.profile import Profile
        from cleaners.stages.urls import host_of

        return Profile.load(self.profile).for_host(host_of(self.url)).limits

    @property
    def suffix(self) -> str:
        """What a page's file name gets."""
        return ".explained.txt" if self.explain else SUFFIX[self.format]
