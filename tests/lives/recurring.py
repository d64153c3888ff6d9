"""Lives of subscriptions that Razorpay charges, and the events that they are made of."""

from __future__ import annotations

from typing import Any

from tests.lives.days import DAY, MONTH, Life, T
from tests.samples import MISSING, answer, sample


def cycle(n: int) -> dict[str, Any]:
    """What a subscription says of its n-th period (from 0)."""
    return {"current_start": T + n * MONTH, "current_end": T + (n + 1) * MONTH}


def charge_of(n: int, **fields: Any) -> dict[str, Any]:
    """The payment of the n-th period."""
    return {
        "id": f"pay_RsdCycle00000{n}",
        "order_id": f"order_RsdCycle000{n}",
        "invoice_id": f"inv_RsdCycle000{n}",
        **fields,
    }


def charged(n: int, created_at: int, **fields: Any) -> dict[str, Any]:
    return sample(
        "subscription.charged",
        created_at=created_at,
        subscription={**cycle(n), "paid_count": n + 1, "charge_at": T + (n + 1) * MONTH, **fields},
        payment=charge_of(n),
    )


def pending(n: int, attempt: int) -> dict[str, Any]:
    """The charge of the n-th period failed for the attempt-th time, a day apart."""
    start = T + n * MONTH
    return sample(
        "subscription.pending",
        created_at=start + (attempt - 1) * DAY + 60,
        subscription={**cycle(n), "auth_attempts": attempt, "charge_at": start + attempt * DAY},
    )


def halted(n: int) -> dict[str, Any]:
    return sample(
        "subscription.halted",
        created_at=T + n * MONTH + 3 * DAY + 60,
        subscription={**cycle(n), "auth_attempts": 4, "charge_at": T + (n + 1) * MONTH},
    )


def first_charge_in_five_events() -> Life:
    """One charge makes five events; only the last ties them to the subscription."""
    captured = sample("subscription.charged", payment=charge_of(0))["payload"]["payment"]["entity"]
    authorized = {**captured, "status": "authorized"}
    return [
        sample("payment.authorized", created_at=T + 5, payment=authorized),
        sample("payment.captured", created_at=T + 6, payment=captured),
        sample(
            "order.paid", created_at=T + 6, payment=captured,
            order={"id": "order_RsdCycle0000", "receipt": None},
        ),
        sample(
            "invoice.paid", created_at=T + 7, payment=captured,
            order={"id": "order_RsdCycle0000"},
            invoice={
                "id": "inv_RsdCycle0000", "order_id": "order_RsdCycle0000",
                "payment_id": captured["id"],
            },
        ),
        charged(0, T + 8),
    ]  # fmt: skip


def renewed_after_two_failures() -> Life:
    return [
        charged(0, T + 8),
        pending(1, 1),
        pending(1, 2),
        charged(1, T + MONTH + DAY + 3600),
        sample("subscription.activated", created_at=T + MONTH + DAY + 3600, subscription=cycle(1)),
    ]


def halted_after_four_failures() -> Life:
    return [charged(0, T + 8), pending(1, 1), pending(1, 2), pending(1, 3), halted(1)]


def halted_and_paid_again() -> Life:
    return [charged(0, T + 8), pending(1, 1), halted(1), charged(1, T + MONTH + 10 * DAY)]


def fetched(n: int, status: str, asked_at: int, **fields: Any) -> dict[str, Any]:
    """What Razorpay's API says of a subscription in its n-th period."""
    told = sample("subscription.pending", created_at=asked_at)
    return answer(told, "subscription", **cycle(n), status=status, **fields)


def fetched_try(n: int, number: int, when: int) -> dict[str, Any]:
    """What the API says of a try to pay the n-th period, which failed."""
    told = sample("payment.failed", payment=charge_of(n, id=f"pay_RsdTried0000{n}{number}"))
    return answer(told, "payment", created_at=when)


def halted_of_which_half_was_only_asked() -> Life:
    start = T + MONTH
    return [
        charged(0, T + 8),
        pending(1, 1),
        fetched_try(1, 1, start + 50),
        fetched(1, "pending", start + DAY + 900, auth_attempts=2, charge_at=start + 2 * DAY),
        fetched_try(1, 2, start + DAY + 20),
        fetched(1, "halted", start + 4 * DAY, auth_attempts=4, charge_at=start + MONTH),
        halted(1),
    ]


def paid_by_hand_between_two_tries() -> Life:
    start = T + MONTH
    return [
        charged(0, T + 8),
        pending(1, 1),
        pending(1, 2),
        fetched_try(1, 7, start + DAY + 5 * 3600),
        fetched(1, "active", start + DAY + 7 * 3600, auth_attempts=0, paid_count=2),
        charged(1, start + DAY + 6 * 3600),
    ]


def renewed_a_day_late() -> Life:
    """Nothing failed; the bank took a day."""
    return [
        sample("subscription.activated.with-payment", subscription=cycle(0), payment=charge_of(0)),
        charged(0, T + 8),
        charged(1, T + MONTH + DAY),
    ]


def paused_and_resumed_in_time() -> Life:
    return [
        charged(0, T + 8),
        sample("subscription.paused", created_at=T + 5 * DAY),
        sample("subscription.resumed", created_at=T + 6 * DAY),
    ]


def paused_beyond_its_end() -> Life:
    return [
        charged(0, T + 8),
        sample("subscription.paused", created_at=T + 5 * DAY),
        sample("subscription.resumed", created_at=T + MONTH + 2 * DAY),
    ]


def trial_then_charged_then_cancelled() -> Life:
    return [
        sample("subscription.authenticated", created_at=T - 500),
        sample("subscription.activated", created_at=T + 1),
        charged(0, T + 8),
        sample("subscription.cancelled", created_at=T + 8 * DAY),
    ]


def several_events_of_one_second() -> Life:
    """activated has no created_at at all; charged has the same second as its sibling."""
    return [
        sample("subscription.authenticated", created_at=T),
        charged(0, T + 8),
        sample("subscription.activated", created_at=MISSING),
        sample("subscription.updated", created_at=T + 8, subscription={"quantity": 3}),
    ]


def one_charge_refunded() -> Life:
    refunded = charge_of(1, status="refunded", refund_status="full", amount_refunded=49900)
    return [
        charged(0, T + 8),
        charged(1, T + MONTH + 8),
        sample(
            "refund.processed", created_at=T + MONTH + DAY,
            refund={"id": "rfnd_RsdCycle00001", "payment_id": refunded["id"]}, payment=refunded,
        ),
    ]  # fmt: skip


RECURRING = [
    first_charge_in_five_events,
    renewed_after_two_failures,
    halted_after_four_failures,
    halted_and_paid_again,
    halted_of_which_half_was_only_asked,
    paid_by_hand_between_two_tries,
    renewed_a_day_late,
    paused_and_resumed_in_time,
    paused_beyond_its_end,
    trial_then_charged_then_cancelled,
    several_events_of_one_second,
    one_charge_refunded,
]
