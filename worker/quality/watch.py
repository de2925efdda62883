"""Every page that was cleaned against what is usual for its host: alarms within tens of pages."""

import sqlalchemy as sa

from worker.quality.alarms import Finding, record
from worker.quality.baseline import STATE_BYTES, Baseline, Seen, Sign, pack, see, unpack
from worker.quality.changes import changes_since
from worker.quality.follow import follow
from worker.quality.tables import host_watch
from worker.store.database import Database
from worker.store.ids import HOUR
from worker.store.tables import document

NAME = "watch"
EXAMPLES = 5  # latest pages of a host that go with an alarm


def watch(database: Database, limit: int = 1000) -> int:
    """Look at the next documents; how many there were. For the scheduler, every few seconds."""

    def take(connection: sa.Connection, rows: list[sa.Row[tuple[object, ...]]]) -> None:
        pages = [
            Seen(
                host=row.host,
                at=row.cleaned_at,
                kept_share=row.kept_share,
                confidence=row.confidence,
                spam_share=row.spam_share,
                verdict=row.verdict,
                language=row.language or "",
                document_id=row.id,
            )
            for row in rows
            if row.host
        ]
        findings = observe(database, connection, pages)
        if findings:
            earliest = min(found.at for found in findings)
            record(connection, findings, changes_since(connection, earliest - 2 * HOUR))

    columns = (
        document.c.cleaned_at,
        document.c.kept_share,
        document.c.confidence,
        document.c.spam_share,
        document.c.verdict,
        document.c.language,
    )
    return follow(database, NAME, columns, limit, take)


def observe(database: Database, connection: sa.Connection, pages: list[Seen]) -> list[Finding]:
    """Take pages into their hosts' states, in order; what began or ended."""
    if not pages:
        return []
    hosts = sorted({page.host for page in pages})
    known = connection.execute(sa.select(host_watch).where(database.among(host_watch.c.host, hosts)))
    # a state in the form of another release is no use here: the host is learnt anew
    states = {row.host: unpack(bytes(row.body)) for row in known if len(row.body) == STATE_BYTES}
    latest: dict[str, list[Seen]] = {}
    findings: list[Finding] = []
    for page in pages:
        state = states.setdefault(page.host, Baseline())
        shown = latest.setdefault(page.host, [])
        shown.append(page)
        del shown[:-EXAMPLES]
        findings += [_finding(page, sign, state, shown) for sign in see(state, page)]
    rows = [{"host": host, "body": pack(states[host]), "last_at": latest[host][-1].at} for host in hosts]
    insert = database.insert(host_watch)
    values = {"body": insert.excluded.body, "last_at": insert.excluded.last_at}
    connection.execute(insert.on_conflict_do_update(index_elements=["host"], set_=values), rows)
    return findings


def _finding(page: Seen, sign: Sign, state: Baseline, latest: list[Seen]) -> Finding:
    if not sign.began:
        why = "it has become usual" if sign.settled else "it is as it was"
        return Finding(
            kind=sign.kind, subject=page.host, wrong=False, at=page.at, evidence={"why": why, "now": round(sign.now, 3)}
        )
    evidence = {
        "usual": round(sign.usual, 4),
        "now": round(sign.now, 4),
        "score": round(sign.score, 1),
        "pages_before": state.pages,
        "latest": [one.document_id for one in latest],
    }
    return Finding(kind=sign.kind, subject=page.host, wrong=True, at=page.at, evidence=evidence)
