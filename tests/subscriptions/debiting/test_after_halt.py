"""After a halt access returns by money: the open bill is paid, or a new mandate is given."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.razorpay.client import Razorpay as Client
from orders.causes import at
from orders.recovering import refusals
from subscriptions.debiting import bills
from subscriptions.models import Mandate, Subscription
from tests.subscriptions.debiting.stage import (
    DAY,
    HOUR,
    Stage,
    captured,
    debits,
    ledger,
    status,
)


@pytest.fixture
def halted(stage: Stage, due: Subscription) -> Subscription:
    stage.fails(4)
    stage.wait(4 * DAY, step=2 * HOUR)
    assert status(due) == "halted"
    return due


def test_access_ends_with_the_halt(stage: Stage, halted: Subscription) -> None:
    grant = halted.order.grants.get()
    halt = at(halted.cycles.get(start=halted.current_start or 0).halted_at or 0)
    assert (grant.ends_at, grant.ended_because) == (halt, "suspended")


def test_the_open_bill_gives_its_full_length_from_its_payment(
    stage: Stage, halted: Subscription
) -> None:
    bill = bills.waiting(halted)
    assert bill is not None
    assert bills.all_waiting(halted) == [bill]
    stage.desk.press(f"orders/{bill.razorpay_order_id}/pay", method="upi", recurring=False)
    stage.hear()
    paid = stage.now
    assert status(halted) == "active"
    length = at(bill.end or 0) - at(bill.start or 0)
    assert halted.paid_until == paid + length
    assert stage.due(halted) == paid + length, "the next begins where it ends"
    assert bills.waiting(halted) is None
    stage.until(stage.due(halted))
    stage.wait(HOUR)
    assert (len(captured(stage)), status(halted)) == (3, "active")
    assert at(halted.current_start or 0) == paid + length
    assert len(ledger(halted)) == 3


def test_a_new_mandate_begins_a_period_and_is_charged(stage: Stage, halted: Subscription) -> None:
    old = stage.token
    stage.desk.press(f"tokens/{old}/cancel")
    stage.wait(HOUR)
    stage.authorise(halted, method="upi")
    assert stage.token != old
    assert (status(halted), halted.paid_count) == ("active", 2)
    assert at(halted.current_start or 0) == stage.now
    stage.until(stage.due(halted))
    stage.wait(HOUR)
    assert halted.bills.order_by("-start")[0].debits.get().razorpay_token_id == stage.token
    assert len(captured(stage)) == 3
    assert len(bills.all_waiting(halted)) == 1, "the old one stays open, and is charged by nobody"


def test_a_mandate_that_the_buyer_cancelled_is_not_charged(stage: Stage, due: Subscription) -> None:
    stage.desk.press(f"tokens/{stage.token}/cancel")
    stage.wait(2 * HOUR)
    assert Mandate.objects.get().status == "cancelled"
    assert (status(due), len(captured(stage))) in [("halted", 1), ("active", 2)]
    stage.wait(40 * DAY, step=DAY)
    assert status(due) == "halted"
    assert {row[1:] for row in ledger(due)} == {("cancelled", False, "new_mandate_needed")}


def test_a_mandate_that_was_cancelled_without_a_word(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """token.* is not among the events that are ticked: Razorpay refuses the debit."""
    stage.delivers = False
    stage.desk.press(f"tokens/{stage.token}/expire")
    stage.work()
    assert debits(due) == [(0, "refused", "mandate_expired")]
    assert status(due) == "halted"
    assert {row[3] for row in ledger(due)} == {"new_mandate_needed"}


def test_more_than_the_mandate_allows_is_refused_in_words(stage: Stage, due: Subscription) -> None:
    Mandate.objects.update(max_amount=49899)
    stage.work()
    refused = due.bills.order_by("-start")[0].debits.get()
    said = refusals.shown(refused.refusal)
    assert said == "The mandate allows at most ₹498.99, and ₹499.00 is due."
    assert status(due) == "halted"


def test_two_first_bills_that_were_both_paid_follow_each_other(
    stage: Stage, placed: Subscription
) -> None:
    """Two tabs: one by UPI, one by card."""
    first = placed.bills.get()
    stage.authorise(placed, method="card")
    end = at(placed.bills.get(number=1).end or 0)
    stage.wait(HOUR)
    stage.desk.press(f"orders/{first.razorpay_order_id}/pay", method="upi")
    stage.hear()
    assert status(placed) == "active"
    first.refresh_from_db()
    assert at(first.start or 0) == end
    assert stage.due(placed) == at(first.end or 0)


def test_a_mandate_whose_confirmation_was_not_told_is_asked_for(
    stage: Stage, placed: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.authorise(placed, method="upi")
    Mandate.objects.all().delete()
    asked: list[Any] = []
    token = Client.token

    def noted(self: Client, *ids: str) -> Any:
        asked.append(ids)
        return token(self, *ids)

    monkeypatch.setattr(Client, "token", noted)
    stage.until(stage.due(placed))
    stage.wait(HOUR)
    assert asked == [(placed.razorpay_customer_id, stage.token)]
    assert (status(placed), len(captured(stage))) == ("active", 2)


def test_a_mandate_that_no_webhook_ever_named_is_found_by_asking(
    stage: Stage, placed: Subscription
) -> None:
    """The first payment was told of without its token: only the API knows it."""
    stage.authorise(placed, method="upi")
    Mandate.objects.all().delete()
    placed.order.payments.update(razorpay_token_id="", marks={})
    stage.until(stage.due(placed))
    stage.wait(HOUR)
    assert Mandate.objects.get().razorpay_token_id == stage.token
    assert (status(placed), len(captured(stage))) == ("active", 2)
