"""What PostgreSQL needs said in its own way, to hide tables behind temporary ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def like(table: str, prefix: str) -> str:
    """The statement that makes a temporary table like this one, without its indexes.

    Foreign keys are never copied.
    """
    like = f'LIKE "{table}" INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS'
    return f'CREATE TEMP TABLE "{prefix}{table}" ({like}) ON COMMIT DROP'


def hide(table: str, prefix: str, newest: int, *, many: bool) -> Iterator[str]:
    """The statements that put it before the real one, with its indexes."""
    made = indexes(table, many=many)
    yield f'ALTER TABLE "{prefix}{table}" ALTER COLUMN id RESTART WITH {newest + 1}'
    yield f'ALTER TABLE "{prefix}{table}" RENAME TO "{table}"'
    yield from made


def indexes(table: str, *, many: bool) -> list[str]:
    """How the real one's indexes were made, said of the temporary table."""
    asked = """
        SELECT pg_get_indexdef(indexrelid), relname FROM pg_index
        JOIN pg_class ON pg_class.oid = indrelid
        WHERE indrelid = %s::regclass AND (indisunique OR %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(asked, [f'"{table}"', many])
        told = cursor.fetchall()
    return [rewritten(made, name) for made, name in told]


def rewritten(made: str, table: str) -> str:
    """`CREATE INDEX a ON public.b USING ...` with the temporary table in the place of the real."""
    before, _on, after = made.partition(" ON ")
    return f'{before} ON pg_temp."{table}" {after.partition(" ")[2]}'


@contextmanager
def only_temporary() -> Iterator[None]:
    """To the transaction's end; it still takes what is written to temporary tables.

    https://www.postgresql.org/docs/current/sql-set-transaction.html
    """
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    yield
