"""Refunds: a ladder of their own, before or after their payment, never more than came in."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from gateways.models import LookUp
from orders.models import Grant, Order, Payment, Refund
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import MISSING, sample

PAYMENT = "pay_RsdCard0000001"
RANKS = ["pending", "failed", "processed"]


def refunded(amount: int, number: int = 1, event: str = "refund.processed", **of: Any) -> Any:
    """One refund; the payment that comes along was captured and is not refunded in full."""
    refund = {"id": f"rfnd_RsdNumber0000{number}", "amount": amount, **of}
    payment = {"status": "captured", "refund_status": "partial", "amount_refunded": 0}
    return sample(event, created_at=T + 60 * number, refund=refund, payment=payment)


def sums(order: Order) -> tuple[str, int, int]:
    order.refresh_from_db()
    return order.status, order.amount_paid, order.amount_refunded


@pytest.mark.parametrize(("lower", "higher"), [*itertools.combinations(RANKS, 2)])
@pytest.mark.parametrize("newest_last", [True, False])
def test_a_refund_only_moves_up(
    razorpay: Razorpay, order: Order, lower: str, higher: str, newest_last: bool
) -> None:
    told = [refunded(100, status=lower), refunded(100, event="refund.created", status=higher)]
    razorpay.tell(*(told if newest_last else reversed(told)))
    assert Refund.objects.get().status == higher


@pytest.mark.parametrize(
    ("event", "said", "status"),
    [
        ("refund.created", MISSING, "pending"),
        ("refund.processed", MISSING, "processed"),
        ("refund.failed", MISSING, "failed"),
        ("refund.created", None, "pending"),
        ("refund.created", "processed", "processed"),
        ("refund.processed", "pending", "pending"),
        ("refund.processed", "failed", "failed"),
    ],
)
def test_the_entity_says_its_status_and_only_without_one_the_event_does(
    razorpay: Razorpay, order: Order, event: str, said: Any, status: str
) -> None:
    razorpay.tell(refunded(100, event=event, status=said))
    assert Refund.objects.get().status == status


def test_failed_and_processed_both_seen_is_asked_once(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(refunded(49900, status="processed"))
    assert not LookUp.objects.filter(why="both_ends").exists()
    razorpay.tell(refunded(49900, event="refund.failed", status="failed"))
    razorpay.tell(refunded(49900, event="refund.created", status="failed"))
    assert LookUp.objects.get(why="both_ends").razorpay_id == "rfnd_RsdNumber00001"
    assert sums(order) == ("refunded", 49900, 49900), "processed until Razorpay says otherwise"


@pytest.mark.parametrize("last", [0, 1, 2])
def test_several_refunds_add_up_whenever_the_payment_comes(
    razorpay: Razorpay, order: Order, last: int
) -> None:
    told = [refunded(10000, 1), refunded(20000, 2), sample("payment.captured", created_at=T)]
    told.append(told.pop(last))
    razorpay.tell(*told)
    assert sums(order) == ("partially_refunded", 49900, 30000)
    assert Grant.objects.filter(ends_at=None).count() == 2, "in part: access stays"
    razorpay.tell(refunded(19900, 3))
    assert sums(order) == ("refunded", 49900, 49900)
    assert {grant.ended_because for grant in Grant.objects.all()} == {"refunded"}
    assert {grant.ends_at.timestamp() for grant in Grant.objects.all() if grant.ends_at} == {
        T + 180
    }


def test_only_processed_refunds_take_money_away(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(
        sample("payment.captured", created_at=T),
        refunded(49900, 1, "refund.created", status="pending"),
        refunded(49900, 2, "refund.failed", status="failed"),
    )
    assert sums(order) == ("paid", 49900, 0)
    assert Grant.objects.filter(ends_at=None).count() == 2


def test_refunds_beyond_the_amount_take_no_more_than_came_in(
    razorpay: Razorpay, order: Order
) -> None:
    other = {"id": "pay_RsdOther000001"}
    razorpay.tell(
        sample("payment.captured", created_at=T),
        sample("payment.captured", created_at=T + 1, payment=other),
        refunded(49900, 1),
        refunded(49900, 2),
    )
    assert sums(order) == ("paid", 99800, 49900), "the other payment is still there"


def test_a_refund_of_what_was_never_captured_takes_nothing_away(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(sample("refund.processed.auto"))
    assert sums(order) == ("attempted", 0, 0)
    razorpay.tell(sample("payment.captured", created_at=T))
    assert sums(order) == ("paid", 49900, 0)
    assert Refund.objects.get().status == "processed", "recorded all the same"


def test_a_refund_without_its_payment_waits_until_the_payment_is_ours(
    razorpay: Razorpay, order: Order
) -> None:
    alone = refunded(49900)
    del alone["payload"]["payment"]
    razorpay.tell(alone)
    assert Refund.objects.count() == 0
    razorpay.tell(sample("payment.captured", created_at=T))
    assert sums(order) == ("refunded", 49900, 49900)


class TestMoreRefundedThanWeKnow:
    def test_it_is_a_reason_to_ask_and_no_second_source(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.captured", created_at=T, payment={"amount_refunded": 500}))
        look_up = LookUp.objects.get(why="more_refunded")
        assert (look_up.kind, look_up.razorpay_id) == ("refunds", PAYMENT)
        assert look_up.done_at is None
        assert sums(order) == ("paid", 49900, 0)
        assert Payment.objects.get().amount_refunded == 500

    def test_a_refund_on_its_way_answers_it(self, razorpay: Razorpay, order: Order) -> None:
        razorpay.tell(
            sample("payment.captured", created_at=T, payment={"amount_refunded": 500}),
            refunded(500, 1, "refund.created", status="pending"),
        )
        assert LookUp.objects.get(why="more_refunded").done_at is not None
        assert sums(order) == ("paid", 49900, 0)

    def test_a_failed_refund_does_not_answer_it(self, razorpay: Razorpay, order: Order) -> None:
        razorpay.tell(
            sample("payment.captured", created_at=T, payment={"amount_refunded": 500}),
            refunded(500, 1, "refund.failed", status="failed"),
        )
        assert LookUp.objects.get(why="more_refunded").done_at is None
