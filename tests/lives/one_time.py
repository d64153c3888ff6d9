"""Lives of orders that are paid once."""

from __future__ import annotations

from typing import Any

from tests.lives.days import DAY, Life, T
from tests.samples import sample


def pay(**fields: Any) -> dict[str, Any]:
    return {"id": "pay_RsdCard0000001", **fields}


def failed_then_captured_on_the_same_payment() -> Life:
    """A second try inside a UPI app, or a late authorisation."""
    return [
        sample("payment.failed", created_at=T),
        sample("payment.authorized", created_at=T + 90),
        sample("payment.captured", created_at=T + 91),
        sample("order.paid", created_at=T + 91),
    ]


def failed_then_paid_with_another() -> Life:
    return [
        sample("payment.failed", created_at=T, payment=pay(id="pay_RsdFirst000001")),
        sample("payment.failed.card", created_at=T + 60, payment=pay(id="pay_RsdSecond00001")),
        sample("payment.captured", created_at=T + 120),
        sample("order.paid", created_at=T + 120),
    ]


def paid_and_refunded() -> Life:
    return [
        sample("payment.authorized", created_at=T),
        sample("payment.captured", created_at=T + 1),
        sample("order.paid", created_at=T + 1),
        sample("refund.created", created_at=T + 3600, refund={"status": "pending"}),
        sample("refund.processed", created_at=T + 7200),
    ]


def paid_and_partly_refunded_twice() -> Life:
    first = {"id": "rfnd_RsdPart000001", "amount": 10000}
    second = {"id": "rfnd_RsdPart000002", "amount": 5000}
    part = {"status": "captured", "refund_status": "partial"}
    return [
        sample("payment.captured", created_at=T),
        sample(
            "refund.created.pending", created_at=T + 10, refund=first,
            payment={**part, "amount_refunded": 10000},
        ),
        sample(
            "refund.processed", created_at=T + 20, refund=first,
            payment={**part, "amount_refunded": 10000},
        ),
        sample(
            "refund.processed", created_at=T + 30, refund=second,
            payment={**part, "amount_refunded": 15000},
        ),
    ]  # fmt: skip


def two_captures_one_refunded() -> Life:
    other = pay(id="pay_RsdTwice000001")
    return [
        sample("payment.captured", created_at=T),
        sample("order.paid", created_at=T),
        sample("payment.captured", created_at=T + 5, payment=other),
        sample(
            "refund.processed", created_at=T + 900,
            refund={"payment_id": other["id"]}, payment=other,
        ),
    ]  # fmt: skip


def late_authorisation_given_back() -> Life:
    """Razorpay gives back by itself what was never captured; it takes nothing away."""
    return [
        sample("payment.captured", created_at=T),
        sample("payment.authorized", created_at=T + 50, payment=pay(id="pay_RsdLate0000001")),
        sample("refund.processed.auto", created_at=T + 60),
    ]


def disputed_and_lost() -> Life:
    return [
        sample("payment.captured", created_at=T),
        sample("payment.dispute.created", created_at=T + DAY),
        sample("payment.dispute.under_review", created_at=T + 2 * DAY),
        sample("payment.dispute.lost", created_at=T + 3 * DAY),
    ]


ONE_TIME = [
    failed_then_captured_on_the_same_payment,
    failed_then_paid_with_another,
    paid_and_refunded,
    paid_and_partly_refunded_twice,
    two_captures_one_refunded,
    late_authorisation_given_back,
    disputed_and_lost,
]
