"""Razorpay takes no further debit of a bill, so the buyer is asked to pay it: nobody is asked for
what they have paid, nor halted for it, whatever webhook was lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail as outbox

from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay as Client
from orders import postman
from orders.models import Customer
from subscriptions.debiting import again, billing
from subscriptions.models import Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, MINUTE, Stage, captured, ledger, status
from tests.subscriptions.mending.conftest import browser_of, words


@pytest.fixture
def refused(stage: Stage, due: Subscription) -> Subscription:
    """The first debit failed, and the order was not taken again for the second."""
    stage.fails()
    stage.wait(MINUTE)
    stage.desk.press("debits/refuse-reuse", on=True)
    stage.wait(DAY + HOUR)
    assert ledger(due)[0] == (1, "refused", False, "order_refused")
    return due


def pay_unheard(stage: Stage) -> None:
    """The buyer pays the open bill, and no webhook tells of it."""
    stage.delivers = False
    order = Debit.objects.filter(n=0).get().bill.razorpay_order_id
    stage.desk.press(f"orders/{order}/pay", method="upi", recurring=False)


def owed(subscription: Subscription, *kinds: str) -> list[str]:
    rows = subscription.order.mails.filter(kind__in=kinds).order_by("pk")
    return [fact.rpartition("/")[2] for fact in rows.values_list("fact", flat=True)]


def test_paid_before_the_first_reminder(stage: Stage, refused: Subscription) -> None:
    pay_unheard(stage)
    stage.wait(5 * DAY)
    assert owed(refused, "reminder", "halted", "halted_seller") == []
    assert (status(refused), len(captured(stage))) == ("active", 2)
    assert [row[1:] for row in ledger(refused)[1:]] == [("cancelled", False, "paid")] * 2


@pytest.mark.parametrize("reminders", [1, 2])
def test_paid_on_the_day_of_a_reminder(stage: Stage, refused: Subscription, reminders: int) -> None:
    stage.wait(reminders * DAY + HOUR)
    assert owed(refused, "reminder") == ["2", "3"][:reminders]
    pay_unheard(stage)
    stage.wait(5 * DAY)
    assert owed(refused, "reminder") == ["2", "3"][:reminders]
    assert owed(refused, "halted", "halted_seller") == []
    assert (status(refused), len(captured(stage))) == ("active", 2)
    assert ledger(refused)[reminders][:3] == (reminders + 1, "succeeded", True)


def test_while_razorpay_is_away_nobody_is_asked_or_halted(
    stage: Stage, refused: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.wait(2 * DAY + HOUR)
    pay_unheard(stage)
    with monkeypatch.context() as patch:
        patch.setattr(Client, "order", away)
        stage.wait(2 * DAY)
        assert status(refused) == "pending"
    stage.wait(HOUR)
    assert status(refused) == "active"
    assert owed(refused, "halted", "halted_seller") == []


def away(*_asked: Any, **_named: Any) -> Any:
    raise errors.unknown(TimeoutError("read timed out"))


def test_a_buyer_who_is_paying_right_now_is_not_halted(stage: Stage, refused: Subscription) -> None:
    """The payment is begun before the third day ends, and becomes money just after."""
    stage.wait(2 * DAY + HOUR)
    last = refused.order.reattempts.get(n=3)
    assert last.started_at is not None
    stage.until(last.started_at + DAY - 5 * MINUTE)
    order = Debit.objects.filter(n=0).get().bill.razorpay_order_id
    stage.delivers = False
    stage.desk.press(f"orders/{order}/start", method="upi")
    stage.wait(20 * MINUTE, step=5 * MINUTE)
    assert status(refused) == "pending"


def test_a_look_before_the_day_is_over_comes_again(stage: Stage, refused: Subscription) -> None:
    """A process that died after the reminder was promised left the row to a second look."""
    stage.wait(DAY + HOUR)
    row = refused.order.reattempts.get(n=2)
    bill = billing.found(Debit.objects.filter(n=0).get().bill_id)
    assert row.started_at is not None
    assert again.ask(bill, 2, stage.now) == row.started_at.replace(microsecond=0) + DAY
    assert owed(refused, "reminder") == ["2"]


def texts() -> dict[str, str]:
    """The mails that are due go out: their words with single blanks, by their subject."""
    outbox.outbox.clear()
    postman.send_due()
    return {str(message.subject): " ".join(str(message.body).split()) for message in outbox.outbox}


def test_no_mail_says_that_a_debit_follows(stage: Stage, refused: Subscription) -> None:
    sent = texts()
    buyers = sent["The charge for Weavers' Circle did not go through"]
    assert "Add money, or pay another way." in buyers
    assert "It cannot be debited any more, so please pay it yourself." in buyers
    assert "If it is not paid by then, reminder 2 of 3 comes on 2 Mar 2027, " in buyers
    assert "tried again" not in buyers
    sellers = sent["Ananya Iyer: the payment for Weavers' Circle failed"]
    assert "Re-attempts made: 0 of 3. Re-attempt 2 is on 2 Mar 2027, " in sellers
    assert "the buyer gets a mail with the link to pay." in sellers
    assert "Raseed debits" not in sellers


def test_the_last_mail_does_not_count_reminders_as_debits(
    stage: Stage, refused: Subscription
) -> None:
    stage.wait(4 * DAY)
    sellers = texts()["Ananya Iyer: charges for Weavers' Circle stopped"]
    assert "The buyer was asked to pay it, and has not. There are no more reminders." in sellers
    assert "times" not in sellers


@pytest.mark.parametrize("later", [HOUR, DAY + HOUR])
def test_the_buyers_page_promises_no_debit(
    stage: Stage, refused: Subscription, customer: Customer, later: Any
) -> None:
    """Before a reminder, and on the day of one."""
    stage.wait(later)
    shown = words(browser_of(customer))
    assert "It cannot be debited any more, so please pay it yourself." in shown
    assert "Pay ₹499.00 now" in shown
    assert "tried again by itself" not in shown
    assert "being tried again" not in shown
    assert "keep enough money" not in shown
