"""Tokens: who may do what over HTTP. Kept as digests; a token has 256 random bits, so a quick digest is enough."""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from worker.store.audit import note
from worker.store.database import Database
from worker.store.ids import new_id, now_ms, to_time
from worker.store.nouns import Token
from worker.store.tables_admin import token

SCOPES = ("submit", "read", "review", "admin")
PREFIX = "dehusk_"  # so that tokens are found where they should not be
NOTED_EVERY = 60_000  # ms


def create(database: Database, name: str, scopes: Iterable[str], by: str) -> tuple[Token, str]:
    """See Store.create_token.

    Raises:
        ValueError: no name, or an unknown scope.
    """
    wanted = frozenset(scopes)
    if not name.strip() or not wanted or wanted - set(SCOPES):
        raise ValueError(f"A token needs a name, and one or more scopes of {', '.join(SCOPES)}.")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = {"id": new_id(), "digest": _digest(secret), "name": name.strip(), "scopes": " ".join(sorted(wanted))}
    insert = sa.insert(token).values(**row, created_at=now_ms()).returning(token)

    def write(connection: sa.Connection) -> Token:
        made = _token(connection.execute(insert).one())
        note(connection, "token.created", made.id, by=by, detail={"name": made.name, "scopes": sorted(made.scopes)})
        return made

    return database.write(write), secret


def find(database: Database, secret: str) -> Token | None:
    """See Store.token."""
    wanted = sa.select(token).where(token.c.digest == _digest(secret), token.c.revoked_at.is_(None))
    with database.read() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        return None
    now = now_ms()
    if row.last_used is None or row.last_used < now - NOTED_EVERY:
        used = sa.update(token).where(token.c.id == row.id).values(last_used=now)
        database.write(lambda connection: connection.execute(used))
    return _token(row)


def every(database: Database) -> list[Token]:
    """See Store.tokens."""
    with database.read() as connection:
        return [_token(row) for row in connection.execute(sa.select(token).order_by(token.c.id))]


def revoke(database: Database, name: str, by: str) -> bool:
    """See Store.revoke_token."""
    standing = (sa.or_(token.c.id == name, token.c.name == name), token.c.revoked_at.is_(None))
    update = sa.update(token).where(*standing).values(revoked_at=now_ms()).returning(token.c.id, token.c.name)

    def write(connection: sa.Connection) -> int:
        gone = connection.execute(update).all()
        for row in gone:
            note(connection, "token.revoked", row.id, by=by, detail={"name": row.name})
        return len(gone)

    return database.write(write) > 0


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _token(row: Any) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scopes=frozenset(row.scopes.split()),
        created_at=to_time(row.created_at),
        last_used=to_time(row.last_used) if row.last_used is not None else None,
        revoked_at=to_time(row.revoked_at) if row.revoked_at is not None else None,
    )
