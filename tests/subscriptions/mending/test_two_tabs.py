"""A buyer with two tabs: each method, and each bill, is an order of its own at Razorpay. Before
Checkout opens we are asked, however old the page is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from orders.models import Customer
from subscriptions import authorising
from subscriptions.models import Bill, Debit, Subscription
from tests.subscriptions.debiting.stage import HOUR, Stage, captured
from tests.subscriptions.mending.conftest import owed, words


@pytest.fixture
def tabs(stage: Stage, customer: Customer) -> tuple[Bill, Bill]:
    """The pages of both first bills are open: by UPI and by card."""
    made = stage.subscription(customer)
    card = authorising.by(made, "card")
    authorising.make(card)
    return made.bills.get(number=0), card


def may(client: Client, bill: Bill) -> int:
    """What the page asks when its button is pressed."""
    cache.clear()
    return client.post(f"/pay/bill/{bill.uid}/may/").status_code


def renewal(subscription: Subscription) -> Bill:
    bill = authorising.by(subscription, "card")
    bill.subscription = subscription
    authorising.make(bill)
    return bill


def test_while_nothing_is_paid_either_may_be(client: Client, tabs: tuple[Bill, Bill]) -> None:
    assert [may(client, bill) for bill in tabs] == [204, 204]


@pytest.mark.parametrize("paid", [0, 1])
def test_the_one_that_was_paid_shuts_the_other(
    client: Client, stage: Stage, tabs: tuple[Bill, Bill], paid: int
) -> None:
    """No webhook has come: Razorpay is asked."""
    chosen, other = tabs[paid], tabs[1 - paid]
    stage.desk.press(f"orders/{chosen.razorpay_order_id}/pay", method=chosen.method)
    assert may(client, other) == 409
    shown = words(client, f"/pay/bill/{other.uid}/")
    assert 'id="pay"' not in shown
    assert "Please do not pay again." in shown
    stage.hear()
    assert may(client, other) == 409
    shown = words(client, f"/pay/bill/{other.uid}/")
    # The first is the order itself, whose page tells of the purchase.
    assert ("It was paid in another way" if other.number else "Paid. Thank you.") in shown


def test_a_payment_that_was_begun_is_waited_for(
    client: Client, stage: Stage, tabs: tuple[Bill, Bill]
) -> None:
    upi, card = tabs
    stage.desk.press(f"orders/{card.razorpay_order_id}/start", method="card")
    assert may(client, upi) == 409
    shown = words(client, f"/pay/bill/{upi.uid}/")
    assert 'id="pay"' not in shown
    assert "So that you do not pay twice" in shown
    stage.go(stage.now + timedelta(minutes=20))
    assert may(client, upi) == 204
    assert 'id="pay"' in words(client, f"/pay/bill/{upi.uid}/")


def test_while_razorpay_cannot_be_asked_nothing_opens(
    client: Client, stage: Stage, tabs: tuple[Bill, Bill]
) -> None:
    stage.desk.press("api", fail="502", share=1)
    assert may(client, tabs[0]) == 503
    shown = words(client, f"/pay/bill/{tabs[0].uid}/")
    assert "Razorpay cannot be reached right now. You have paid nothing." in shown


def test_a_new_mandate_is_not_paid_beside_a_debit(
    client: Client, stage: Stage, failing: Subscription
) -> None:
    """Its page was opened before the debit was made."""
    new = renewal(failing)
    stage.desk.press("debits/speed", minutes=120)
    stage.wait(25 * HOUR, step=25 * HOUR)
    # Longer than a payment of the buyer's own may take.
    stage.wait(HOUR / 2, step=HOUR / 2)
    assert may(client, new) == 409
    shown = words(client, f"/pay/bill/{new.uid}/")
    assert 'id="pay"' not in shown
    assert "A charge is on its way to your bank." in shown
    assert may(client, owed(failing)) == 204, "of one order Razorpay takes one payment"


def test_while_the_buyer_is_in_checkout_nothing_is_debited(
    client: Client, stage: Stage, failing: Subscription
) -> None:
    """No payment was begun yet, so Razorpay knows of nothing."""
    new = renewal(failing)
    stage.until(stage.due(failing) - timedelta(minutes=1))
    assert may(client, new) == 204
    stage.wait(timedelta(minutes=14), step=timedelta(minutes=2))
    assert Debit.objects.count() == 1
    stage.wait(timedelta(minutes=6), step=timedelta(minutes=2))
    assert Debit.objects.count() == 2, "a page that was left does not hold it up for good"


@pytest.mark.parametrize("first", ["owed", "new"])
def test_the_owed_bill_and_a_new_mandate_are_not_both_paid(
    client: Client, stage: Stage, halted: Subscription, first: str
) -> None:
    bill, new = owed(halted), renewal(halted)
    chosen, other = (bill, new) if first == "owed" else (new, bill)
    assert may(client, other) == 204
    how = {"recurring": False} if first == "owed" else {}
    stage.desk.press(f"orders/{chosen.razorpay_order_id}/pay", method="card", **how)
    assert may(client, other) == 409
    assert 'id="pay"' not in words(client, f"/pay/bill/{other.uid}/")
    assert len(captured(stage)) == 2
