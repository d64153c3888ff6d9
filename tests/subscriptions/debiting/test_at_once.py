"""Three schedulers at once, on a database with real locks: one debit a try."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from gateways.razorpay.client import Razorpay as Client
from orders.models import Customer
from orders.recovering import due as reattempts
from subscriptions.debiting import billing, charging, ending
from subscriptions.models import Bill, Debit, Subscription, SubscriptionInstruction
from tests.subscriptions.debiting.stage import DAY, Stage, captured, status
from tests.webhooks.test_concurrency import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
A_MINUTE = timedelta(minutes=1)


def test_three_schedulers_make_one_debit(stage: Stage, due: Subscription) -> None:
    at_once(*[billing.charge_due] * 3)
    assert Bill.objects.filter(authorises=False).count() == 1
    assert Debit.objects.count() == 1
    assert len(captured(stage)) == 2


def test_three_schedulers_make_one_reattempt(stage: Stage, due: Subscription) -> None:
    stage.fails(1)
    stage.wait(A_MINUTE)
    stage.go(stage.now + DAY)
    at_once(*[reattempts.make] * 3)
    assert sorted(Debit.objects.values_list("n", flat=True)) == [0, 1]
    assert len(captured(stage)) == 2


def test_a_claim_that_ran_out_makes_no_second_debit(stage: Stage, due: Subscription) -> None:
    """Two are at one bill, because the first was held up: the order's lock lets one through."""
    billing.open_due(stage.now, float("inf"))
    bill = billing.found(Bill.objects.get(authorises=False).pk)
    at_once(*[lambda: charging.go_on(bill, 0, stage.now)] * 3)
    assert Debit.objects.exclude(state="refused").count() == 1
    assert len(captured(stage)) == 2


def test_cancelled_while_it_is_charged(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes the order's lock first: no debit, or one that was made before it was said."""
    asked = threading.Event()
    fetch = Client.order

    def slow(self: Client, name: str) -> Any:
        found = fetch(self, name)
        asked.set()
        return found

    def cancel() -> None:
        asked.wait(10)
        SubscriptionInstruction.objects.create(
            subscription=due, kind="cancel", made_by="buyer", state="requested"
        )
        ending.follow(due)

    monkeypatch.setattr(Client, "order", slow)
    at_once(billing.charge_due, cancel)
    stage.hear()
    assert status(due) == "cancelled"
    told = SubscriptionInstruction.objects.get()
    late = Debit.objects.filter(started_at__gt=told.created_at)
    assert not late.exists()
    assert len(captured(stage)) == 1 + Debit.objects.count()


def test_two_sellers_customers_are_charged_beside_each_other(
    stage: Stage, customer: Customer
) -> None:
    made = [stage.subscription(customer, period="weekly") for _again in range(3)]
    for subscription in made:
        stage.authorise(subscription, method="upi")
    stage.go(stage.due(made[0]))
    at_once(*[billing.charge_due] * 3)
    assert Debit.objects.count() == 3
    assert len(captured(stage)) == 6
