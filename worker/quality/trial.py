"""Cleaning for the sake of comparing: nothing is stored, and it happens in supervised processes, whoever asks."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import NamedTuple

from cleaners import clean
from cleaners.page import Drop
from cleaners.profile import Profile
from cleaners.replay import rebuild
from worker.pool import Pool

DEADLINE = 30.0  # seconds a page
MEMORY_MB = 2_000
MOST_PROCESSES = 2  # others have work to do


class Trial(NamedTuple):
    """One page, and how it is to be cleaned."""

    body: bytes
    url: str
    content_type: str | None
    encoding: str | None
    profile: Profile


class Made(NamedTuple):
    """What came of it."""

    text: str
    drops: tuple[Drop, ...]  # of the text
    version: str
    error: str = ""  # its name; the others are empty then

    @property
    def source(self) -> str:
        return rebuild(self.text, self.drops)


Cleaner = Callable[[Iterable[Trial]], Iterator[Made]]  # an answer a page, in order


def supervised(trials: Iterable[Trial], jobs: int = 1) -> Iterator[Made]:
    """Clean pages in processes that may hang or die without harm. Drawn on as answers are taken."""
    pool = Pool(
        one, jobs=min(jobs, MOST_PROCESSES), deadline=DEADLINE, memory_mb=MEMORY_MB, preload=(__name__,), window_tasks=8
    )
    with closing(pool), closing(pool.map(trials)) as answers:
        for answer in answers:
            if answer.error is not None:
                yield Made("", (), "", getattr(answer.error, "name", type(answer.error).__name__))
            elif answer.value is not None:
                yield answer.value


def one(trial: Trial) -> Made:
    """
    Raises:
        CleanError: it cannot be cleaned.
    """
    found = clean(
        trial.body,
        url=trial.url or None,
        content_type=trial.content_type,
        encoding=trial.encoding,
        profile=trial.profile,
    )
    drops = tuple(drop for drop in found.drops if drop.field == "text")
    return Made(found.text, drops, found.cleaner_version)
