"""What the figures look like, for the API's description. More fields may come; these stay."""

from pydantic import BaseModel, ConfigDict, Field

from dashboard.figures.outcomes import Fault
from dashboard.figures.span import SpanName

Share = float | None
Ms = Field(description="milliseconds since 1970")
Seconds = Field(description="seconds since 1970, the beginning of the step")


class Open(BaseModel):
    """More may stand beside."""

    model_config = ConfigDict(extra="allow")


class Row(Open):
    """One series of a stacked chart."""

    name: str
    total: int
    values: list[int] = Field(description="by step")


class Stacked(Open):
    """A stacked chart: the largest series first, small ones together as `other`."""

    times: list[int] = Seconds
    series: list[Row]


class Histogram(Open):
    """Pages by twentieths of a share."""

    bins: list[int] = Field(min_length=20, max_length=20)
    median: Share


class Language(Open):
    """A language; empty where it was not told."""

    language: str
    pages: int


class Version(Open):
    """A cleaner version."""

    version: str
    pages: int
    since: int = Ms


class Removed(Open):
    """What was removed under a reason."""

    reason: str
    drops: int = Field(description="spans")
    words: int
    pages: int


class RemovedBy(Removed):
    """The same, by rule."""

    rule: str


class Marker(Open):
    """Something that changed the cleaner."""

    at: int = Field(description="seconds since 1970")
    kind: str = Field(description="version or change")
    label: str


class Waiting(Open):
    """What waits in a lane."""

    waiting: int
    cleaning: int
    oldest_seconds: float


class Overview(Open):
    """The whole service over a span, and what waits now."""

    span: SpanName
    since: int = Ms
    until: int = Ms
    step: int = Field(description="milliseconds: an hour, or a day")
    pages: int = Field(description="finished in the span, without those that were cleaned again")
    recleaned: int
    words_in: int
    words_kept: int
    cpu_ms: float
    outcomes: Stacked = Field(description="pages by verdict of their document, rejected, dead")
    faults: dict[Fault, int] = Field(description="pages by whose fault it is that there is no text; none: there is")
    reasons: Stacked = Field(description="removed words by reason")
    confidence: Histogram
    kept_share: Histogram
    languages: list[Language]
    versions: list[Version]
    rules: list[RemovedBy]
    markers: list[Marker]
    states: dict[str, int] = Field(description="revisions by state, of all time")
    backlog: dict[str, Waiting] = Field(description="by lane")


class HostRow(Open):
    """A host in the table."""

    host: str
    pages: int
    confidence: float = Field(description="running mean over some fifty pages")
    kept_share: float = Field(description="the same")
    last_at: int = Ms
    reasons: list[str] = Field(description="under which most words were removed in eight days")
    week_pages: int
    kept_today: Share = Field(description="median")
    kept_before: Share = Field(description="median of the seven days before")


class Hosts(Open):
    """Fifty hosts."""

    rows: list[HostRow]
    start: int
    next: int | None = Field(description="the next `start`; null at the end")


class Day(Open):
    """A day of a host."""

    day: int = Seconds
    pages: int
    confidence: Share = Field(description="median")
    kept_share: Share = Field(description="median")
    words_in: int
    words_kept: int


class Break(Open):
    """A moment when a host's pages changed for good, most likely with a new template."""

    measure: str = Field(description="kept_share or confidence")
    at: int = Field(description="seconds since 1970, the hour")
    before: float
    after: float
    pages_before: int
    pages_after: int


class Host(Open):
    """A host over ninety days."""

    host: str
    pages: int
    confidence: Share
    kept_share: Share
    last_at: int | None = Ms
    days: list[Day]
    breaks: list[Break]
    reasons: list[Removed]
