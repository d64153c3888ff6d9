"""GET reattempts: from the first failure on exactly three with an n."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gateways.models import Gateway
from orders.models import Customer, Order, Reattempt
from orders.paying import pay_url
from subscriptions.models import Bill, Invoice, Plan, Subscription
from tests.api.caller import Caller, shape
from tests.conftest import Razorpay, make_subscription
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
            "done_at": None, "state": "scheduled", "counted": False, "why_not_counted": None,
            "made_by": "raseed", "reason": None, "waiting_for_bank": False,
            "razorpay_payment_id": None, "pay_url": pay_url(order),
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
        shown, of=3, state="failed", counted=False, why_not_counted="by_hand", made_by="buyer",
        done_at=iso(T + 60), pay_url=pay_url(order),
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
        assert row["pay_url"] is None, "nothing is open any more"


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
        "made_by=razorpay": [1, 2, 3],
        "made_by=raseed": [],
        "open=true": [2, 3],
        "open=false": [1],
        f"due_from={iso(T + MONTH + 2 * DAY)}": [2, 3],
        f"due_before={iso(T + MONTH + 2 * DAY)}": [1],
        f"due_from={iso(T + MONTH + DAY)}&due_before={iso(T + MONTH + 3 * DAY)}": [1, 2],
        f"cycle={iso(T + MONTH)}": [1, 2, 3],
        f"cycle={iso(T)}": [],
        "order=ord_none": [],
        "subscription=sub_none": [],
    }.items():
        listed = script.ask(f"reattempts/?{query}").json()["results"]
        assert [row["n"] for row in listed] == found, query


@pytest.mark.parametrize(
    ("state", "why"), [("refused", "not_accepted"), ("missed", "missed"), ("failed", None)]
)
def test_why_one_of_the_three_does_not_count_has_a_word(
    script: Caller, order: Order, razorpay: Razorpay, state: str, why: str | None
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T))
    Reattempt.objects.filter(n=1).update(state=state)
    assert ledger(script)[0]["why_not_counted"] == why


def test_an_open_invoice_is_where_its_cycle_is_paid(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    razorpay.tell(charged(0, T + 8), pending(1, 1))
    Subscription.objects.update(short_url="https://rzp.example/s/1")
    assert {row["pay_url"] for row in ledger(script)} == {"https://rzp.example/s/1"}
    for start, address in ((T, "old"), (T + MONTH, "open")):
        Invoice.objects.create(
            gateway=subscription.gateway, subscription=subscription, status="issued",
            razorpay_invoice_id=f"inv_{address}", billing_start=start,
            short_url=f"https://rzp.example/i/{address}",
        )  # fmt: skip
    assert {row["pay_url"] for row in ledger(script)} == {"https://rzp.example/i/open"}


def test_a_bill_of_ours_has_a_page_of_ours(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    razorpay.tell(charged(0, T + 8), pending(1, 1))
    bill = Bill.objects.create(
        subscription=subscription, number=1, start=T + MONTH, end=T + 2 * MONTH, amount=49900,
        currency="INR",
    )  # fmt: skip
    price = subscription.order.price
    price.charged_by = "raseed"
    price.save()
    (address,) = {row["pay_url"] for row in ledger(script)}
    assert address.endswith(f"/pay/bill/{bill.uid}/")


def test_an_e_mandate_waits_for_its_bank(
    script: Caller, subscription: Subscription, razorpay: Razorpay
) -> None:
    razorpay.tell(charged(0, T + 8), pending(1, 1), pending(1, 2))
    Subscription.objects.update(payment_method="emandate")
    assert [row["waiting_for_bank"] for row in ledger(script)] == [False, True, True]


def test_many_subscriptions_cost_as_many_queries_as_one(
    script: Caller, gateway: Gateway, customer: Customer, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        Plan.objects.update(razorpay_plan_id=None)  # each makes the plan of the samples
        one = make_subscription(gateway, customer, f"sub_RsdMany{number:07}")
        Reattempt.objects.create(
            order=one.order, cycle=T, n=1, made_by="razorpay", state="scheduled",
            due_at=datetime.fromtimestamp(T, UTC),
        )  # fmt: skip
        # Who asks: three. Then the rows, their invoices and their bills.
        with django_assert_num_queries(6):
            assert len(ledger(script)) == number + 1


def test_a_stranger_reads_nothing(
    their_script: Caller, script: Caller, order: Order, razorpay: Razorpay
) -> None:
    razorpay.tell(sample("payment.failed", created_at=T))
    (first, *_others) = ledger(script)
    assert ledger(their_script, open="true") == []
    assert their_script.ask(f"reattempts/{first['id']}/").status_code == 404
