"""Refunds on their way, refunds that were told two ways, refunds of which nothing was told."""

from __future__ import annotations

from typing import Any

import pytest

from orders.models import Order, Refund
from tests.conftest import Razorpay
from tests.orders.looking_up.stage import DAY, MINUTE, Stage, calls, row, status
from webhooks.models import Event


@pytest.fixture
def order(stage: Stage) -> Order:
    order = stage.place()
    stage.pay(order)
    stage.hear()
    return order


def refund(stage: Stage, order: Order, **how: Any) -> str:
    payment = order.payments.get()
    done = stage.desk.press(f"payments/{payment.razorpay_payment_id}/refund", **how)
    return str(done["refund"]["id"])


@pytest.mark.parametrize(("end", "becomes"), [("process", "refunded"), ("fail", "paid")])
def test_the_end_of_a_pending_refund_is_found(
    stage: Stage, order: Order, end: str, becomes: str
) -> None:
    name = refund(stage, order, status="pending")
    stage.hear()
    assert (row("pending_refund").razorpay_id, status(order)) == (name, "paid")
    stage.work(15 * MINUTE)
    assert row("pending_refund").done_at is None, "it is on its way still"
    stage.desk.press(f"refunds/{name}/{end}")
    assert stage.work_next() <= DAY
    assert status(order) == becomes
    assert row("pending_refund").done_at is not None


def test_its_webhook_settles_it(stage: Stage, order: Order) -> None:
    name = refund(stage, order, status="pending")
    stage.hear()
    stage.desk.press(f"refunds/{name}/process")
    stage.hear()
    assert row("pending_refund").done_at is not None
    assert stage.work(DAY) == 0


def test_one_that_is_through_at_once_is_not_asked_about(stage: Stage, order: Order) -> None:
    refund(stage, order)
    stage.hear()
    assert status(order) == "refunded"
    with calls() as asked:
        stage.work(DAY)
    assert asked == []


def test_both_ends_are_asked_about_once(stage: Stage, order: Order) -> None:
    name = refund(stage, order)
    stage.hear()
    told = {"entity": "event", "event": "refund.failed", "created_at": int(stage.now.timestamp())}
    found = Refund.objects.get()
    entity = {"id": name, "payment_id": found.payment.razorpay_payment_id, "status": "failed"}
    Razorpay(stage.gateway).tell({**told, "payload": {"refund": {"entity": entity}}})
    with calls() as asked:
        stage.work()
        stage.work(DAY)
    assert asked == [f"GET refunds/{name}"]
    assert row("both_ends").done_at is not None
    assert status(order) == "refunded"


def tell_both_ends(stage: Stage, order: Order, name: str) -> None:
    """Announced as processed, as Razorpay publishes it, and failed a minute later."""
    payment, now = order.payments.get(), int(stage.now.timestamp())
    told = {"id": name, "payment_id": payment.razorpay_payment_id, "amount": payment.amount}
    for event, end, at in (("created", "processed", now - 60), ("failed", "failed", now)):
        Razorpay(stage.gateway).tell(
            {
                "entity": "event",
                "event": f"refund.{event}",
                "created_at": at,
                "payload": {"refund": {"entity": {**told, "status": end}}},
            }
        )


@pytest.mark.parametrize(("end", "becomes"), [("process", "refunded"), ("fail", "paid")])
def test_what_razorpay_answers_counts_for_more_than_both_ends(
    stage: Stage, order: Order, end: str, becomes: str
) -> None:
    name = refund(stage, order, status="pending")
    stage.desk.press(f"refunds/{name}/{end}")
    tell_both_ends(stage, order, name)
    assert status(order) == "refunded"
    with calls() as asked:
        stage.work()
        stage.work(DAY)
    assert asked[0] == f"GET refunds/{name}"
    assert status(order) == becomes
    assert row("both_ends").done_at is not None
    (answer,) = Event.objects.filter(type="refund.resolved")
    assert (answer.kind, answer.status) == ("api", "processed")


def test_while_razorpay_does_not_know_it_is_asked_again(stage: Stage, order: Order) -> None:
    name = refund(stage, order, status="pending")
    tell_both_ends(stage, order, name)
    stage.work()
    assert (status(order), row("both_ends").done_at) == ("refunded", None)
    assert not Event.objects.filter(type="refund.resolved").exists()
    stage.desk.press(f"refunds/{name}/fail")
    assert stage.work_next() <= DAY
    assert status(order) == "paid"


def test_refunds_that_only_the_payment_tells_of_are_fetched(stage: Stage, order: Order) -> None:
    payment = order.payments.get()
    name = refund(stage, order, amount=10000)
    from orders import asking

    there = stage.desk.call("GET", f"/v1/payments/{payment.razorpay_payment_id}").json()
    asking.pass_on(stage.gateway.pk, "payment.fetched", {"payment": there})
    assert (status(order), order.amount_refunded) == ("paid", 0)
    stage.work(15 * MINUTE)
    assert (status(order), order.amount_refunded) == ("partially_refunded", 10000)
    assert Refund.objects.get().razorpay_refund_id == name
    assert row("more_refunded").done_at is not None
