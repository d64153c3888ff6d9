"""A debit of ours and a buyer who opens Checkout at the same moment, on a database with real locks.

A new mandate's order is one that Razorpay does not keep apart from the bill's: either something is
debited, or Checkout opens. The bill's own order Razorpay keeps: one of the two is money.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from gateways.razorpay.client import Razorpay
from orders.recovering import due as reattempts
from subscriptions import authorising
from subscriptions.debiting import charging, rivals
from subscriptions.models import Bill, Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, Stage, captured, status
from tests.webhooks.test_concurrency import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
A_MINUTE = timedelta(minutes=1)
OPENS, REFUSED = 204, 409
PATIENCE = 20  # seconds until a test that hangs fails


@pytest.fixture
def failing(stage: Stage, due: Subscription) -> Subscription:
    """Its first re-attempt is due this moment, and would succeed."""
    cache.clear()
    stage.fails(1)
    stage.wait(A_MINUTE)
    stage.go(stage.due(due))
    return due


@pytest.fixture
def owed(failing: Subscription) -> Bill:
    return Bill.objects.get(authorises=False)


@pytest.fixture
def renewal(failing: Subscription) -> Bill:
    """The page of a new mandate is open."""
    bill = authorising.by(failing, "card")
    bill.subscription = failing
    authorising.make(bill)
    return bill


def opens(bill: Bill) -> int:
    """What the page hears when it asks whether Checkout may open."""
    return int(Client().post(f"/pay/bill/{bill.uid}/may/").status_code)


def reattempted() -> bool:
    return Debit.objects.filter(n=1).exclude(state="refused").exists()


def before(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, *steps: Callable[[], Any]
) -> None:
    """Do these, in the thread that is about to do what is patched."""
    done = getattr(where, name)

    def later(*given: Any, **named: Any) -> Any:
        for step in steps:
            step()
        return done(*given, **named)

    monkeypatch.setattr(where, name, later)


def waits(event: threading.Event) -> Callable[[], None]:
    def wait() -> None:
        assert event.wait(PATIENCE), "the other thread never came so far"

    return wait


class TestANewMandate:
    def test_checkout_opens_while_the_debit_is_being_prepared(
        self, stage: Stage, renewal: Bill, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Razorpay was asked and named nothing: the debit is about to be committed."""
        looked, opened = threading.Event(), threading.Event()
        before(monkeypatch, charging, "commit", looked.set, waits(opened))

        def buyer() -> int:
            waits(looked)()
            try:
                return opens(renewal)
            finally:
                opened.set()

        assert at_once(buyer, reattempts.make)[0] == OPENS
        assert not reattempted()
        stage.desk.press(f"orders/{renewal.razorpay_order_id}/pay", method="card")
        stage.hear()
        stage.wait(DAY, step=DAY / 4)
        assert not reattempted()
        assert (status(renewal.subscription), len(captured(stage))) == ("active", 2)

    def test_the_debit_is_committed_while_the_buyer_is_being_answered(
        self, stage: Stage, renewal: Bill, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nothing was in the way when the page asked; now the call is on its way to Razorpay."""
        asked, committed, answered = (threading.Event() for _each in range(3))
        before(monkeypatch, rivals, "opens", asked.set, waits(committed))
        before(monkeypatch, charging, "commit", waits(asked))
        before(monkeypatch, Razorpay, "debit", committed.set, waits(answered))

        def buyer() -> int:
            try:
                return opens(renewal)
            finally:
                answered.set()

        assert at_once(buyer, reattempts.make)[0] == REFUSED
        assert reattempted()
        stage.wait(A_MINUTE)
        assert (status(renewal.subscription), len(captured(stage))) == ("active", 2)

    @pytest.mark.parametrize("race", range(4))
    def test_two_schedulers_and_a_buyer(self, stage: Stage, renewal: Bill, race: int) -> None:
        acts: list[Callable[[], Any]] = [reattempts.make, reattempts.make]
        acts.insert(race % 3, lambda: opens(renewal))
        answer = at_once(*acts)[race % 3]
        assert (answer == OPENS) != reattempted(), answer
        assert Debit.objects.filter(n=1).exclude(state="refused").count() <= 1

    def test_two_tabs_and_a_scheduler(self, stage: Stage, renewal: Bill) -> None:
        said = at_once(lambda: opens(renewal), reattempts.make, lambda: opens(renewal))
        assert (OPENS in (said[0], said[2])) != reattempted(), said


class TestTheSameBill:
    """Checkout may open; Razorpay's order takes one payment."""

    def test_paid_while_the_debit_is_being_prepared(
        self, stage: Stage, owed: Bill, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked, paid = threading.Event(), threading.Event()
        before(monkeypatch, charging, "commit", looked.set, waits(paid))

        def buyer() -> int:
            waits(looked)()
            try:
                answer = opens(owed)
                stage.desk.press(f"orders/{owed.razorpay_order_id}/pay", method="card")
                return answer
            finally:
                paid.set()

        assert at_once(buyer, reattempts.make)[0] == OPENS
        self.once(stage, owed)
        assert not reattempted(), "Razorpay refused it: the order is paid"

    def test_paid_after_the_debit_was_made(
        self, stage: Stage, owed: Bill, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Checkout opened before; when the buyer pays, the debit is money already."""
        opened = threading.Event()
        before(monkeypatch, charging, "commit", waits(opened))

        def buyer() -> int:
            try:
                return opens(owed)
            finally:
                opened.set()

        assert at_once(buyer, reattempts.make)[0] == OPENS
        assert reattempted()
        pays(stage, owed)
        self.once(stage, owed)

    @pytest.mark.parametrize("race", range(3))
    def test_two_schedulers_and_a_buyer_who_pays(self, stage: Stage, owed: Bill, race: int) -> None:
        def buyer() -> None:
            if opens(owed) == OPENS:
                pays(stage, owed)

        acts: list[Callable[[], Any]] = [reattempts.make, reattempts.make]
        acts.insert(race, buyer)
        at_once(*acts)
        self.once(stage, owed)

    def once(self, stage: Stage, owed: Bill) -> None:
        """The bill is paid by one payment, also when everything has been heard and done."""
        stage.hear()
        stage.wait(2 * DAY, step=DAY / 4)
        mine = [p for p in captured(stage) if p["order_id"] == owed.razorpay_order_id]
        kept = [payment for payment in mine if payment["status"] == "captured"]
        assert len(kept) == 1, "Razorpay gives a second one back at once"
        assert status(owed.subscription) == "active"


def pays(stage: Stage, bill: Bill) -> None:
    """Of an order that is paid Razorpay gives it back; one that is being paid it refuses."""
    answer = stage.desk.switch(f"orders/{bill.razorpay_order_id}/pay", method="card")
    assert answer.status_code in {200, 400}, answer.text
