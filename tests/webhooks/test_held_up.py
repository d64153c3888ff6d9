"""Somebody holds a row that an event needs: it is not to blame, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from gateways.models import Gateway
from orders.models import Customer, Order, Product
from tests.conftest import Razorpay, make_order
from tests.lives import T
from tests.samples import sample
from tests.webhooks.test_concurrency import at_once
from webhooks import clashes, work
from webhooks.models import MOST_ATTEMPTS, Event

SHIPPED = clashes.PATIENCE
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An hour after the samples' time. Nobody really waits for three seconds."""
    monkeypatch.setattr(clashes, "PATIENCE", timedelta(milliseconds=50))
    with time_machine.travel(datetime.fromtimestamp(T + 3600, UTC), tick=False) as travelled:
        yield travelled


def paid(number: int) -> dict[str, Any]:
    payment = {"id": f"pay_Number{number:08}", "order_id": f"order_Number{number:06}"}
    return sample("payment.captured", payment={**payment, "notes": []})


@pytest.fixture
def orders(gateway: Gateway, product: Product, customer: Customer) -> list[Order]:
    """Two, each with a payment that Razorpay has just told."""
    made = [make_order(gateway, product, customer, f"order_Number{n:06}") for n in (1, 2)]
    for number in (1, 2):
        assert Razorpay(gateway).post(paid(number)).status_code == 200
    return made


def states() -> list[tuple[str, int]]:
    return list(Event.objects.order_by("pk").values_list("status", "attempts"))


def test_its_neighbours_are_processed_and_it_is_not_counted(
    orders: list[Order], their_gateway: Gateway
) -> None:
    Razorpay(their_gateway).post(paid(3))
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=orders[0].pk)
        at_once(work.work)
        assert states() == [("received", 0), ("processed", 1), ("unmatched", 1)]
    held = Event.objects.order_by("pk")[0]
    assert (held.claimed_by, held.claimed_until) == ("", None)
    assert held.error == ""


def test_however_long_that_lasts_it_is_not_parked_and_then_processed(
    orders: list[Order], clock: Any
) -> None:
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=orders[0].pk)
        for _turn in range(MOST_ATTEMPTS + 2):
            at_once(work.work)
            assert states()[0] == ("received", 0)
            clock.shift(work.HELD_UP)
    work.work()
    assert states() == [("processed", 1), ("processed", 1)]
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}


def test_there_is_a_pause_before_the_next_try(
    orders: list[Order], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a worker would do nothing but wait for this row."""
    tried: list[int] = []
    real = work.apply
    monkeypatch.setattr(work, "apply", lambda pk, name: tried.append(pk) or real(pk, name))  # type: ignore[func-returns-value]
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=orders[0].pk)
        at_once(work.work)
        clock.shift(work.HELD_UP - timedelta(seconds=1))
        at_once(work.work)
    assert len(tried) == 2, "each of the two once"


def test_three_seconds_and_only_while_an_event_is_applied(
    orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrations, commands and pages wait as long as they did."""
    monkeypatch.setattr(clashes, "PATIENCE", SHIPPED)
    limits: list[str] = []

    def note(*_args: Any) -> None:
        limits.append(limit())

    monkeypatch.setattr(work, "tell", note)
    work.work()
    assert limits == ["3s", "3s"]
    assert limit() == "0"


def limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])
