"""Pages as the watch sees them, and an empty store."""

from collections.abc import Iterator
from pathlib import Path

from worker.quality.baseline import Seen
from worker.settings import Settings
from worker.store import Store

MINUTE = 60_000


def page(
    number: int,
    *,
    kept: float = 0.6,
    sure: float = 0.8,
    spam: float = 0.0,
    verdict: str = "content",
    language: str = "en",
    host: str = "a.example",
    document: str = "",
) -> Seen:
    """The page of that minute."""
    return Seen(host, 1_700_000_000_000 + number * MINUTE, kept, sure, spam, verdict, language, document)


def store_in(folder: object) -> Iterator[Store]:
    """A migrated SQLite store, closed afterwards."""
    assert isinstance(folder, Path)
    store = Store.open(Settings.load(data_dir=folder))
    store.migrate()
    yield store
    store.close()
