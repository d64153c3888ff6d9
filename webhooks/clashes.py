"""Two transactions in each other's way: neither is wrong, and one of them tries again later."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection

# How long an event waits for a row that somebody else holds; then it goes back, and others go on.
PATIENCE = timedelta(seconds=3)
# https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization, deadlock
TURNS = {"40001", "40P01"}
HELD = "55P03"  # lock not available


def wait_briefly() -> None:
    """No lock is waited for longer than PATIENCE until this transaction ends.

    SQLite has one writer, and a limit of its own (config/databases.py).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            limit = f"{PATIENCE // timedelta(milliseconds=1)}ms"
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [limit])


def took_turns(error: DatabaseError) -> bool:
    """It can be tried again at once: the other is through, or soon will be."""
    return code(error) in TURNS or "locked" in str(error)


def is_held(error: DatabaseError) -> bool:
    """Somebody holds a row, and may hold it for a while."""
    return code(error) == HELD


def code(error: DatabaseError) -> str | None:
    """PostgreSQL's name for what went wrong."""
    found: str | None = getattr(error.__cause__, "pgcode", None)
    return found
