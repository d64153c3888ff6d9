"""What the API answered goes the way of a webhook: same inbox, same merge, same books."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from gateways.models import Gateway
from orders.models import Mail, Order, Payment
from subscriptions.models import Subscription
from tests import books, lives
from tests.conftest import Razorpay
from tests.lives import MONTH, T
from tests.samples import sample
from webhooks import answers, work
from webhooks.models import Event


def entity(name: str, kind: str, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = sample(name, **{kind: fields})["payload"][kind]["entity"]
    return found


def payment_answer(**fields: Any) -> dict[str, Any]:
    return {"payment": entity("payment.captured", "payment", **fields)}


def test_an_answer_pays_the_order_like_a_webhook(gateway: Gateway, order: Order) -> None:
    answers.hear(gateway_id=gateway.pk, name="payment.fetched", entities=payment_answer())
    order.refresh_from_db()
    assert (order.status, order.grants.count()) == ("paid", 2)
    event = Event.objects.get()
    assert (event.kind, event.status, event.type) == ("api", "processed", "payment.fetched")
    assert str(event.outcome) == f"₹499.00 captured; order {order.uid} is paid."


def test_the_same_answer_twice_is_one_fact(gateway: Gateway, order: Order) -> None:
    for _turn in range(2):
        answers.hear(gateway_id=gateway.pk, name="payment.fetched", entities=payment_answer())
    assert Event.objects.count() == 1
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "order_status"),
    [("created", "attempted"), ("authorized", "attempted"), ("failed", "attempted")],
)
def test_what_is_not_money_pays_nothing(
    gateway: Gateway, order: Order, status: str, order_status: str
) -> None:
    said = payment_answer(status=status, captured=True)
    answers.hear(gateway_id=gateway.pk, name="payment.fetched", entities=said)
    order.refresh_from_db()
    assert (order.status, Payment.objects.get().status) == (order_status, status)
    assert Event.objects.get().status == "processed"


def test_webhook_and_answer_in_any_order_end_in_the_same_books(
    gateway: Gateway, razorpay: Razorpay, order: Order
) -> None:
    deeds: list[Callable[[], None]] = [
        lambda: razorpay.tell(sample("payment.failed", created_at=T)),
        lambda: razorpay.tell(sample("payment.captured", created_at=T + 9)),
        lambda: answers.hear(
            gateway_id=gateway.pk, name="payment.fetched", entities=payment_answer()
        ),
    ]
    found = []
    for turn in itertools.permutations(deeds):
        Event.objects.all().delete()
        forget(order)
        with time_machine.travel(datetime.fromtimestamp(T + 60, UTC), tick=False):
            for deed in turn:
                deed()
        found.append({**books.of(gateway), "events": None})
    for one in found:
        assert one == found[0]


def forget(order: Order) -> None:
    Mail.objects.all().delete()
    order.reattempts.all().delete()
    order.grants.all().delete()
    Payment.objects.all().delete()
    Order.objects.update(status="created", amount_paid=0, amount_refunded=0, as_of=0)


def test_a_subscriptions_payment_comes_with_its_invoice_and_pays_the_period(
    gateway: Gateway, subscription: Subscription
) -> None:
    charge = lives.charge_of(0)
    invoice = entity(
        "invoice.paid", "invoice", id=charge["invoice_id"], order_id=charge["order_id"],
        payment_id=charge["id"], subscription_id=subscription.razorpay_subscription_id,
        billing_start=T, billing_end=T + MONTH,
    )  # fmt: skip
    payment = entity("subscription.charged", "payment", **charge)
    said = {"invoice": invoice, "payment": payment}
    answers.hear(gateway_id=gateway.pk, name="invoice.fetched", entities=said)
    subscription.refresh_from_db()
    assert subscription.paid_until is not None
    assert int(subscription.paid_until.timestamp()) == T + MONTH


def test_a_subscriptions_state_is_as_new_as_the_question(
    gateway: Gateway, razorpay: Razorpay, subscription: Subscription
) -> None:
    razorpay.tell(lives.charged(0, T + 8))
    paused = {"subscription": entity("subscription.paused", "subscription")}
    for asked_at, status in ((T + 4, "active"), (T + 500, "paused")):
        answers.hear(
            gateway_id=gateway.pk, name="subscription.fetched", entities=paused, asked_at=asked_at
        )
        subscription.refresh_from_db()
        assert subscription.status == status


def test_nobody_can_post_an_answer(razorpay: Razorpay, order: Order) -> None:
    """The names are ours: signed by a seller they are events that we do not act on."""
    forged = sample("payment.captured") | {"event": "payment.fetched"}
    assert razorpay.post(forged).json() == {"status": "ignored"}
    work.work()
    order.refresh_from_db()
    assert order.status == "created"
