"""A step for those who already run datatrove: pages in, clean text out, with the account in the metadata."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep

from cleaners import clean
from cleaners.form import to_row
from cleaners.profile import Profile
from worker.archive.cleaning import warm_up
from worker.archive.settings import Settings
from worker.pool import Pool

AT_ONCE = 16  # pages on their way


class Raw(NamedTuple):
    """A document on its way to the cleaning process."""

    page: str
    url: str | None
    content_type: str | None


class Dehusk(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Cleans `text`, which holds HTML as datatrove's WarcReader gives it, or text that was extracted.

    Pages are cleaned in a supervised process: one that hangs or crashes is counted and left out, the others go on.
    """

    name = "🌾 Dehusk"
    type = "🛢 - EXTRAC"

    def __init__(self, profile: str | Profile = "default", drops: bool = False, content_type: str | None = None) -> None:
        super().__init__()
        self.profile = profile
        self.drops = drops
        self.content_type = content_type

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """The documents that have text when they are clean."""
        settings = Settings(profile=Profile.load(self.profile))
        limits = settings.profile.limits
        with Pool(
            partial(clean_raw, settings.profile),
            jobs=1,
            deadline=limits.deadline_seconds,
            memory_mb=int(limits.max_memory_mb),
            prepare=partial(warm_up, settings),
            preload=("worker.archive.datatrove",),
            window_tasks=AT_ONCE,
        ) as pool:
            held: list[Document] = []
            for answer in pool.map(self._raw(data, held)):
                document = held.pop(0)
                if answer.error is not None:
                    self.stat_update(f"error_{answer.error.name}")
                elif answer.value is not None and answer.value["text"].strip():
                    self._fill(document, answer.value)
                    self.stat_update("clean")
                    self.update_doc_stats(document)
                    yield document
                else:
                    self.stat_update("empty")

    def _raw(self, data: DocumentsPipeline, held: list[Document]) -> Iterator[Raw]:
        for document in data:
            held.append(document)
            self.stat_update("total")
            yield Raw(document.text, document.metadata.get("url"), self.content_type)

    def _fill(self, document: Document, row: dict[str, Any]) -> None:
        document.text = row.pop("text")
        if not self.drops:
            for name in ("drops", "flags"):
                del row[name]
        document.metadata.update(
            {f"dehusk_{name}" if name in document.metadata else name: value for name, value in row.items()}
        )


def clean_raw(profile: Profile, raw: Raw) -> dict[str, Any]:
    """Inside the cleaning process."""
    return to_row(clean(raw.page, url=raw.url, content_type=raw.content_type, profile=profile))
