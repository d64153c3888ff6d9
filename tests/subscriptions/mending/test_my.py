"""My purchases, where a charge of a mandate failed: what happened, what helps, what comes next."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Customer
from subscriptions.models import Mandate, Subscription
from tests.subscriptions.debiting.stage import DAY, Stage
from tests.subscriptions.mending.conftest import browser_of, owed, words


def test_what_was_allowed_is_shown_and_can_be_cancelled(
    paid: Subscription, customer: Customer
) -> None:
    shown = words(browser_of(customer))
    assert "You have allowed" in shown
    assert "up to ₹499.00 at once, by UPI" in shown
    assert f"/my/subscriptions/{paid.uid}/cancel/" in shown
    assert "did not go through" not in shown


def test_a_failed_charge_says_why_what_helps_and_when_it_is_tried_again(
    failing: Subscription, customer: Customer
) -> None:
    shown = words(browser_of(customer))
    assert "The last charge did not go through: too little money in the account." in shown
    assert "Please keep enough money in the account, or pay now." in shown
    assert "It is tried again by itself" in shown
    assert "(re-attempt 1 of 3). If you pay before, it is not." in shown
    assert "What you subscribed to stays open until" in shown
    assert f'href="/pay/bill/{owed(failing).uid}/"' in shown
    assert "Pay ₹499.00 now" in shown
    assert f'href="/pay/bill/{owed(failing).uid}/renew/"' in shown


def test_after_the_halt_what_is_open_is_never_charged_by_itself(
    stage: Stage, halted: Subscription, customer: Customer
) -> None:
    stage.wait(40 * DAY, step=DAY)
    shown = words(browser_of(customer))
    assert "The charge failed, and is not tried again." in shown
    assert "Old invoices are never charged by themselves." in shown
    assert "It is tried again" not in shown
    assert f'href="/pay/bill/{owed(halted).uid}/"' in shown


def test_a_mandate_that_is_over_asks_for_a_new_one(
    stage: Stage, paid: Subscription, customer: Customer
) -> None:
    stage.fails(reason="mandate_cancelled")
    stage.until(stage.due(paid))
    stage.work()
    stage.hear()
    shown = words(browser_of(customer))
    assert "Please set up a new mandate." in shown
    assert "Pay, and set up a new mandate" in shown
    assert "It is tried again" not in shown


def test_a_stranger_sees_none_of_it(failing: Subscription, customer: Customer) -> None:
    other = Customer.objects.create(account=customer.account, email="farhan@example.com")
    assert "Weavers" not in words(browser_of(other))


def test_disconnected_nothing_can_be_paid(failing: Subscription, customer: Customer) -> None:
    failing.gateway.__class__.objects.update(disconnected_at="2027-03-01T00:00:00Z")
    shown = words(browser_of(customer))
    assert "/pay/bill/" not in shown
    assert "To pay, write to Dastakari Store." in shown


def test_the_number_of_queries_does_not_grow(
    stage: Stage, failing: Subscription, customer: Customer
) -> None:
    browser = browser_of(customer)
    words(browser)
    with CaptureQueriesContext(connection) as first:
        words(browser)
    for _n in range(3):
        stage.authorise(stage.subscription(customer), method="upi")
    Subscription.objects.update(status="halted")
    Mandate.objects.update(status="cancelled")
    with CaptureQueriesContext(connection) as second:
        words(browser)
    assert len(second) == len(first)
