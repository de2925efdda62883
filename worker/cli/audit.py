"""`dehusk audit`: who changed what."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from worker.cli.serve import DataDir
from worker.cli.stored import opened, table


def add(main: typer.Typer) -> None:
    """Give the command line this command."""
    main.command("audit")(audit)


def audit(
    action: Annotated[
        str | None, typer.Option("--action", "-a", show_default=False, help="Only such: rule.disabled, or rule for all.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", show_default=False, help="Only what this one did.")] = None,
    since: Annotated[datetime | None, typer.Option("--since", show_default=False, help="Only from then on (UTC).")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="A row of JSON each, for programs.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Show what people changed: rules, profiles, tokens, reviews, alarms, deletions. The latest first."""
    with opened(data_dir) as store:
        found = store.audit(action=action, by=by, since=since.replace(tzinfo=UTC) if since else None, limit=limit)
    if as_json:
        for entry in found:
            print(json.dumps({**entry._asdict(), "at": entry.at.isoformat()}, ensure_ascii=False))
        return
    rows = []
    for entry in found:
        more = ", ".join(f"{name} {value}" for name, value in entry.detail.items() if value not in (None, ""))
        rows.append((f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.by or "-", entry.action, entry.subject, more))
    table(("at (UTC)", "by", "action", "what", "more"), rows)
