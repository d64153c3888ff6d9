"""What counts as recovered of a mandate: what came half an hour or more after the debit failed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.sellers import Seller
from orders.pages.recovery import figures
from subscriptions.models import Bill, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, MINUTE, Stage, ledger


def pay(stage: Stage, subscription: Subscription) -> None:
    """The buyer, by hand."""
    bill = Bill.objects.filter(subscription=subscription, authorises=False).get()
    stage.desk.press(f"orders/{bill.razorpay_order_id}/pay", method="upi", recurring=False)
    stage.hear()


def recovered(subscription: Subscription) -> list[tuple[str, str]]:
    """Amounts and reasons of this month's bars."""
    found = figures.of(subscription.gateway.account, "test")
    bars = [(bar.amount, bar.reason) for chart in found["charts"] for bar in chart.bars]
    assert found["recovered"].count == len(bars)
    return bars


@pytest.fixture
def meera(seller: Seller) -> Any:
    """What her list shows as recovered."""

    def shown() -> list[str]:
        client = Client()
        client.force_login(seller.user)
        csv = client.get("/recovery/?state=recovered&csv=1").getvalue().decode("utf-8-sig")
        head, *rows = [line.split(",") for line in csv.splitlines()]
        return [f"{row[head.index('state')]} {row[head.index('failed_at')]}" for row in rows]

    return shown


@pytest.fixture
def by_card(stage: Stage, placed: Subscription) -> Subscription:
    """An Indian card, whose debit has just failed: the next is due in a day and a half."""
    stage.authorise(placed, method="card")
    stage.fails()
    stage.until(stage.due(placed))
    stage.work()
    stage.hear()
    assert placed.order.reattempts.get(n=1).due_at > stage.now + 36 * HOUR
    return placed


def test_money_that_came_an_hour_after_the_failure(
    stage: Stage, by_card: Subscription, meera: Any
) -> None:
    failed_at = stage.now
    stage.wait(HOUR)
    pay(stage, by_card)
    assert recovered(by_card) == [("₹499.00", "too little money in the account")]
    assert meera() == [f"recovered {failed_at.isoformat()}"]


def test_money_that_came_at_once(stage: Stage, by_card: Subscription, meera: Any) -> None:
    stage.wait(29 * MINUTE, step=29 * MINUTE)
    pay(stage, by_card)
    assert recovered(by_card) == []
    assert meera() == []


def test_a_debit_that_was_never_made_has_the_ledgers_reason(
    stage: Stage, due: Subscription
) -> None:
    stage.desk.press(f"tokens/{stage.token}/pause")
    stage.hear()
    stage.wait(DAY + HOUR)
    assert ledger(due)[0][1:] == ("refused", False, "mandate_paused")
    pay(stage, due)
    assert recovered(due) == [("₹499.00", "mandate is paused")]
