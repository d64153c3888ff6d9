"""Lives that nobody thought of: random mixtures of what Razorpay may say about one order or one
subscription, with equal times, missing keys and contradictions. A seed gives the same life again.
"""

from __future__ import annotations

import random
from typing import Any

from tests.lives import DAY, MONTH, Life, T
from tests.samples import MISSING, sample

ORDER, AGAIN = "order_RsdOrder000001", "order_RsdAgain000001"
# Few values, so that they meet: equal seconds, repeated ids, missing keys.
MOMENTS = [T, T, T + 1, T + 60, T + DAY, T + MONTH + 60, MISSING]
PAYMENTS = ["pay_RsdRandom00001", "pay_RsdRandom00002"]
PAYMENT_STATUSES = ["created", "failed", "authorized", "captured", "captured", "refunded", MISSING]


def some(rng: random.Random, chance: float, fields: dict[str, Any]) -> dict[str, Any]:
    """Each field with this chance; else what the sample says."""
    return {name: value for name, value in fields.items() if rng.random() < chance}


def a_payment(rng: random.Random, **fixed: Any) -> dict[str, Any]:
    """A snapshot of a payment in any state, true to nothing but its id."""
    odd = {
        "status": rng.choice(PAYMENT_STATUSES),
        "captured": rng.choice([True, False, "1", 1, MISSING]),
        "refund_status": rng.choice([None, "partial", "full", MISSING]),
        "amount_refunded": rng.choice([0, 10000, 49900, None, MISSING]),
        "error_reason": rng.choice([None, "insufficient_funds", "payment_timed_out", MISSING]),
        "method": rng.choice(["upi", "card", MISSING]),
        "fee": rng.choice([None, 1178, MISSING]),
    }
    rare = {
        "email": rng.choice(["void@razorpay.com", "other@example.com", None, MISSING]),
        "notes": rng.choice([[], {"a": "1"}, {"a": "2"}, MISSING]),
        "invoice_id": rng.choice([None, MISSING]),
        "order_id": rng.choice([None, MISSING]),
        "amount": rng.choice([20000, 49900, MISSING]),
        "currency": rng.choice(["USD", MISSING]),
        "created_at": rng.choice([T - 60, T + 30, None, MISSING]),
    }
    return {**fixed, **some(rng, 0.6, odd), **some(rng, 0.08, rare)}


def a_refund(rng: random.Random, payment_id: str) -> dict[str, Any]:
    odd = {
        "status": rng.choice(["pending", "failed", "processed", MISSING]),
        "amount": rng.choice([10000, 49900, 90000]),
        "speed_processed": rng.choice([None, "normal", "instant", MISSING]),
        "created_at": rng.choice([T + 5, MISSING]),
    }
    number = f"{rng.choice([1, 2])}{payment_id[-5:]}"
    return {"id": f"rfnd_Rsd{number}", "payment_id": payment_id, **some(rng, 0.6, odd)}


def of_an_order(seed: int) -> Life:
    """Four to seven events about one order that is paid once."""
    rng = random.Random(f"order {seed}")
    return [one_of_an_order(rng, [ORDER, ORDER]) for _ in range(rng.randint(4, 7))]


def of_two_orders(seed: int) -> Life:
    """The same customer bought the same twice; each order has a payment of its own."""
    rng = random.Random(f"orders {seed}")
    return [one_of_an_order(rng, [ORDER, AGAIN]) for _ in range(rng.randint(4, 7))]


def one_of_an_order(rng: random.Random, orders: list[str]) -> dict[str, Any]:
    name = rng.choice(
        ["payment.failed", "payment.authorized", "payment.captured", "order.paid",
         "refund.created", "refund.processed", "refund.failed", "payment.dispute.created",
         "payment.dispute.lost", "payment.dispute.won", "payment.dispute.closed"]
    )  # fmt: skip
    number = rng.choice([0, 1])
    payment = a_payment(rng, id=PAYMENTS[number], order_id=orders[number])
    others: dict[str, Any] = {"order": {"id": orders[number]}} if name == "order.paid" else {}
    if name.startswith("refund"):
        others["refund"] = a_refund(rng, payment["id"])
    if "dispute" in name:
        others["dispute"] = {
            "id": f"disp_{payment['id'][4:]}",
            "payment_id": payment["id"],
            **some(rng, 0.3, {"status": rng.choice(["open", "lost", "won", MISSING])}),
        }
    return sample(name, created_at=rng.choice(MOMENTS), payment=payment, **others)


PLANS = ["plan_RsdPlan000001", "plan_RsdLarger0001", "plan_RsdUnknown001"]
SUBSCRIPTION_STATUSES = [
    "created", "authenticated", "active", "pending", "halted", "paused", "completed", MISSING,
    "resumed",
]  # fmt: skip


def a_subscription(rng: random.Random, n: int) -> dict[str, Any]:
    """A snapshot of the subscription in its n-th period."""
    odd = {
        "auth_attempts": rng.choice([0, 1, 2, 3, 4, None, MISSING]),
        "charge_at": rng.choice([T + n * MONTH + DAY, T + (n + 1) * MONTH, None, MISSING]),
        "paid_count": rng.choice([n, n + 1, None, MISSING]),
        "quantity": rng.choice([1, 2, MISSING]),
        "start_at": rng.choice([T, T + 7 * DAY, MISSING]),
    }
    rare = {
        "status": rng.choice(SUBSCRIPTION_STATUSES),
        "plan_id": rng.choice([*PLANS, None, MISSING]),
        "short_url": rng.choice(["https://rzp.io/i/a", "https://rzp.io/i/b", None]),
        "notes": rng.choice([[], {"a": "1"}, {"a": "2"}]),
        "current_end": rng.choice([T + (n + 1) * MONTH - DAY, None, MISSING]),
        "current_start": rng.choice([None, MISSING]),
        "total_count": rng.choice([2, 12, None]),
        "cancel_initiated_by": rng.choice(["customer", None]),
    }
    period = {"current_start": T + n * MONTH, "current_end": T + (n + 1) * MONTH}
    return {**period, **some(rng, 0.5, odd), **some(rng, 0.12, rare)}


def charge_in(rng: random.Random, n: int) -> dict[str, Any]:
    ids = {"order_id": f"order_RsdCycle000{n}", "invoice_id": f"inv_RsdCycle000{n}"}
    number = rng.choice([n, n, n, n + 5])  # another try of the same period
    return a_payment(rng, id=f"pay_RsdCycle00000{number}", **ids)


def an_invoice(rng: random.Random, n: int, payment: dict[str, Any]) -> dict[str, Any]:
    odd = {
        "subscription_id": "sub_RsdSubscr00001",
        "status": rng.choice(["issued", "paid", "expired", MISSING]),
        "payment_id": rng.choice([None, MISSING]),
    }
    rare = {
        "billing_start": rng.choice([None, MISSING]),
        "billing_end": rng.choice([T + (n + 1) * MONTH - DAY, None, MISSING]),
        "order_id": rng.choice([None, MISSING]),
    }
    named = {"payment_id": payment["id"], "order_id": f"order_RsdCycle000{n}"}
    period = {"billing_start": T + n * MONTH, "billing_end": T + (n + 1) * MONTH}
    return {
        "id": f"inv_RsdCycle000{n}",
        **named,
        **period,
        **some(rng, 0.4, odd),
        **some(rng, 0.1, rare),
    }


def of_a_subscription(seed: int) -> Life:
    """Four to seven events about one subscription and its first periods."""
    rng = random.Random(f"subscription {seed}")
    return [one_of_a_subscription(rng) for _ in range(rng.randint(4, 7))]


def an_answer(
    rng: random.Random, n: int, step: str, when: Any, payment: dict[str, Any]
) -> dict[str, Any]:
    """What Razorpay's API says when it is asked."""
    if step == "payment.fetched":
        told = sample("payment.failed", payment=payment)
        return {**told, "event": step}
    asked_at = T + n * MONTH + 900 if when is MISSING else when
    fields = {**a_subscription(rng, n), "status": rng.choice(["pending", "halted", "active"])}
    told = sample("subscription.pending", created_at=asked_at, subscription=fields)
    return {**told, "event": "subscription.fetched"}


def one_of_a_subscription(rng: random.Random) -> dict[str, Any]:
    n = rng.choice([0, 0, 1, 1, 2])
    when = rng.choice([T + n * MONTH, T + n * MONTH + 60, T + n * MONTH + 2 * DAY, *MOMENTS])
    step = rng.choice(
        ["authenticated", "activated", "charged", "charged", "charged", "pending", "pending",
         "halted", "paused", "resumed", "updated", "cancelled", "completed", "invoice.paid",
         "invoice.paid", "invoice.expired", "payment.captured", "payment.failed", "order.paid",
         "refund.processed", "refund.created", "fetched", "fetched", "payment.fetched"]
    )  # fmt: skip
    payment = charge_in(rng, n)
    if step.endswith("fetched"):
        return an_answer(rng, n, step, when, payment)
    if step.startswith("refund"):
        refund = a_refund(rng, payment["id"])
        return sample(step, created_at=when, refund=refund, payment=payment)
    if step.startswith("invoice"):
        parts: dict[str, Any] = {"invoice": an_invoice(rng, n, payment)}
        if rng.random() < 0.8:
            parts["payment"] = payment
        return sample(step, created_at=when, **parts)
    if "." in step:
        parts = {"order": {"id": f"order_RsdCycle000{n}"}} if step == "order.paid" else {}
        return sample(step, created_at=when, payment=payment, **parts)
    with_payment = step in {"charged", "completed"} or rng.random() < 0.2
    parts = {"payment": payment} if with_payment else {}
    return sample(
        f"subscription.{step}", created_at=when, subscription=a_subscription(rng, n), **parts
    )
