"""What SQLite needs said in its own way, to hide tables behind temporary ones."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# https://www.sqlite.org/c3ref/c_alter_table.html
WRITES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
# A temporary table may refer to temporary tables alone, and some are not copied.
REFERENCE = re.compile(
    r'\s*(CONSTRAINT "\w+" )?REFERENCES "\w+" \("\w+"\)( DEFERRABLE INITIALLY \w+)?'
)


@contextmanager
def reading_first() -> Iterator[None]:
    """The transaction that begins inside does not take the writer's turn: it only reads. (Ours do
    otherwise, because they write in the end.)"""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    database: Any = connection  # of Django's backends, SQLite's alone has this mode
    before, database.transaction_mode = database.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        database.transaction_mode = before


def like(table: str, prefix: str) -> str:
    """The statement that makes a temporary table like this one, without its indexes."""
    [made] = statements("table", table)
    columns = made[made.index("(") :]
    return f'CREATE TEMP TABLE "{prefix}{table}" {REFERENCE.sub("", columns)}'


def hide(table: str, prefix: str, newest: int, *, many: bool) -> Iterator[str]:
    """The statements that put it before the real one, with its indexes."""
    yield f'ALTER TABLE temp."{prefix}{table}" RENAME TO "{table}"'
    for made in statements("index", table):
        if many or made.startswith("CREATE UNIQUE"):
            yield re.sub(r'^(CREATE (?:UNIQUE )?INDEX) ("\w+")', r"\1 temp.\2", made)
    yield f"DELETE FROM temp.sqlite_sequence WHERE name = '{table}'"  # noqa: S608
    yield f"INSERT INTO temp.sqlite_sequence (name, seq) VALUES ('{table}', {newest})"  # noqa: S608


def statements(kind: str, table: str) -> list[str]:
    """How the real table, or its indexes, were made."""
    asked = "SELECT sql FROM main.sqlite_master WHERE type = %s AND tbl_name = %s AND sql <> ''"
    with connection.cursor() as cursor:
        cursor.execute(asked, [kind, table])
        return [str(made) for (made,) in cursor.fetchall()]


@contextmanager
def only_temporary() -> Iterator[None]:
    """Whatever would be written to the real tables inside is refused."""
    raw: sqlite3.Connection = connection.connection
    raw.set_authorizer(judge)
    try:
        yield
    finally:
        raw.set_authorizer(None)


def judge(
    action: int, _table: str | None, _column: str | None, database: str | None, _by: str | None
) -> int:
    """SQLite asks this of all that a statement would do."""
    refused = action in WRITES and database == "main"
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK
