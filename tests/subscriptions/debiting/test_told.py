"""What people say: cancel, pause, resume. It holds at once, also between a check and the charge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from orders.causes import at
from subscriptions.debiting import charging, ending
from subscriptions.models import Debit, Subscription, SubscriptionInstruction
from tests.subscriptions.debiting.stage import (
    DAY,
    HOUR,
    Stage,
    captured,
    debits,
    ledger,
    status,
)

Kind = SubscriptionInstruction.Kind
State = SubscriptionInstruction.State


def tell(
    subscription: Subscription, kind: str, state: str = State.DONE, ends: datetime | None = None
) -> SubscriptionInstruction:
    told = SubscriptionInstruction.objects.create(
        subscription=subscription, kind=kind, made_by="seller", state=state, effective_at=ends
    )
    ending.follow(subscription)
    return told


def test_cancelled_now_keeps_what_is_paid(stage: Stage, subscription: Subscription) -> None:
    stage.wait(DAY)
    told = tell(subscription, Kind.CANCEL)
    ending.done(told)
    ending.done(told)  # safe to repeat
    assert status(subscription) == "cancelled"
    assert subscription.paid_until == subscription.access_until
    stage.wait(60 * DAY, step=10 * DAY)
    assert (debits(subscription), len(captured(stage))) == ([], 1)
    grant = subscription.order.grants.get()
    assert grant.ends_at == subscription.paid_until


def test_cancelled_in_mid_series_ends_it(stage: Stage, due: Subscription) -> None:
    stage.fails()
    stage.wait(HOUR)
    tell(due, Kind.CANCEL)
    assert {row[1:] for row in ledger(due)} == {("cancelled", False, "cancelled_by_seller")}
    stage.wait(5 * DAY)
    assert len(debits(due)) == 1


def test_a_cancellation_that_waits_for_razorpay_holds_already(
    stage: Stage, due: Subscription
) -> None:
    told = tell(due, Kind.CANCEL, State.REQUESTED)
    stage.wait(2 * HOUR)
    assert (status(due), debits(due)) == ("cancelled", [])
    told.state = State.REFUSED
    told.save()
    ending.follow(due)
    stage.wait(2 * HOUR)
    assert (status(due), debits(due)) == ("active", [(0, "accepted", "")])


@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.PAUSE])
def test_told_between_the_check_and_the_charge(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    commit = charging.commit

    def meanwhile(*given: Any) -> Any:
        tell(due, kind, State.REQUESTED)
        return commit(*given)

    monkeypatch.setattr(charging, "commit", meanwhile)
    stage.wait(HOUR)
    assert (debits(due), len(captured(stage))) == ([], 1)


def test_it_ends_with_its_period(stage: Stage, subscription: Subscription) -> None:
    end = stage.due(subscription)
    tell(subscription, Kind.CANCEL_AT_END, ends=end)
    assert (status(subscription), subscription.charge_at) == ("active", None)
    stage.until(end - HOUR)
    assert status(subscription) == "active"
    stage.wait(2 * HOUR)
    assert (status(subscription), debits(subscription)) == ("cancelled", [])
    assert subscription.access_until == end
    stage.wait(40 * DAY, step=10 * DAY)
    assert len(captured(stage)) == 1


def test_paused_and_resumed_in_time(stage: Stage, subscription: Subscription) -> None:
    due = stage.due(subscription)
    tell(subscription, Kind.PAUSE)
    assert (status(subscription), subscription.charge_at) == ("paused", None)
    stage.wait(DAY)
    tell(subscription, Kind.RESUME)
    assert (status(subscription), stage.due(subscription)) == ("active", due)


def test_a_pause_that_outlasts_what_is_paid_begins_anew(
    stage: Stage, subscription: Subscription
) -> None:
    end = stage.due(subscription)
    tell(subscription, Kind.PAUSE)
    stage.until(end + 3 * DAY)
    assert debits(subscription) == []
    tell(subscription, Kind.RESUME)
    stage.wait(HOUR)
    assert len(captured(stage)) == 2
    assert status(subscription) == "active"
    assert at(subscription.current_start or 0) == end + 3 * DAY


def test_paused_in_mid_series_it_waits(stage: Stage, due: Subscription) -> None:
    stage.fails(1)
    stage.wait(HOUR)
    tell(due, Kind.PAUSE)
    assert [row[1] for row in ledger(due)] == ["cancelled"] * 3
    stage.wait(3 * DAY)
    assert len(debits(due)) == 1
    tell(due, Kind.RESUME)
    assert [row[1] for row in ledger(due)] == ["scheduled"] * 3
    stage.wait(HOUR, step=timedelta(minutes=1))
    assert Debit.objects.count() == 2
    assert (status(due), len(captured(stage))) == ("active", 2)
