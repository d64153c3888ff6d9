"""Every column of every table is said to be our own record, or derived, or neither."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Model

from webhooks.rebuilding.records import APART, ASIDE, BOOKS, OWN, READ

# Nothing is derived in the room of accounts.
ROOMS = ("gateways", "orders", "subscriptions", "webhooks")
TABLES = [
    model
    for room in ROOMS
    for model in apps.get_app_config(room).get_models(include_auto_created=True)
]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_each_table_is_named_once(model: type[Model]) -> None:
    named = [model in group for group in (OWN, READ, ASIDE, APART, BOOKS)]
    assert sum(named) == 1, "say in webhooks/rebuilding/records.py what it holds"


def test_no_other_table_is_named() -> None:
    assert {*OWN, *READ, *ASIDE, *APART, *BOOKS} == set(TABLES)


@pytest.mark.parametrize("model", BOOKS, ids=lambda model: model.__name__)
def test_each_column_is_named_once(model: type[Model]) -> None:
    books = BOOKS[model]
    named = [*books.own, *books.derived, *books.aside]
    assert len(named) == len(set(named))
    assert set(named) == {field.name for field in model._meta.concrete_fields}
    assert set(books.partly) <= set(books.derived)
    assert (books.strip is not None) == bool(books.partly)
    assert bool(books.own) == (books.taken is not None)
