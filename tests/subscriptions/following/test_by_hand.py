"""Tries that are none of Razorpay's three: shown, not counted, and nobody's hand is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from orders.causes import at
from orders.models import Reattempt
from subscriptions.models import Subscription
from tests.lives import DAY, MONTH, T, charged, halted, pending
from tests.samples import sample

HOUR = 3600
START = T + MONTH
IDS = {"order_id": "order_RsdCycle0001", "invoice_id": "inv_RsdCycle0001"}
DOMESTIC = {"method": "card", "international": False}
ABROAD = {"method": "card", "international": True}


@pytest.fixture
def billed(tell: Any, subscription: Subscription) -> Subscription:
    """The invoice of its second period is known."""
    issued = sample(
        "invoice.expired", created_at=START,
        invoice={
            "id": IDS["invoice_id"], "order_id": IDS["order_id"], "status": "issued",
            "subscription_id": "sub_RsdSubscr00001", "payment_id": None,
            "billing_start": START, "billing_end": START + MONTH,
        },
    )  # fmt: skip
    tell(charged(0, T), issued)
    return subscription


def failed(when: int, number: int, **fields: Any) -> dict[str, Any]:
    payment = {"id": f"pay_RsdTry00000{number:03}", **IDS, **ABROAD, **fields}
    return sample("payment.failed", created_at=when, payment=payment)


def rows(subscription: Subscription) -> list[Reattempt]:
    return list(subscription.order.reattempts.filter(cycle=START).order_by("n", "due_at"))


def numbered(subscription: Subscription) -> list[str]:
    return [f"{row.state} {row.reason}".strip() for row in rows(subscription) if row.n]


def by_hand(subscription: Subscription) -> list[tuple[str, str]]:
    found = [row for row in rows(subscription) if row.n is None]
    assert not any(row.counted for row in found)
    return [(row.state, row.made_by) for row in found]


@pytest.mark.parametrize("reason_last", [True, False])
def test_each_slot_has_the_reason_of_its_own_payment(
    tell: Any, billed: Subscription, reason_last: bool
) -> None:
    told = [
        failed(START + 50, 1, error_reason="insufficient_funds"),
        pending(1, 1),
        failed(START + DAY + 50, 2, error_reason="card_declined"),
        pending(1, 2),
        failed(START + 2 * DAY + 50, 3, error_reason="card_expired"),
        pending(1, 3),
    ]
    tell(*(told if reason_last else reversed(told)))
    assert numbered(billed) == ["failed card_declined", "failed card_expired", "scheduled"]
    assert by_hand(billed) == []


def test_the_nearest_payment_within_the_hour_is_its_own(tell: Any, billed: Subscription) -> None:
    tell(
        pending(1, 1), pending(1, 2),
        failed(START + DAY - 1800, 1, error_reason="payment_cancelled"),
        failed(START + DAY + 50, 2, error_reason="card_declined"),
    )  # fmt: skip
    assert numbered(billed)[0] == "failed card_declined"
    assert by_hand(billed) == [("failed", "unclear")]


@pytest.mark.parametrize(
    ("means", "whose"),
    [
        (ABROAD, "unclear"),
        (DOMESTIC, "buyer"),
        ({"method": "upi"}, "buyer"),
        ({"method": "emandate"}, "unclear"),
        ({"method": "card", "international": None}, "unclear"),
    ],
)
def test_a_try_of_no_attempt_is_the_buyers_only_where_nobody_else_can(
    tell: Any, billed: Subscription, means: dict[str, Any], whose: str
) -> None:
    tell(pending(1, 1), failed(START + 5 * HOUR, 9, **means))
    assert by_hand(billed) == [("failed", whose)]
    assert numbered(billed) == ["scheduled"] * 3
    assert [row.due_at for row in rows(billed) if row.n] == [
        at(START + n * DAY) for n in (1, 2, 3)
    ], "it moves no date"


def test_on_razorpays_own_day_it_is_unclear_until_razorpay_has_told(
    tell: Any, billed: Subscription
) -> None:
    tell(pending(1, 1), failed(START + DAY + 50, 2, error_reason="card_declined", **DOMESTIC))
    assert by_hand(billed) == [("failed", "unclear")]
    tell(pending(1, 2))
    assert by_hand(billed) == []
    assert numbered(billed) == ["failed card_declined", "scheduled", "scheduled"]


def test_of_a_halted_cycle_razorpay_tries_nothing(tell: Any, billed: Subscription) -> None:
    early = halted(1)
    early["payload"]["subscription"]["entity"]["auth_attempts"] = 2
    tell(pending(1, 1), early, failed(START + 9 * DAY, 9, **DOMESTIC))
    assert by_hand(billed) == [("failed", "buyer")]


def paid(when: int, **fields: Any) -> dict[str, Any]:
    told = charged(1, when)
    told["payload"]["payment"]["entity"].update({**ABROAD, **fields})
    return told


@pytest.mark.parametrize("paid_first", [True, False])
@pytest.mark.parametrize("after", [0, 600, HOUR])
def test_paid_in_the_hour_of_its_day_the_slot_succeeded(
    tell: Any, billed: Subscription, after: int, paid_first: bool
) -> None:
    told = [pending(1, 1), pending(1, 2), paid(START + 2 * DAY + after)]
    tell(*(reversed(told) if paid_first else told))
    assert numbered(billed) == ["failed", "succeeded", "cancelled paid"]
    assert [row.counted for row in rows(billed)] == [True, True, False]
    assert rows(billed)[1].made_by == "razorpay"
    assert by_hand(billed) == []


@pytest.mark.parametrize(
    ("when", "means", "whose"),
    [
        (5 * HOUR, DOMESTIC, "buyer"),
        (5 * HOUR, ABROAD, "unclear"),
        (DAY + 2 * HOUR, {"method": "upi"}, "unclear"),
        (DAY - 1, {"method": "upi"}, "buyer"),
    ],
)
def test_paid_at_another_time_the_try_is_shown_and_nobody_is_guessed(
    tell: Any, billed: Subscription, when: int, means: dict[str, Any], whose: str
) -> None:
    tell(pending(1, 1), paid(START + when, **means))
    assert numbered(billed) == ["cancelled paid"] * 3
    assert by_hand(billed) == [("succeeded", whose)]


def test_a_late_authorisation_is_the_success_of_the_try_that_made_it(
    tell: Any, billed: Subscription
) -> None:
    late = paid(START + 2 * DAY + 12 * HOUR, id="pay_RsdTry00000002")
    tell(
        pending(1, 1), failed(START + DAY + 50, 2), pending(1, 2), pending(1, 3), late,
    )  # fmt: skip
    assert numbered(billed) == ["succeeded", "failed", "cancelled paid"]
    assert by_hand(billed) == []


def test_a_late_authorisation_of_the_first_try_is_no_re_attempt(
    tell: Any, billed: Subscription
) -> None:
    late = paid(START + 12 * HOUR, id="pay_RsdTry00000001")
    tell(failed(START + 50, 1), pending(1, 1), late)
    assert numbered(billed) == ["cancelled paid"] * 3
    assert by_hand(billed) == []


def test_when_a_later_period_is_charged_the_earlier_one_is_tried_no_more(
    tell: Any, billed: Subscription
) -> None:
    tell(pending(1, 1), charged(2, T + 2 * MONTH))
    assert numbered(billed) == ["cancelled too_late"] * 3
