"""Lives of orders and subscriptions, as the events that Razorpay sends about them.

Each life is a list of bodies in the order in which they happened. T is the samples' own time.
"""

from __future__ import annotations

from typing import Any

from tests.samples import MISSING, answer, sample

T = 1_795_500_000
DAY = 86_400
MONTH = 30 * DAY

Life = list[dict[str, Any]]


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
