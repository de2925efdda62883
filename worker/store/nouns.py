"""The nouns of the service: what is handed in, what waits, what came of it. All frozen.

Times are aware datetimes in UTC. Ids are 32 hexadecimal digits that sort by the time they were made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from worker.store.stored import Stored

Kind = Literal["html", "text", "auto"]
Lane = Literal["interactive", "crawl", "reclean"]
State = Literal["received", "cleaning", "clean", "rejected", "dead"]

LANES: tuple[Lane, ...] = ("interactive", "crawl", "reclean")  # most urgent first
STATES: tuple[State, ...] = ("received", "cleaning", "clean", "rejected", "dead")
OPEN: tuple[State, ...] = ("received", "cleaning")  # something is still to happen


class BlobRef(NamedTuple):
    """Where bytes are: in a pack of our own, or by reference in somebody else's object."""

    url: str  # a pack's name; with "://" in it, an object that is not ours
    offset: int = 0
    length: int = -1  # -1: to its end

    @property
    def foreign(self) -> bool:
        """Not ours: read from, never written, never deleted."""
        return "://" in self.url

    def __str__(self) -> str:
        return f"{self.url}:{self.offset}:{self.length}"

    @classmethod
    def parse(cls, text: str) -> "BlobRef":
        """The ref that `str` wrote."""
        url, offset, length = text.rsplit(":", 2)
        return cls(url, int(offset), int(length))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One page as a crawler hands it in. It has a body or a blob, not both."""

    source: str  # who crawls: a name of the caller's choosing
    key: str = ""  # the caller's id of the page; empty: its URL
    url: str = ""
    body: bytes | None = None
    blob: BlobRef | None = None  # a body to be read where it lies
    kind: Kind = "auto"
    content_type: str | None = None
    encoding: str | None = None
    fetched_at: datetime | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)  # handed back as it is
    lane: Lane = "crawl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one submission. It is durable when there is no error."""

    page_id: str = ""
    revision_id: str = ""
    state: str = ""
    lane: Lane = "crawl"
    new: bool = False  # this submission made the revision: its id is to be sent to a worker
    error: str | None = None  # name of the reason it was refused for; nothing was stored then
    message: str = ""  # that error for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page claimed for cleaning. `id` is what messages carry; give it back in the `Outcome`."""

    id: str  # the revision's id, or "r" and an id for a re-cleaning
    revision_id: str
    page_id: str
    attempt: int  # 1 for the first
    lane: Lane
    source: str
    url: str
    host: str
    kind: Kind
    content_type: str | None
    encoding: str | None
    fetched_at: datetime | None
    stored: Stored
    rebuild: bool = False  # a re-cleaning: the revision stays clean whatever comes out

    @property
    def body(self) -> bytes:
        """The raw page, unpacked each time."""
        return self.stored.unpack()


class ReasonCount(NamedTuple):
    """What one rule dropped from one page under one reason."""

    reason: str
    rule: str
    drops: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The result for one revision, ready to be stored. `worker.store.form.document` makes it from the engine's."""

    cleaner_version: str
    profile: str
    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    site_name: str | None = None
    description: str | None = None
    language: str | None = None
    page_kind: str = "other"
    verdict: str = "content"
    confidence: float = 0.0
    calibrated: bool = False
    kept_share: float = 0.0  # words kept of words read
    spam_share: float = 0.0
    input_kind: str = "html"
    encoding: str | None = None
    words_in: int = 0
    words_kept: int = 0
    reasons: tuple[ReasonCount, ...] = ()
    account: bytes = b""  # drops, flags and notes: zstd of JSON, read by `worker.store.form.account`


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a worker found. Exactly one of document, rejected, failed is set."""

    job_id: str
    attempt: int  # the job's: an outcome of an attempt that was given up is ignored
    document: Document | None = None
    rejected: tuple[str, str] | None = None  # (name, message): the same bytes would give it again
    failed: tuple[str, str] | None = None  # (name, message): to be tried again
    cpu_ms: float = 0.0
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneBacklog:
    """What waits in one lane."""

    waiting: int
    cleaning: int
    oldest_seconds: float  # since when the oldest page waits; 0 when none does


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits, by lane."""

    lanes: Mapping[str, LaneBacklog]

    @property
    def waiting(self) -> int:
        """In all lanes but re-cleaning, which no crawler is slowed down for."""
        return sum(lane.waiting for name, lane in self.lanes.items() if name != "reclean")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change of state."""

    at: datetime
    before: str | None
    after: str
    attempt: int
    error: str | None
    message: str | None
    worker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """One content of a page, with what happened to it."""

    id: str
    state: str
    lane: str
    attempt: int
    received_at: datetime
    last_seen: datetime
    fetched_at: datetime | None
    content_type: str | None
    encoding: str | None  # as handed in
    kind: str
    meta: Mapping[str, Any]
    has_body: bool  # false when retention took it, or it was deleted
    error: str | None
    message: str | None
    document_id: str | None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page with its revisions, newest first; of very many the latest 200."""

    id: str
    source: str
    key: str
    url: str
    host: str
    created_at: datetime
    current_document: str | None
    revisions: tuple[RevisionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A document of a page without its text: what one version of the cleaner made of one revision."""

    id: str
    revision_id: str
    cleaner_version: str
    profile: str
    verdict: str
    words_kept: int
    cleaned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document as the store has it, with its page."""

    id: str
    page_id: str
    revision_id: str
    source: str
    key: str
    url: str
    host: str
    current: bool  # the page's current document
    changed: bool  # its text differs from the document before it
    cleaned_at: datetime
    last_seen: datetime  # when the page last had this text
    fetched_at: datetime | None  # this and `meta` as they came with the content that the text was made of
    meta: Mapping[str, Any]
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A choice of pages, documents or revisions; what is not set does not matter."""

    url: str | None = None
    host: str | None = None  # that host, not those below it
    source: str | None = None
    since: datetime | None = None  # cleaned (documents) or received (revisions) at or after
    until: datetime | None = None  # before
    state: str | None = None  # of the revision
    language: str | None = None
    verdict: str | None = None
    cleaner_version: str | None = None
    not_version: str | None = None
    error: str | None = None  # name of the error that a revision was set aside for
    current: bool = False  # pages' current documents only


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A part of the feed of documents. Follow it by asking again with `cursor`."""

    documents: tuple[StoredDocument, ...]
    cursor: str  # always set, also when there was nothing new
    more: bool  # there is more right now


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A page that was deleted."""

    page_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstones:
    """A part of the feed of deleted pages; followed like the feed of documents."""

    rows: tuple[Tombstone, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """A revision in a listing."""

    id: str
    page_id: str
    source: str
    key: str
    url: str
    state: str
    lane: str
    attempt: int
    received_at: datetime
    since: datetime  # in this state
    error: str | None
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionList:
    """A part of a listing of revisions, newest first; `cursor` is None at its end."""

    rows: tuple[RevisionRow, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecleanReport:
    """A run of re-cleaning: how far it is, and what it changed."""

    run: str
    started_at: datetime
    where: Mapping[str, Any]
    total: int
    waiting: int
    done: int
    failed: int
    unchanged: int  # the same text again
    changed: int
    words_before: int  # in the texts that changed
    words_after: int
    words_added: int
    words_removed: int
    examples: tuple[tuple[str, float], ...] = ()  # (page, share of its words that differ), the largest first


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A decision of an operator about running workers. Undone ones stay on record."""

    id: int
    what: Literal["rule", "profile"]
    name: str  # the rule's id or the profile's name
    body: str  # of a profile: its TOML; of a rule: "disabled" or "enabled"
    host: str | None  # None: everywhere
    at: datetime
    by: str
    note: str
    undone_at: datetime | None
    undone_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is kept: everything but the token."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: datetime
    last_used: datetime | None
    revoked_at: datetime | None
