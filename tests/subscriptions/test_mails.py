"""Who is told what about a subscription, once, and only while it is true."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone

from accounts.models import Account
from orders import asking, mails, postman
from orders.models import Mail
from subscriptions.models import Subscription
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, T, charged, halted, paused_beyond_its_end, pending
from tests.samples import sample

RENEWAL = T + MONTH


def owed(*kinds: str) -> dict[tuple[str, str], str]:
    found = Mail.objects.exclude(kind="receipt")
    return {(m.kind, m.fact): m.state for m in found if not kinds or m.kind in kinds}


def send_what_waited() -> None:
    """After the moment in which the reason of a failure may still come."""
    with time_machine.travel(timezone.now() + mails.WHY_FOLLOWS, tick=False):
        postman.send_due()


def test_each_failed_try_is_news_once(tell: Any, subscription: Subscription) -> None:
    tell(pending(1, 1))
    send_what_waited()
    tell(pending(1, 1) | {"created_at": RENEWAL + 99})
    tell(pending(1, 2))
    send_what_waited()
    assert owed() == {
        (kind, f"{RENEWAL}/{number}"): "sent"
        for kind in ("cycle_failure", "failure_seller")
        for number in (1, 2)
    }
    addressed = [message.to for message in outbox.outbox]
    assert addressed.count(["ananya.iyer@example.com"]) == 2
    assert addressed.count(["meera@example.com"]) == 2


def test_the_last_failure_is_told_as_a_halt_to_both_and_not_as_one_more_try(
    tell: Any, subscription: Subscription
) -> None:
    tell(charged(0, T), halted(1))
    send_what_waited()
    assert owed() == {
        ("halted", f"{RENEWAL}"): "sent",
        ("halted_seller", f"{RENEWAL}"): "sent",
    }
    told = {message.to[0]: message.subject for message in outbox.outbox}
    assert told["ananya.iyer@example.com"] == "Your access to Weavers' Circle is suspended"
    assert told["meera@example.com"] == "Ananya Iyer: charges for Weavers' Circle stopped"


@pytest.mark.parametrize("said", ["pending", "active"])
def test_a_halt_is_told_though_our_clock_ran_ahead_when_we_asked(
    tell: Any, subscription: Subscription, said: str
) -> None:
    """The answer is dated a day after the halt, so the status stays what it said."""
    tell(charged(0, T), pending(1, 1), pending(1, 2), pending(1, 3))
    send_what_waited()
    body = pending(1, 3)["payload"]["subscription"]["entity"] | {"status": said}
    asked_at, gateway = RENEWAL + 4 * DAY, subscription.gateway_id
    asking.pass_on(gateway, "subscription.fetched", {"subscription": body}, asked_at)
    tell(halted(1))
    subscription.refresh_from_db()
    assert subscription.status == said
    send_what_waited()
    assert set(owed("halted", "halted_seller").values()) == {"sent"}


def test_the_reason_has_a_moment_to_come(tell: Any, subscription: Subscription) -> None:
    """It is in another event than the failure itself."""
    tell(pending(1, 1))
    postman.send_due()
    assert set(owed().values()) == {"waiting"}
    send_what_waited()
    assert set(owed().values()) == {"sent"}


@pytest.mark.parametrize("overtaken_by", ["charged", "halted", "cancelled"])
def test_a_failure_that_another_event_overtook_is_not_told(
    tell: Any, subscription: Subscription, overtaken_by: str
) -> None:
    later = {
        "charged": charged(1, RENEWAL + DAY),
        "halted": halted(1),
        "cancelled": sample("subscription.cancelled", created_at=RENEWAL + DAY),
    }
    tell(charged(0, T), pending(1, 1), later[overtaken_by])
    send_what_waited()
    assert set(owed("cycle_failure", "failure_seller").values()) == {"not_needed"}


def test_of_two_failures_that_waited_for_the_mail_server_the_last_is_told(
    tell: Any, subscription: Subscription
) -> None:
    tell(charged(0, T), pending(1, 1), pending(1, 2))
    send_what_waited()
    told = owed("cycle_failure", "failure_seller")
    assert {fact: state for (_kind, fact), state in told.items()} == {
        f"{RENEWAL}/1": "not_needed",
        f"{RENEWAL}/2": "sent",
    }


@pytest.mark.parametrize("event", [pending(1, 1), halted(1)], ids=["failure", "halt"])
def test_we_write_whether_razorpay_writes_as_well_or_not(
    tell: Any, subscription: Subscription, event: Any
) -> None:
    """The switch holds for subscriptions that begin later: nobody may be left without a mail."""
    Account.objects.update(razorpay_mails_buyers=True)
    tell(charged(0, T), event)
    send_what_waited()
    assert set(owed("cycle_failure", "halted").values()) == {"sent"}


def test_who_paid_before_the_mail_went_out_is_not_suspended(
    tell: Any, subscription: Subscription
) -> None:
    tell(charged(0, T), pending(1, 1), pending(1, 2), pending(1, 3), halted(1))
    tell(charged(1, RENEWAL + 4 * DAY))
    send_what_waited()
    assert set(owed("halted", "halted_seller").values()) == {"not_needed"}


def test_nor_is_who_paid_while_razorpay_has_not_said_active_yet(
    tell: Any, subscription: Subscription
) -> None:
    tell(charged(0, T), halted(1))
    invoice = {
        "subscription_id": "sub_RsdSubscr00001", "billing_start": RENEWAL,
        "billing_end": T + 2 * MONTH,
    }  # fmt: skip
    tell(sample("invoice.paid", created_at=RENEWAL + 4 * DAY, invoice=invoice))
    send_what_waited()
    assert set(owed("halted", "halted_seller").values()) == {"not_needed"}


@pytest.mark.parametrize("charged_in_time", [False, True])
def test_the_seller_is_told_of_a_resumption_that_waits_for_a_charge(
    clock: Any, tell: Any, subscription: Subscription, charged_in_time: bool
) -> None:
    tell(*paused_beyond_its_end())
    if charged_in_time:
        tell(charged(2, RENEWAL + 2 * DAY + 60))
    postman.send_due()
    assert set(owed("resumed_seller").values()) == {"waiting"}, "the charge may be on its way"
    clock.shift(1800)
    postman.send_due()
    state = "not_needed" if charged_in_time else "sent"
    assert set(owed("resumed_seller").values()) == {state}


def test_a_resumption_in_time_is_not_worth_a_mail(
    clock: Any, tell: Any, subscription: Subscription
) -> None:
    tell(charged(0, T), sample("subscription.resumed", created_at=T + 6 * DAY))
    clock.shift(1800)
    postman.send_due()
    assert set(owed().values()) == {"not_needed"}


def test_old_news_is_not_mailed(razorpay: Razorpay, clock: Any, subscription: Subscription) -> None:
    clock.shift(MONTH + 9 * DAY)
    razorpay.tell(pending(1, 1), halted(1))
    assert set(owed().values()) == {"too_old"}
