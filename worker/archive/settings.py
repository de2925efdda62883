"""What a run was asked to do. All of it that can change an output is in the digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from cleaners.profile import Profile
from worker.archive.readers.base import Cut

SCHEMA = 1  # of rows, sidecars and manifests
OutFormat = Literal["jsonl", "parquet"]
Emit = Literal["text", "source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Which field of a row is what, where the guess would be wrong."""

    text: str | None = None
    html: str | None = None
    id: str | None = None
    url: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which clean texts are wanted. The others are kept in the sidecar."""

    languages: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    min_confidence: float = 0.0
    min_words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every choice of a run but how many processes do it."""

    profile: Profile = field(default_factory=Profile.load)
    format: OutFormat = "jsonl"
    emit: Emit = "text"
    attributes: bool = False
    part_bytes: int = 0  # of rows, uncompressed, after which a part ends; 0: one part a range
    fields: Fields = Fields()
    filters: Filters = Filters()
    duplicates: bool = False  # leave out texts that came before
    select: tuple[str, ...] = ()
    sample: float = 1.0
    limit: int = 0
    any_status: bool = False  # also what came with an HTTP status other than 2xx
    cut: Cut = field(default_factory=Cut)
    host_memory: str = ""  # path; its content counts, not its name
    host_digest: str = ""
    level: int = 3  # of zstandard

    @property
    def digest(self) -> str:
        """Twelve digits over all that can change an output, but for the cleaner's version."""
        return hashlib.sha256(json.dumps(self.describe(), sort_keys=True).encode()).hexdigest()[:12]

    def describe(self) -> dict[str, Any]:
        """The choices as they stand in run.json."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("profile", "host_memory")}
        for name in ("fields", "filters", "cut"):
            plain[name] = {f.name: getattr(plain[name], f.name) for f in fields(plain[name])}
        return {"schema": SCHEMA, "profile": self.profile.name, "profile_digest": self.profile.digest, **plain}

    @property
    def version(self) -> str:
        """The cleaner's version with this profile and this host memory."""
        from cleaners.version import cleaner_version

        return cleaner_version(self.profile, self.host_digest)
