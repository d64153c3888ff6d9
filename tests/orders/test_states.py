"""What an order is: derived from what came in and what went back, and from nothing else."""

from __future__ import annotations

from typing import Any

from orders import expiring
from orders.models import Grant, Order, Payment
from tests.conftest import Razorpay, make_order
from tests.lives import DAY, T
from tests.samples import sample


def captured(number: int = 1, amount: int = 49900, **fields: Any) -> dict[str, Any]:
    payment = {"id": f"pay_RsdNumber00000{number}", "amount": amount, **fields}
    return sample("payment.captured", created_at=T + number, payment=payment)


def returned(number: int, amount: int) -> dict[str, Any]:
    """Money of payment `number` went back."""
    payment = {"id": f"pay_RsdNumber00000{number}", "status": "captured", "amount_refunded": 0}
    refund = {"id": f"rfnd_RsdNumber0000{number}", "amount": amount, "payment_id": payment["id"]}
    return sample("refund.processed", created_at=T + 900 + number, refund=refund, payment=payment)


def state(order: Order) -> tuple[str, int, int, int]:
    order.refresh_from_db()
    return order.status, order.amount_paid, order.amount_refunded, order.overpaid


def test_a_payment_that_was_only_seen_makes_it_attempted(razorpay: Razorpay, order: Order) -> None:
    assert order.status == "created"
    razorpay.tell(sample("payment.authorized", created_at=T))
    assert state(order) == ("attempted", 0, 0, 0)


def test_what_was_paid_twice_is_overpaid_and_giving_it_back_leaves_it_paid(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(captured(1), captured(2))
    assert state(order) == ("paid", 99800, 0, 49900)
    razorpay.tell(returned(2, 49900))
    assert state(order) == ("paid", 99800, 49900, 0)
    razorpay.tell(returned(1, 100))
    assert state(order) == ("partially_refunded", 99800, 50000, 0)
    assert Grant.objects.filter(ends_at=None).count() == 2


def test_money_of_another_currency_does_not_count(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(captured(1, 49900, currency="USD"))
    assert state(order) == ("attempted", 0, 0, 0)
    assert not Grant.objects.exists()
    assert Payment.objects.get().captured, "recorded all the same"
    razorpay.tell(captured(2), returned(1, 49900))
    assert state(order) == ("paid", 49900, 0, 0), "nor does its refund"


def test_parts_make_it_paid_only_together(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(captured(1, 20000))
    assert state(order) == ("attempted", 20000, 0, 0)
    assert not Grant.objects.exists()
    razorpay.tell(captured(2, 29900))
    assert state(order) == ("paid", 49900, 0, 0)
    assert Grant.objects.count() == 2


def test_a_part_that_went_back_leaves_nothing(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(captured(1, 20000), returned(1, 20000))
    assert state(order) == ("refunded", 20000, 20000, 0)
    assert not Grant.objects.exists()


class TestExpiring:
    def test_an_unpaid_order_expires_30_days_after_it_was_made(
        self, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        clock.shift(30 * DAY - 3600 - 61)
        assert expiring.expire() == 0
        clock.shift(2)
        assert expiring.expire() == 1
        assert state(order)[0] == "expired"
        assert expiring.expire() == 0

    def test_a_later_capture_still_makes_it_paid(
        self, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.failed", created_at=T))
        clock.shift(31 * DAY)
        expiring.expire()
        assert {(r.state, r.reason) for r in order.reattempts.all()} == {("cancelled", "too_late")}
        razorpay.tell(captured())
        assert state(order)[:2] == ("paid", 49900)
        assert Grant.objects.filter(ends_at=None).count() == 2
        assert {(r.state, r.reason) for r in order.reattempts.all()} == {("cancelled", "paid")}

    def test_what_is_paid_or_refunded_never_expires(
        self, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(captured(), returned(1, 49900))
        clock.shift(31 * DAY)
        assert expiring.expire() == 0
        assert state(order)[0] == "refunded"

    def test_orders_that_were_paid_in_part_do_not_keep_the_rest_from_expiring(
        self, clock: Any, razorpay: Razorpay, order: Order, monkeypatch: Any
    ) -> None:
        razorpay.tell(captured(1, 20000))
        unpaid = make_order(order.gateway, order.product, order.customer, None)
        monkeypatch.setattr(expiring, "BATCH", 1)
        clock.shift(31 * DAY)
        assert expiring.expire() == 1
        assert (state(order)[0], state(unpaid)[0]) == ("attempted", "expired")

    def test_one_that_was_paid_meanwhile_is_left_alone(
        self, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(captured())
        clock.shift(31 * DAY)
        assert expiring.expire_one(order.pk) is False
        assert state(order)[0] == "paid"
