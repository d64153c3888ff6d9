"""A payment for a new mandate fails: it is told as what it is, and asks for no second payment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orders.models import Customer
from subscriptions import authorising
from subscriptions.models import Bill, Subscription
from tests.subscriptions.debiting.stage import HOUR, Stage
from tests.subscriptions.mending.conftest import browser_of, owed, words

NOT_THROUGH = "Your payment for a new mandate did not go through: OTP or PIN not confirmed."


@pytest.fixture
def dead(stage: Stage, paid: Subscription) -> Subscription:
    """Its bank account is closed: the mandate stands by Razorpay's word, and helps nobody."""
    stage.fails(reason="bank_account_invalid")
    stage.until(stage.due(paid))
    stage.work()
    stage.hear()
    return paid


def tried(stage: Stage, subscription: Subscription) -> Bill:
    """The buyer pays for a new mandate, and the bank declines."""
    bill = authorising.by(subscription, "card")
    bill.subscription = subscription
    authorising.make(bill)
    how = {"method": "card", "reason": "authentication_failed"}
    stage.go(stage.now + HOUR)
    stage.desk.press(f"orders/{bill.razorpay_order_id}/fail", **how)
    stage.hear()
    return bill


def test_it_is_told_and_the_present_mandate_is_as_dead_as_before(
    stage: Stage, dead: Subscription, customer: Customer
) -> None:
    bill = tried(stage, dead)
    shown = words(browser_of(customer))
    assert NOT_THROUGH in shown
    assert "The last time: bank account not valid." in shown
    assert "Please set up a new mandate." in shown
    assert f'href="/pay/bill/{owed(dead).uid}/renew/"' in shown
    assert "Pay, and set up a new mandate" in shown
    assert shown.count("Pay ₹499.00 now") == 1, "what is owed is owed once"
    assert f'href="/pay/bill/{bill.uid}/"' not in shown


def test_a_charge_that_failed_is_told_beside_it(
    stage: Stage, failing: Subscription, customer: Customer
) -> None:
    tried(stage, failing)
    shown = words(browser_of(customer))
    assert NOT_THROUGH in shown
    assert "The last charge did not go through: too little money in the account." in shown


def test_after_the_next_charge_it_is_an_old_story(
    stage: Stage, failing: Subscription, customer: Customer
) -> None:
    tried(stage, failing)
    stage.wait(timedelta(hours=30), step=6 * HOUR)
    shown = words(browser_of(customer))
    assert "re-attempt 2 of 3" in shown
    assert NOT_THROUGH not in shown


def test_where_it_succeeds_nothing_is_told(
    stage: Stage, dead: Subscription, customer: Customer
) -> None:
    bill = tried(stage, dead)
    stage.desk.press(f"orders/{bill.razorpay_order_id}/pay", method="card")
    stage.hear()
    assert "did not go through" not in words(browser_of(customer))
