"""What the tests of this room share: a neighbour whose rows look the same, and a whole dump."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from accounts.models import Account
from gateways.models import Problem
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, Order
from tests.conftest import Razorpay, make_gateway, make_order
from webhooks.models import Rebuild
from webhooks.rebuilding import rebuild

# What a rebuild itself writes.
OF_REBUILDS = {Rebuild._meta.db_table, Problem._meta.db_table}


class Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened."""
    with suppress(Undo), transaction.atomic():
        yield
        raise Undo


def moves_in(account: Account) -> Razorpay:
    """A neighbour who sells the same to the same buyer, under the same ids of Razorpay's."""
    product = catalogue.create_product(
        account=account,
        name="Natural Dyeing Masterclass",
        price={"amount": 49900, "currency": "INR"},
        resources=[NewResource("Videos", "https://example.com/v")],
    )
    buyer = Customer.objects.create(account=account, email="ananya.iyer@example.com")
    gateway = make_gateway(account)
    make_order(gateway, product, buyer, "order_RsdOrder000001")
    return Razorpay(gateway)


def dump() -> dict[str, list[Any]]:
    """Every row of every table, as the database has it."""
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    found = {}
    with connection.cursor() as cursor:
        for table in set(tables) - OF_REBUILDS:
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(repr([plain(value) for value in row]) for row in cursor)
    return found


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def differences(order: Order) -> list[str]:
    """In words, of the order's account."""
    _row, outcome = rebuild.of(order.gateway.account)
    return [str(difference) for _name, difference in outcome.differences]
