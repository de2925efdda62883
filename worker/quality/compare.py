"""Two ways to clean on the same pages: what differs, and which is better where somebody said what is right."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cleaners.page import Drop
from cleaners.profile import Profile
from worker.quality.golden import compared, trial_of
from worker.quality.reviews import Verdict, verdicts
from worker.quality.sample import Chosen, Sample, chosen
from worker.quality.spans import source_of
from worker.quality.tables import comparison, comparison_page, golden_page
from worker.quality.trial import Cleaner, Made, Trial, supervised
from worker.quality.ways import Way
from worker.queue.engine import SAID
from worker.store import Store
from worker.store.errors import BodyMissing
from worker.store.form import account
from worker.store.ids import new_id, now_ms
from worker.store.reclean import difference
from worker.store.tables import document, page, revision

KEPT = 200  # comparisons; older ones go when a new one begins
AT_ONCE = 10  # pages in a transaction

Progress = Callable[[int, int], None]
_NOTHING = Trial(b"", "", None, None, Profile())


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with the text it is about."""

    start: int
    end: int
    text: str
    keep: bool


def begin(store: Store, left: Way, right: Way, sample: Sample, *, by: str) -> str:
    """Put a comparison on record; its id. `run` does it.

    Raises:
        BadProfile: one of the two cannot be used.
    """
    for way in (left, right):
        way.check(store.settings.profile)
    name = new_id()
    now = now_ms()
    row = {"id": name, "at": now, "by": by, "left": left.written(), "right": right.written(), "sample": sample.written()}
    row |= {"state": "running", "total": 0, "seen_at": now}

    def write(connection: sa.Connection) -> None:
        connection.execute(sa.insert(comparison).values(**row))
        kept = sa.select(comparison.c.id).order_by(comparison.c.id.desc()).limit(KEPT)
        ids = list(connection.execute(kept).scalars())
        connection.execute(sa.delete(comparison).where(comparison.c.id < ids[-1]))

    store.database.write(write)
    return name


def run(store: Store, name: str, *, cleaner: Cleaner = supervised, progress: Progress | None = None) -> None:
    """Clean all pages both ways and keep what came of each. No text is kept."""
    try:
        _run(store, name, cleaner, progress)
    except BaseException:
        _note(store, name, state="failed", seen_at=now_ms())
        raise
    _note(store, name, state="done", seen_at=now_ms())


def _run(store: Store, name: str, cleaner: Cleaner, progress: Progress | None) -> None:
    with store.database.read() as connection:
        row = connection.execute(sa.select(comparison).where(comparison.c.id == name)).one()
    ways = (Way.read(row.left), Way.read(row.right))
    pages = chosen(store.database, Sample.read(row.sample), seed=int(name, 16))
    _note(store, name, total=len(pages), seen_at=now_ms())
    said = _said(store, {one.page_id for one in pages if one.page_id})
    rows: list[dict[str, Any]] = []
    versions: dict[str, str] = {}
    told = time.monotonic()
    for number, (one, left, right) in enumerate(both(store, pages, ways, cleaner)):
        gold = _gold(store, one)
        found = figures(one, left, right, gold, said.get(one.page_id or "", ()))
        rows.append({"comparison_id": name, "number": number, **found})
        versions |= {side: made.version for side, made in (("left_version", left), ("right_version", right)) if made.version}
        if len(rows) >= AT_ONCE or time.monotonic() - told > 1:
            _keep(store, name, rows, versions)
            rows, told = [], time.monotonic()
        if progress is not None:
            progress(number + 1, len(pages))
    _keep(store, name, rows, versions)


def both(
    store: Store, pages: Sequence[Chosen], ways: tuple[Way, Way], cleaner: Cleaner
) -> Iterator[tuple[Chosen, Made, Made]]:
    """Each page, cleaned in both ways."""
    changes = store.changes()
    profiles = [way.profile(store.settings.profile, changes) if way.cleans else None for way in ways]
    missing: set[int] = set()

    def trials() -> Iterator[Trial]:
        for number, one in enumerate(pages):
            found = trial(store, one)
            if found is None:  # answers come in order, so it has to have one
                missing.add(number)
                found = _NOTHING
            for profile in profiles:
                if profile is not None:
                    yield found._replace(profile=profile)

    fresh = cleaner(trials()) if any(profiles) else iter(())
    gone = Made("", (), "", "body_missing")
    for number, one in enumerate(pages):
        sides: list[Made] = []
        for profile, document_id in zip(profiles, (one.left, one.right), strict=True):
            if profile is None:
                sides.append(stored(store, one, document_id))
            else:
                answer = next(fresh)
                sides.append(gone if number in missing else answer)
        yield one, sides[0], sides[1]


def figures(one: Chosen, left: Made, right: Made, gold: str | None, said: Sequence[Said]) -> dict[str, Any]:
    """What is kept of a page."""
    before, after, added, removed = difference(left.text, right.text)
    both_said = [verdict for verdict in said if _speaks_of(verdict, left) and _speaks_of(verdict, right)]
    return {
        "page_id": one.page_id,
        "revision_id": one.revision_id,
        "golden_id": one.golden_id,
        "left_document": one.left,
        "right_document": one.right,
        "left_words": before,
        "right_words": after,
        "only_left": removed,
        "only_right": added,
        "left_gold": compared(left.text, gold)[0] if gold is not None and not left.error else None,
        "right_gold": compared(right.text, gold)[0] if gold is not None and not right.error else None,
        "verdicts": len(both_said),
        "left_heeds": sum(heeds(verdict, left.drops) for verdict in both_said),
        "right_heeds": sum(heeds(verdict, right.drops) for verdict in both_said),
        "left_error": left.error or None,
        "right_error": right.error or None,
    }


def heeds(said: Said, drops: Sequence[Drop]) -> bool:
    """Whether most of a span went or stayed, as it should."""
    gone = sum(max(0, min(drop.end, said.end) - max(drop.start, said.start)) for drop in drops)
    return (gone <= (said.end - said.start) / 2) == said.keep


def _speaks_of(said: Said, made: Made) -> bool:
    """Whether the span is where it was: another content has its text elsewhere."""
    return not made.error and made.source[said.start : said.end] == said.text


def trial(store: Store, one: Chosen) -> Trial | None:
    """None: the raw page is gone. Its profile is the caller's to put in."""
    profile = _NOTHING.profile
    if one.golden_id is not None:
        with store.database.read() as connection:
            row = connection.execute(sa.select(golden_page).where(golden_page.c.id == one.golden_id)).first()
        return trial_of(row, profile) if row is not None else None
    wanted = sa.select(revision.c.kind, revision.c.content_type, revision.c.encoding, page.c.url)
    mine = wanted.join(page, page.c.id == revision.c.page_id).where(revision.c.id == one.revision_id)
    with store.database.read() as connection:
        row = connection.execute(mine).first()
    try:
        body = store.body(one.revision_id or "")
    except BodyMissing:
        return None
    return Trial(body, row.url, SAID[row.kind] or row.content_type, row.encoding, profile) if row is not None else None


def stored(store: Store, one: Chosen, name: str | None) -> Made:
    """A stored document: the one named, or that of the revision, or the page's present one."""
    if name is None and one.page_id is not None:
        current = sa.select(page.c.current_document).where(page.c.id == one.page_id)
        mine = sa.select(revision.c.document_id).where(revision.c.id == one.revision_id)
        with store.database.read() as connection:
            name = connection.execute(mine if one.revision_id is not None else current).scalar()
    found = store.document(name) if name else None
    if found is None:
        return Made("", (), "", "no_document")
    drops = tuple(Drop(**drop) for drop in account(found.document)["drops"] if drop["field"] == "text")
    return Made(found.document.text, drops, found.document.cleaner_version)


def _gold(store: Store, one: Chosen) -> str | None:
    mine = golden_page.c.id == one.golden_id if one.golden_id is not None else golden_page.c.page_id == one.page_id
    with store.database.read() as connection:
        text: str | None = connection.execute(sa.select(golden_page.c.text).where(mine)).scalar()
    return text


def _said(store: Store, pages: set[str]) -> dict[str, list[Said]]:
    """Page -> its verdicts, each with its text."""
    by_document: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts(store.database):
        if verdict.page_id in pages and verdict.answer != "unsure":
            by_document[verdict.document_id].append(verdict)
    found: dict[str, list[Said]] = defaultdict(list)
    columns = sa.select(document.c.id, document.c.page_id, document.c.text, document.c.account)
    for name, mine in by_document.items():
        with store.database.read() as connection:
            row = connection.execute(columns.where(document.c.id == name)).first()
        if row is not None:
            source = source_of(row.text, bytes(row.account))[0]
            for one in mine:
                found[row.page_id].append(Said(one.start, one.end, source[one.start : one.end], one.answer == "keep"))
    return found


def _keep(store: Store, name: str, rows: Sequence[dict[str, Any]], versions: dict[str, str]) -> None:
    ids = [row["page_id"] for row in rows if row["page_id"]]

    def write(connection: sa.Connection) -> None:
        there = sa.select(page.c.id).where(store.database.among(page.c.id, ids))
        known = set(connection.execute(there).scalars()) if ids else set()
        standing = [row for row in rows if row["page_id"] is None or row["page_id"] in known]  # not deleted meanwhile
        if standing:
            connection.execute(sa.insert(comparison_page), standing)
        connection.execute(sa.update(comparison).where(comparison.c.id == name).values(seen_at=now_ms(), **versions))

    store.database.write(write)


def _note(store: Store, name: str, **values: Any) -> None:
    change = sa.update(comparison).where(comparison.c.id == name).values(**values)
    store.database.write(lambda connection: connection.execute(change))
