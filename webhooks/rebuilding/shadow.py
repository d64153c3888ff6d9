"""Tables beside the real ones that only this connection sees, under the same names.

Both databases look for a name among the temporary tables first (PostgreSQL in pg_temp, SQLite in
`temp`). So whatever Django reads and writes here meets the shadow, no row of anybody is locked, and
all of it is gone when the transaction is rolled back. That nothing else is written is not left to
us: the database refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Model

from orders import linking
from webhooks.rebuilding import postgres, records, sqlite
from webhooks.rebuilding.records import BOOKS, OWN, hidden
from webhooks.rebuilding.scope import Scope

# A table's name while it is filled from the real one.
PREFIX = "shadow_"


def dialect() -> ModuleType:
    """What our database needs said in its own way."""
    return {"postgresql": postgres, "sqlite": sqlite}[connection.vendor]


@contextmanager
def snapshot() -> Iterator[None]:
    """Whatever is read inside is of one moment, and nothing that is written inside stays."""
    nested = connection.in_atomic_block
    with sqlite.reading_first(), transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def of(scope: Scope, *, many: bool, **given: Any) -> Iterator[None]:
    """Tables with an account's own records alone, or a part's. In a snapshot, with which they end.

    `many`: with all indexes, else with those that keep rows unique. `given` values go into columns
    that are not taken over.
    """
    for model in hidden():
        table = model._meta.db_table
        execute(dialect().like(table, PREFIX))
        fill(model, scope, given)
    for model in hidden():
        hide(model, many=many)
    alone = linking.unseen.set(True)
    try:
        for books in BOOKS.values():
            if books.strip is not None:
                books.strip()
        with only_shadow():
            yield
    finally:
        linking.unseen.reset(alone)


def fill(model: type[Model], scope: Scope, given: dict[str, Any]) -> None:
    """Take the own records over, the columns alone that are our own."""
    books = BOOKS.get(model)
    if books is None and model not in OWN:
        return
    rows = records.rows(model, scope)
    if books is None:
        fields = {field.name for field in model._meta.concrete_fields}
    elif books.taken is not None:
        rows = rows.filter(books.taken)
        fields = {*books.own, *books.partly}
    else:
        return
    columns, values, params = selection(model, fields, given)
    pks, of_pks = rows.values("pk").query.sql_with_params()
    table = model._meta.db_table
    taken = f'SELECT {values} FROM "{table}" WHERE id IN ({pks})'  # noqa: S608 - names of our own
    execute(f'INSERT INTO "{PREFIX}{table}" ({columns}) {taken}', [*params, *of_pks])


def selection(
    model: type[Model], fields: set[str], given: dict[str, Any]
) -> tuple[str, str, list[Any]]:
    """The columns, where their values come from, and the values that are not taken over."""
    columns, values, params = [], [], []
    for field in model._meta.concrete_fields:
        if field.name in fields:
            values.append(f'"{field.column}"')
        elif field.name in given:
            values.append("%s")
            params.append(field.get_db_prep_value(given[field.name], connection))
        elif field.has_db_default():
            continue
        else:
            values.append("%s")
            params.append(field.get_db_prep_value(field.get_default(), connection))
        columns.append(f'"{field.column}"')
    return ", ".join(columns), ", ".join(values), params


def hide(model: type[Model], *, many: bool) -> None:
    """From here on it stands before the real one. No new row gets a key that a real row has."""
    newest = model._base_manager.aggregate(newest=Max("pk"))["newest"] or 0
    for statement in dialect().hide(model._meta.db_table, PREFIX, newest, many=many):
        execute(statement)


def only_shadow() -> AbstractContextManager[None]:
    """Whoever would write to a real table inside, or lock a row of it, meets an error."""
    return dialect().only_temporary()  # type: ignore[no-any-return]


def execute(statement: str, params: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
