"""The books of a subscription that Raseed charges follow from the inbox and its own records, in any
order of arrival; a replay changes nothing and charges nobody."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from gateways.models import Gateway
from orders.models import Mail, Order
from subscriptions.debiting import bills
from subscriptions.models import Bill, Charge, Cycle, Debit, Mandate, Subscription
from tests import books
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage, debits, status
from webhooks import replay, work
from webhooks.models import Event

# Own records of how often a row was looked at, and when next.
WORK = ("looks", "work_at")


def fails_and_is_paid_by_the_third(stage: Stage, due: Subscription) -> None:
    stage.fails(3)
    stage.wait(4 * DAY, step=6 * HOUR)
    assert status(due) == "active"


def halts_and_is_paid_late(stage: Stage, due: Subscription) -> None:
    stage.fails(4)
    stage.wait(4 * DAY, step=3 * HOUR)
    assert status(due) == "halted"
    bill = bills.waiting(due)
    assert bill is not None
    stage.wait(DAY, step=DAY)
    stage.desk.press(f"orders/{bill.razorpay_order_id}/pay", method="upi", recurring=False)
    stage.hear()


def answers_are_lost_and_a_failure_becomes_money(stage: Stage, due: Subscription) -> None:
    stage.fails(2)
    stage.answers("lost")
    stage.wait(DAY + HOUR, step=HOUR / 4)
    first = Debit.objects.get(n=0).razorpay_payment_id
    stage.desk.press(f"payments/{first}/authorise-late")
    stage.wait(DAY, step=DAY)
    assert status(due) == "active"


STORIES = [
    fails_and_is_paid_by_the_third,
    halts_and_is_paid_late,
    answers_are_lost_and_a_failure_becomes_money,
]


def everything(gateway: Gateway) -> dict[str, Any]:
    found = books.of(gateway)
    rows = Order.objects.get().reattempts.order_by("cycle", "n", "payment__razorpay_payment_id")
    found["reattempts"] = [books.values(row, *WORK, "payment") for row in rows]
    found["bills"] = list(Bill.objects.order_by("pk").values())
    found["debits"] = list(Debit.objects.order_by("pk").values())
    return found


def forget(gateway: Gateway) -> None:
    """Empty books; own records stay."""
    Mail.objects.all().delete()
    Charge.objects.all().delete()
    Cycle.objects.all().delete()
    Mandate.objects.all().delete()
    order = Order.objects.get()
    order.reattempts.all().delete()
    order.grants.all().delete()
    order.payments.all().delete()
    Order.objects.update(status="created", amount_paid=0, amount_refunded=0, as_of=0)
    blank = Subscription(gateway=gateway)
    columns = [f.attname for f in Subscription._meta.concrete_fields]
    own = {"id", "uid", "gateway_id", "order_id", "plan_id", "razorpay_customer_id"}
    Subscription.objects.update(**{n: getattr(blank, n) for n in columns if n not in own})


def arrive(events: list[dict[str, Any]]) -> None:
    """The same deliveries in another order."""
    Event.objects.all().delete()
    for event in events:
        Event.objects.create(**event)
    work.work()


@pytest.mark.parametrize("live", STORIES, ids=lambda live: live.__name__)
def test_any_order_of_arrival_ends_in_the_same_books(
    stage: Stage, due: Subscription, live: Callable[[Stage, Subscription], None]
) -> None:
    live(stage, due)
    expected, made = everything(stage.gateway), debits(due)
    replay.replay(Event.objects.all())
    work.work()
    assert everything(stage.gateway) == expected, "a replay changed the books"

    columns = ("gateway_id", "kind", "type", "body", "body_sha256", "received_at")
    deliveries = list(Event.objects.order_by("pk").values(*columns))
    for seed in range(6):
        arrival = [*deliveries]
        random.Random(seed).shuffle(arrival)
        with transaction.atomic():
            forget(stage.gateway)
            arrive(arrival)
            found = everything(stage.gateway)
            for name, rows in expected.items():
                assert found[name] == rows, (name, seed)
            transaction.set_rollback(True)
    assert debits(due) == made
