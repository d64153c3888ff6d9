"""GET reattempts: from the first failure on exactly three with an n."""

from __future__ import annotations

from typing import Any

import pytest

from orders.models import Order
from subscriptions.models import Subscription
from tests.api.caller import Caller, shape
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, T, charged, halted, pay, pending
from tests.samples import sample
from tests.scripts import iso

pytestmark = pytest.mark.usefixtures("that_day")


def ledger(script: Caller, **query: str) -> list[Any]:
    rows: list[Any] = script.get("reattempts", **query)["results"]
    return rows


def numbered(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row["n"] is not None]


def test_nothing_has_failed_so_there_is_nothing_to_try_again(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.captured"))
    assert ledger(script, order=order.uid) == []


def test_from_the_first_failure_on_there_are_exactly_three_a_day_apart(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T))
    rows = ledger(script, order=order.uid)
    assert [(row["n"], row["of"], row["due_at"]) for row in rows] == [
        (n, 3, iso(T + n * DAY)) for n in (1, 2, 3)
    ]
    for row in rows:
        assert row == {
            "id": row["id"], "mode": "test", "order": order.uid, "subscription": None,
            "cycle": None, "n": row["n"], "of": 3, "due_at": row["due_at"], "started_at": None,
            "done_at": None, "state": "scheduled", "counted": False, "made_by": "raseed",
            "reason": None, "razorpay_payment_id": None,
        }  # fmt: skip
    assert script.get(f"reattempts/{rows[0]['id']}") == rows[0]


def test_a_further_failure_is_shown_without_an_n_and_moves_no_date(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T))
    before = numbered(ledger(script))
    razorpay.tell(sample("payment.failed", created_at=T + 60, payment=pay(id="pay_RsdSecond00001")))
    rows = ledger(script)
    assert numbered(rows) == before
    (shown,) = [row for row in rows if row["n"] is None]
    shape(
        shown, of=3, state="failed", counted=False, made_by="buyer", done_at=iso(T + 60),
        reason="insufficient_funds",
        razorpay_payment_id="pay_RsdSecond00001",
    )  # fmt: skip


def test_a_success_cancels_the_rest_and_says_paid(
    script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(
        sample("payment.failed", created_at=T, payment=pay(id="pay_RsdFirst000001")),
        sample("payment.captured", created_at=T + 120),
    )
    rows = ledger(script, order=order.uid)
    assert [row["n"] for row in rows] == [1, 2, 3]
    for row in rows:
        shape(row, state="cancelled", reason="paid", done_at=iso(T + 120), counted=False)


def test_razorpays_own_tries_of_a_subscription_are_followed(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    razorpay.tell(charged(0, T + 8), pending(1, 1), pending(1, 2))
    start = T + MONTH
    rows = ledger(script, subscription=subscription.uid)
    assert [(row["n"], row["state"], row["counted"]) for row in rows] == [
        (1, "failed", True), (2, "scheduled", False), (3, "scheduled", False),
    ]  # fmt: skip
    for n, row in enumerate(rows, 1):
        shape(
            row, of=3, made_by="razorpay", cycle=iso(start), order=subscription.order.uid,
            subscription=subscription.uid, due_at=iso(start + n * DAY),
        )  # fmt: skip
    assert rows[0]["done_at"] == iso(start + DAY + 60)
    assert ledger(script, order=subscription.order.uid) == rows


def test_after_the_third_failure_all_three_are_counted(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    razorpay.tell(charged(0, T + 8), *(pending(1, n) for n in (1, 2, 3)), halted(1))
    rows = ledger(script)
    assert [(row["n"], row["state"], row["counted"]) for row in rows] == [
        (n, "failed", True) for n in (1, 2, 3)
    ]


def test_reattempts_are_found_by_state_mode_and_cycle(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    razorpay.tell(charged(0, T + 8), pending(1, 1), pending(1, 2))
    for query, found in {
        "state=failed": [1],
        "state=scheduled": [2, 3],
        "state=missed": [],
        "mode=test": [1, 2, 3],
        "mode=live": [],
        f"cycle={iso(T + MONTH)}": [1, 2, 3],
        f"cycle={iso(T)}": [],
        "order=ord_none": [],
        "subscription=sub_none": [],
    }.items():
        listed = script.ask(f"reattempts/?{query}").json()["results"]
        assert [row["n"] for row in listed] == found, query
