"""What Razorpay answers about a subscription says as much as a webhook, in any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from orders import asking, timely
from orders.causes import at
from orders.models import Mail
from subscriptions.models import Cycle, Subscription
from tests.lives import DAY, MONTH, T, charged, cycle, halted, pending
from tests.samples import sample

START = T + MONTH


def answer(subscription: Subscription, status: str, asked_at: int, **fields: Any) -> None:
    entity = sample("subscription.pending")["payload"]["subscription"]["entity"]
    found = {**entity, **cycle(1), "status": status, **fields}
    asking.pass_on(
        subscription.gateway_id, "subscription.fetched", {"subscription": found}, asked_at
    )


def states(subscription: Subscription, start: int = START) -> list[str]:
    rows = subscription.order.reattempts.filter(cycle=start, n__gt=0).order_by("n")
    return [f"{row.state} {row.reason}".strip() for row in rows]


def test_pending_is_a_failed_attempt_and_names_the_next_date(subscription: Subscription) -> None:
    answer(subscription, "pending", START + 900, auth_attempts=2, charge_at=START + 2 * DAY)
    assert states(subscription) == ["failed", "scheduled", "scheduled"]
    assert Cycle.objects.get().attempts == {
        "2": {"at": START + 900, "asked": True, "next": [START + 900, START + 2 * DAY]}
    }


def test_halted_closes_the_series(subscription: Subscription) -> None:
    answer(subscription, "halted", START + 3 * DAY, auth_attempts=4, charge_at=START + MONTH)
    assert states(subscription) == ["failed", "failed", "failed"]
    assert Cycle.objects.get().halted_at == START + 3 * DAY


@pytest.mark.parametrize("heard_first", [True, False])
def test_a_webhook_of_the_same_attempt_says_when(
    razorpay: Any, subscription: Subscription, heard_first: bool
) -> None:
    steps: list[Callable[[], None]] = [
        lambda: razorpay.tell(pending(1, 1)),
        lambda: answer(
            subscription, "pending", START + 900, auth_attempts=1, charge_at=START + DAY
        ),
    ]
    for step in steps if heard_first else reversed(steps):
        step()
    seen = Cycle.objects.get().attempts["1"]
    assert seen == {"at": START + 60, "next": [START + 900, START + DAY]}


@pytest.mark.parametrize("status", ["active", "authenticated", "paused", "cancelled"])
def test_any_other_state_is_no_failed_attempt(subscription: Subscription, status: str) -> None:
    answer(subscription, status, START + 900, auth_attempts=1)
    assert states(subscription) == []


@pytest.mark.parametrize("attempts", [0, None])
def test_an_answer_that_counts_no_attempt_tells_of_none(
    subscription: Subscription, attempts: int | None
) -> None:
    """A halted subscription's next period is issued and not charged."""
    answer(subscription, "halted", START + 900, auth_attempts=attempts)
    assert states(subscription) == []


@pytest.mark.parametrize("asked_first", [True, False])
def test_halted_still_is_not_halted_again(
    razorpay: Any, subscription: Subscription, asked_first: bool
) -> None:
    """Should Razorpay keep its count in the periods after: nothing was tried in them."""
    later = {"current_start": T + 2 * MONTH, "current_end": T + 3 * MONTH}
    steps: list[Callable[[], None]] = [
        lambda: razorpay.tell(charged(0, T), pending(1, 1), halted(1)),
        lambda: answer(subscription, "halted", T + 2 * MONTH + DAY, auth_attempts=4, **later),
    ]
    for step in reversed(steps) if asked_first else steps:
        step()
    assert states(subscription, T + 2 * MONTH) == []
    assert states(subscription) == ["failed"] * 3
    owed = Mail.objects.filter(kind__startswith="halted").order_by("kind")
    with time_machine.travel(at(T + 2 * MONTH + 2 * DAY), tick=False):
        told = [(mail.kind, mail.fact) for mail in owed if timely.still_true(mail)]
    assert told == [("halted", f"{START}"), ("halted_seller", f"{START}")], "once"
    if not asked_first:
        assert owed.count() == 2
