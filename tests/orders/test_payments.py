"""Payments: a rank that only moves up, and *was captured*, a fact of its own."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from orders.models import Grant, Order, Payment
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import MISSING, sample

RANKS = ["created", "failed", "authorized", "captured", "refunded"]


def told(status: Any, created_at: Any = T, **fields: Any) -> dict[str, Any]:
    """A snapshot with this status, whatever the event's name; `captured` left out unless said."""
    payment = {"captured": MISSING, "refund_status": None, **fields, "status": status}
    return sample("payment.authorized", created_at=created_at, payment=payment)


@pytest.mark.parametrize(("lower", "higher"), [*itertools.combinations(RANKS, 2)])
def test_a_status_never_moves_down_whatever_is_newer(
    razorpay: Razorpay, order: Order, lower: str, higher: str
) -> None:
    razorpay.tell(told(higher, T), told(lower, T + 900))
    assert Payment.objects.get().status == higher


def test_a_status_that_is_unknown_or_missing_changes_nothing(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(told("failed"), told("exploded", T + 5), told(MISSING, T + 6))
    assert Payment.objects.get().status == "failed"


@pytest.mark.parametrize(
    ("status", "flag", "refund_status", "was_captured"),
    [
        ("captured", False, None, True),
        ("captured", MISSING, None, True),
        ("refunded", True, None, True),
        ("refunded", 1, None, True),
        ("refunded", "1", "full", True),
        ("refunded", False, "full", False),
        ("refunded", MISSING, None, False),
        (MISSING, True, "partial", True),
        (MISSING, True, None, False),
        ("created", True, None, False),
        ("failed", True, "full", False),
        ("authorized", "1", "partial", False),
    ],
)
def test_was_captured(
    razorpay: Razorpay, order: Order, status: Any, flag: Any, refund_status: Any, was_captured: bool
) -> None:
    razorpay.tell(told(status, captured=flag, refund_status=refund_status))
    assert Payment.objects.get().captured is was_captured
    assert Grant.objects.exists() is was_captured


def test_it_stays_captured_and_was_captured_when_it_first_said_so(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(told("captured", T + 50), told("captured", T + 9), told("authorized", T + 99))
    payment = Payment.objects.get()
    assert (payment.captured, payment.captured_at) == (True, T + 9)


def test_reasons_follow_the_greatest_rank_and_then_the_newest(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(
        told("failed", T + 5, error_reason="payment_timed_out"),
        told("failed", T + 1, error_reason="insufficient_funds"),
    )
    assert Payment.objects.get().error_reason == "payment_timed_out"
    razorpay.tell(told("captured", T, error_reason=None))
    assert Payment.objects.get().error_reason is None, "null included"


def test_a_second_order_id_is_kept_beside_the_first(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(told("captured", T), told("captured", T + 1, order_id="order_RsdOther000001"))
    payment = Payment.objects.get()
    assert payment.razorpay_order_id == "order_RsdOrder000001"
    assert payment.conflicts == {"razorpay_order_id": [[T + 1, "order_RsdOther000001"]]}


def test_a_placeholder_is_no_address_and_another_one_is_shown_and_never_used(
    razorpay: Razorpay, order: Order
) -> None:
    razorpay.tell(told("captured", T, email="VOID@razorpay.com"))
    assert Payment.objects.get().email == ""
    razorpay.tell(told("captured", T + 1, email="Somebody.Else@example.com"))
    assert Payment.objects.get().email == "somebody.else@example.com"
    assert Grant.objects.filter(customer__email="ananya.iyer@example.com").count() == 2
    assert Grant.objects.count() == 2
