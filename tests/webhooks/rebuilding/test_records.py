"""Every column of every table is said to be our own record, or derived, or neither."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Model

from gateways.models import Gateway, Problem
from orders.models import Order
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


def at_the_end(model: type[Model], way: str) -> type[Model]:
    """Where a way leads to."""
    for step in () if way == "pk" else way.split("__"):
        found = model._meta.get_field(step).related_model
        assert found is not None
        model = found
    return model


def test_every_way_to_the_order_leads_to_an_order() -> None:
    """What is of the gateway alone has none: in a part it is left out, or known by its subject."""
    ways = {model: books.order for model, books in BOOKS.items()}
    ways |= {model: order for model, (_account, order) in OWN.items()}
    assert {model for model, way in ways.items() if way is None} == {Gateway, Problem}
    assert {at_the_end(model, way) for model, way in ways.items() if way} == {Order}
