"""Money of a subscription at odd times: a period is paid by money, and only by money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateways.models import Problem
from orders import answers, odd_money
from orders.lines import payments_of
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, Life, T
from tests.samples import sample
from webhooks import replay, work
from webhooks.models import Event

CANCELLED_AT = T + 8 * DAY


def cancel() -> dict[str, Any]:
    return sample(
        "subscription.cancelled", created_at=CANCELLED_AT, subscription={"ended_at": CANCELLED_AT}
    )


def charged_late() -> dict[str, Any]:
    """The second period's charge was under way when the subscription was cancelled."""
    return lives.charged(1, T + MONTH + 8, status="cancelled", ended_at=CANCELLED_AT)


def given_back(n: int, at: int) -> dict[str, Any]:
    payment = lives.charge_of(n, status="refunded", refund_status="full", amount_refunded=49900)
    refund = {"id": f"rfnd_RsdCycle0000{n}", "payment_id": payment["id"]}
    return sample("refund.processed", created_at=at, refund=refund, payment=payment)


Ask = Callable[[int], tuple[bool, int | None, str]]


@pytest.fixture
def access(subscription: Subscription, clock: Any) -> Ask:
    """At a time: whether it is open, until when, and why."""

    def ask(seconds: int) -> tuple[bool, int | None, str]:
        clock.move_to(datetime.fromtimestamp(seconds, UTC))
        order = subscription.order
        (resource,) = order.product.resources.all()
        found = answers.access(order.gateway.account, order.customer.email, resource, "test")
        until = int(found.until.timestamp()) if found.until else None
        return found.allowed, until, str(found.because)

    return ask


def asked() -> str:
    found = Problem.objects.standing().filter(kind="odd_money").first()
    return str(found.what) if found else ""


def in_both_orders(razorpay: Razorpay, clock: Any, life: Life, turn: bool) -> None:
    """Heard after all of it, in this order or backwards, each twice, then replayed."""
    clock.move_to(datetime.fromtimestamp(T + 3 * MONTH, UTC))
    told = life[::-1] if turn else life
    razorpay.tell(*told, *told)
    replay.replay(Event.objects.all())
    work.work()


both = pytest.mark.parametrize("turn", [False, True], ids=["in order", "backwards"])


@both
def test_a_charge_after_cancelling_opens_its_period_and_is_asked_about(
    razorpay: Razorpay, subscription: Subscription, clock: Any, access: Ask, turn: bool
) -> None:
    life = [lives.charged(0, T + 8), cancel(), charged_late()]
    in_both_orders(razorpay, clock, life, turn)
    assert access(T + MONTH + DAY) == (True, T + 2 * MONTH, "paid")
    assert access(T + 2 * MONTH + DAY)[0] is False
    subscription.refresh_from_db()
    assert subscription.status == "cancelled"
    assert asked() == (
        f"Order {subscription.order.uid}: ₹499.00 came in after the subscription had been "
        "cancelled. It is open to the end of what that paid for."
    )
    assert len(odd_money.remarks(subscription.order, payments_of(subscription.order))) == 1


@both
def test_given_back_it_is_over_where_it_was(
    razorpay: Razorpay, subscription: Subscription, clock: Any, access: Ask, turn: bool
) -> None:
    life = [
        lives.charged(0, T + 8), cancel(), charged_late(), given_back(1, T + MONTH + DAY),
    ]  # fmt: skip
    in_both_orders(razorpay, clock, life, turn)
    assert access(T + MONTH + 2 * DAY)[:2] == (False, T + MONTH)
    assert asked() == ""


@both
def test_an_old_invoice_paid_after_a_halt_gives_its_full_length(
    razorpay: Razorpay, subscription: Subscription, clock: Any, access: Ask, turn: bool
) -> None:
    paid_at = T + MONTH + 20 * DAY
    invoice = {
        "id": "inv_RsdCycle0001", "subscription_id": "sub_RsdSubscr00001",
        "order_id": "order_RsdCycle0001", "payment_id": "pay_RsdCycle000001",
        "billing_start": T + MONTH, "billing_end": T + 2 * MONTH,
    }  # fmt: skip
    life = [
        lives.charged(0, T + 8), lives.pending(1, 1), lives.halted(1),
        sample("invoice.paid", created_at=paid_at, invoice=invoice, payment=lives.charge_of(1),
               order={"id": "order_RsdCycle0001"}),
    ]  # fmt: skip
    in_both_orders(razorpay, clock, life, turn)
    assert access(paid_at + DAY) == (True, paid_at + MONTH, "paid")
    assert asked() == "", "it pays what was open"


@both
def test_refunding_one_charge_unpays_its_own_period_alone(
    razorpay: Razorpay, subscription: Subscription, clock: Any, access: Ask, turn: bool
) -> None:
    life = [
        lives.charged(0, T + 8), lives.charged(1, T + MONTH + 8), given_back(0, T + MONTH + DAY),
    ]  # fmt: skip
    in_both_orders(razorpay, clock, life, turn)
    assert access(T + MONTH + 2 * DAY) == (True, T + 2 * MONTH, "paid")
    assert asked() == ""


@both
def test_many_charges_are_not_more_than_was_asked(
    razorpay: Razorpay, subscription: Subscription, clock: Any, turn: bool
) -> None:
    in_both_orders(razorpay, clock, [lives.charged(n, T + n * MONTH + 8) for n in range(3)], turn)
    assert asked() == ""
    assert odd_money.remarks(subscription.order, payments_of(subscription.order)) == []


@both
def test_five_rupees_that_prove_a_method_open_nothing(
    razorpay: Razorpay, subscription: Subscription, clock: Any, access: Ask, turn: bool
) -> None:
    proof = lives.charge_of(7, id="pay_RsdProof000001", amount=500, status="captured")
    proven = sample(
        "subscription.updated", created_at=T + DAY, subscription=lives.cycle(0), payment=proof
    )
    in_both_orders(razorpay, clock, [lives.charged(0, T + 8), proven], turn)
    assert access(T + DAY) == (True, T + MONTH, "paid")
    assert asked() == ""


@both
def test_another_currency_does_not_count_towards_the_order(
    razorpay: Razorpay, subscription: Subscription, clock: Any, access: Ask, turn: bool
) -> None:
    odd = lives.charged(1, T + MONTH + 8)
    odd["payload"]["payment"]["entity"]["currency"] = "USD"
    in_both_orders(razorpay, clock, [lives.charged(0, T + 8), odd], turn)
    subscription.order.refresh_from_db()
    assert subscription.order.amount_paid == 49900
    assert access(T + MONTH + DAY) == (True, T + 2 * MONTH, "paid"), "Razorpay says what it paid"
    assert "$499.00 came in, but the order asks for INR" in asked()
