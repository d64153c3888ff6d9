"""Mails about money that did not come: to whom, and only while it is true."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail as outbox
from django.db.models import F

from accounts.sentences import say
from orders import declining, mails, postman
from orders.causes import Cause, at
from orders.mails import Letter
from orders.models import Mail, Order
from orders.recovering import links
from tests.conftest import Razorpay
from tests.lives import DAY, T
from tests.samples import sample


def owe(order: Order, *letters: Letter) -> None:
    mails.owe(order, letters, Cause(say("Its time has come."), letters[0].happened_at))


def states(kind: str) -> list[str]:
    found = Mail.objects.filter(kind=kind).order_by("pk")
    return list(found.values_list("state", flat=True))


@pytest.fixture
def failed(razorpay: Razorpay, order: Order) -> Order:
    """Its first payment failed at T, and nobody was told yet."""
    razorpay.tell(sample("payment.failed", created_at=T, payment={"id": "pay_RsdFirst000001"}))
    order.refresh_from_db()
    return order


def pay(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured", created_at=T + DAY))


def decline(razorpay: Razorpay, order: Order) -> None:
    declining.decline(order.pk)


def expire(razorpay: Razorpay, order: Order) -> None:
    Order.objects.update(status="expired")


def run_out(razorpay: Razorpay, order: Order) -> None:
    """Its time is up, and no task has noticed."""
    Order.objects.update(expires_at=at(T))


def disconnect(razorpay: Razorpay, order: Order) -> None:
    order.gateway.disconnected_at = at(T + DAY)
    order.gateway.save()


OVER = [pay, decline, expire, run_out, disconnect]


@pytest.mark.parametrize("over", OVER, ids=lambda over: over.__name__)
def test_who_need_not_be_asked_any_more_is_not(
    clock: Any, razorpay: Razorpay, failed: Order, over: Any
) -> None:
    clock.move_to(at(T + DAY))
    owe(failed, mails.reminder(0, 1, at(T + DAY)), *mails.of_unpaid(0, at(T + DAY)))
    over(razorpay, failed)
    postman.send_due()
    asked = Mail.objects.exclude(kind__in=["receipt", "recovered_seller"])
    assert dict(asked.values_list("kind", "state")) == dict.fromkeys(
        ["failure", "failure_seller", "reminder", "unpaid", "unpaid_seller"], "not_needed"
    )


def test_a_reminder_goes_to_the_buyer_with_the_button_that_says_no(
    clock: Any, failed: Order
) -> None:
    clock.move_to(at(T + DAY))
    owe(failed, mails.reminder(0, 1, at(T + DAY)))
    postman.send_due()
    (message,) = [m for m in outbox.outbox if m.to == ["ananya.iyer@example.com"]]
    assert states("reminder") == ["sent"]
    assert links.reopen_url(failed) in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<{links.decline_url(failed)}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states("failure") == ["not_needed"], "the reminder says it, and more"


def test_no_other_mail_has_that_button(clock: Any, razorpay: Razorpay, failed: Order) -> None:
    clock.shift(1800)
    postman.send_due()
    assert states("failure") == ["sent"]
    assert not [m for m in outbox.outbox if "List-Unsubscribe" in m.extra_headers]


def test_of_two_reminders_that_waited_for_the_mail_server_the_last_goes_out(
    clock: Any, failed: Order
) -> None:
    clock.move_to(at(T + 2 * DAY))
    owe(failed, mails.reminder(0, 1, at(T + DAY)), mails.reminder(0, 2, at(T + 2 * DAY)))
    postman.send_due()
    assert states("reminder") == ["not_needed", "sent"]


def test_who_is_reminded_no_more_is_told_so_and_the_seller_too(clock: Any, failed: Order) -> None:
    clock.move_to(at(T + 4 * DAY))
    owe(failed, *mails.of_unpaid(0, at(T + 4 * DAY)))
    postman.send_due()
    assert (states("unpaid"), states("unpaid_seller")) == (["sent"], ["sent"])


def test_money_after_the_last_reminder_is_told_to_the_seller(
    clock: Any, razorpay: Razorpay, failed: Order
) -> None:
    failed.reattempts.update(state="failed", counted=True, started_at=F("due_at"))
    clock.move_to(at(T + 9 * DAY))
    razorpay.tell(sample("payment.captured", created_at=T + 9 * DAY))
    postman.send_due()
    assert states("recovered_seller") == ["sent"]
    subjects = [m.subject for m in outbox.outbox if m.to == ["meera@example.com"]]
    assert "Ananya Iyer has paid for Natural Dyeing Masterclass after all" in subjects


def test_nothing_was_recovered_where_nothing_was_paid(clock: Any, failed: Order) -> None:
    owe(failed, mails.recovered(0, at(T)))
    postman.send_due()
    assert states("recovered_seller") == ["not_needed"]
