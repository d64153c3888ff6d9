"""Days are 24 hours and months are counted in UTC, wherever the seller's clocks are put forward."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.causes import at
from orders.models import Customer
from subscriptions.models import Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage, captured, status

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def weekly(stage: Stage, customer: Customer) -> Subscription:
    """Its seventh week begins on the 14th of March, at 23:30 the evening before in New York: two
    and a half hours before the clocks are put forward there."""
    account = stage.gateway.account
    account.time_zone = str(NEW_YORK)
    account.save()
    made = stage.subscription(customer, period="weekly")
    stage.authorise(made, method="upi")
    for _week in range(5):
        charge(stage, stage.due(made))
    assert stage.due(made).isoformat() == "2027-03-14T04:30:00+00:00"
    return made


def charge(stage: Stage, when: datetime) -> None:
    """A minute's work, and what the webhooks of it say."""
    stage.go(when)
    stage.work()
    stage.hear()
    stage.work()


def test_a_week_is_a_week_of_hours(stage: Stage, weekly: Subscription) -> None:
    before = stage.due(weekly)
    charge(stage, before)
    assert stage.due(weekly) == before + timedelta(days=7)
    local = stage.due(weekly).astimezone(NEW_YORK)
    assert (local.hour, local.minute, local.tzname()) == (0, 30, "EDT")
    assert len(captured(stage)) == 7


def test_a_day_between_two_tries_is_24_hours(stage: Stage, weekly: Subscription) -> None:
    stage.go(stage.due(weekly))
    stage.fails(2)
    stage.wait(timedelta(minutes=2), step=timedelta(minutes=1))
    failed = at(weekly.order.payments.get(status="failed").failed_at or 0)
    dues = list(weekly.order.reattempts.order_by("n").values_list("due_at", flat=True))
    assert dues == [failed + n * DAY for n in (1, 2, 3)]
    stage.until(dues[0] - timedelta(minutes=1))
    assert Debit.objects.filter(n=1).count() == 0
    stage.wait(HOUR)
    made = Debit.objects.get(n=1).started_at
    assert DAY <= made - failed < DAY + HOUR
    assert status(weekly) == "pending"


def test_the_end_of_a_month_is_counted_in_utc(stage: Stage, subscription: Subscription) -> None:
    """The 31st of January at 04:30 is the 30th in New York: that moves no period."""
    account = stage.gateway.account
    account.time_zone = str(NEW_YORK)
    account.save()
    found: list[datetime] = []
    for _month in range(3):
        found.append(stage.due(subscription))
        charge(stage, found[-1])
    assert [f"{when:%d %b %H:%M}" for when in found] == [
        "28 Feb 04:30", "31 Mar 04:30", "30 Apr 04:30",
    ]  # fmt: skip
