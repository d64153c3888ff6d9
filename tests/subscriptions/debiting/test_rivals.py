"""A new mandate is paid by an order of its own, which Razorpay does not keep apart from the debit
of the bill that is owed: nobody pays both without a word."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Problem
from orders.causes import at
from orders.models import Payment
from subscriptions import authorising
from subscriptions.debiting import charging
from subscriptions.models import Bill, Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, MINUTE, Stage, captured, debits, status


def renewal(subscription: Subscription, method: str = "card") -> Bill:
    """The buyer opened the page of a new mandate, and has not paid."""
    bill = authorising.by(subscription, method)
    bill.subscription = subscription
    authorising.make(bill)
    return bill


@pytest.fixture
def failing(stage: Stage, due: Subscription) -> Subscription:
    stage.fails(1)
    stage.wait(MINUTE)
    assert status(due) == "pending"
    return due


@pytest.fixture
def new(stage: Stage, failing: Subscription) -> Bill:
    """A minute before the first re-attempt."""
    bill = renewal(failing)
    stage.until(stage.due(failing) - MINUTE)
    return bill


def test_a_page_that_was_only_opened_holds_nothing_up(stage: Stage, new: Bill) -> None:
    stage.wait(2 * MINUTE, step=MINUTE)
    assert len(debits(new.subscription)) == 2


def test_while_the_buyer_pays_for_it_nothing_is_debited(stage: Stage, new: Bill) -> None:
    stage.desk.press(f"orders/{new.razorpay_order_id}/start", method="card")
    stage.wait(25 * MINUTE, step=5 * MINUTE)
    assert len(debits(new.subscription)) == 1
    stage.wait(HOUR, step=5 * MINUTE)
    assert len(debits(new.subscription)) == 2, "what was left unfinished is not waited for"


def test_one_that_was_paid_without_a_word_is_learnt(stage: Stage, new: Bill) -> None:
    stage.delivers = False
    stage.desk.press(f"orders/{new.razorpay_order_id}/pay", method="card")
    stage.wait(5 * DAY, step=6 * HOUR)
    assert len(debits(new.subscription)) == 1
    assert (status(new.subscription), len(captured(stage))) == ("active", 2)


def test_one_that_is_heard_of_between_the_check_and_the_charge(
    stage: Stage, new: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = charging.commit

    def meanwhile(*given: Any) -> Any:
        Payment.objects.get_or_create(
            gateway=stage.gateway,
            order=new.subscription.order,
            razorpay_payment_id="pay_RsdOtherTab001",
            razorpay_order_id=new.razorpay_order_id,
            status="authorized",
        )
        return commit(*given)

    monkeypatch.setattr(charging, "commit", meanwhile)
    stage.wait(10 * MINUTE, step=MINUTE)
    assert len(debits(new.subscription)) == 1


def test_the_other_first_bill_is_asked_about_for_as_long_as_it_can_be_paid(
    stage: Stage, placed: Subscription
) -> None:
    """An old tab: Razorpay takes money for it a month later."""
    other = renewal(placed, "card")
    stage.authorise(placed, method="upi")
    stage.go(stage.due(placed))
    stage.delivers = False
    stage.desk.press(f"orders/{other.razorpay_order_id}/pay", method="card")
    stage.wait(DAY, step=6 * HOUR)
    assert Debit.objects.count() == 0
    assert (status(placed), placed.paid_count, len(captured(stage))) == ("active", 2, 2)


@pytest.fixture
def twice(stage: Stage, placed: Subscription) -> Bill:
    """Both first bills are paid: two tabs, both in Checkout before either was paid."""
    other = renewal(placed, "card")
    stage.authorise(placed, method="upi")
    stage.wait(HOUR)
    stage.desk.press(f"orders/{other.razorpay_order_id}/pay", method="card")
    stage.hear()
    other.refresh_from_db()
    return other


def test_both_were_paid_all_the_same_and_the_seller_is_told(stage: Stage, twice: Bill) -> None:
    told = Problem.objects.standing().get()
    assert told.kind == "odd_money"
    assert "Paid twice: ₹499.00 came in for a second mandate" in str(told.what)
    first = Bill.objects.get(number=0)
    assert twice.start == first.end, "it pays for what follows"
    stage.until(at(twice.end or 0) - HOUR)
    assert debits(twice.subscription) == []
    stage.desk.press("debits/speed", minutes=0)
    stage.wait(2 * HOUR)
    assert len(captured(stage)) == 3


def test_paid_twice_and_given_back_is_as_if_paid_once(stage: Stage, twice: Bill) -> None:
    paid = Payment.objects.get(razorpay_order_id=twice.razorpay_order_id)
    stage.desk.press(f"payments/{paid.razorpay_payment_id}/refund")
    stage.wait(10 * DAY, step=DAY)
    assert not Problem.objects.standing().exists()
    first = Bill.objects.get(number=0)
    subscription = twice.subscription
    assert (stage.due(subscription), subscription.paid_count) == (at(first.end or 0), 1)
    assert subscription.paid_until == at(first.end or 0)
    twice.refresh_from_db()
    assert twice.start is None
    stage.until(stage.due(subscription) + HOUR)
    assert Debit.objects.count() == 1


def test_given_back_when_its_period_had_begun_charges_nobody_at_once(
    stage: Stage, twice: Bill
) -> None:
    paid = Payment.objects.get(razorpay_order_id=twice.razorpay_order_id)
    stage.until(at(twice.start or 0) + DAY)
    stage.desk.press(f"payments/{paid.razorpay_payment_id}/refund")
    stage.wait(10 * DAY, step=DAY)
    assert Debit.objects.count() == 0
