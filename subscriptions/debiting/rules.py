"""Whether a debit may be made now. Asked before Razorpay is called, and again under the lock."""

from __future__ import annotations

from datetime import datetime, timedelta

from subscriptions.debiting.series import Series
from subscriptions.debiting.standing import Standing
from subscriptions.models import Bill, Subscription

Status = Subscription.Status
A_WHILE = timedelta(minutes=15)
LATER = timedelta(hours=1)


class NotNow(Exception):
    """No debit now; `until` says when to look again, None where there is nothing left to do."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__(until)
        self.until = until


def check(standing: Standing, bill: Bill, n: int, now: datetime) -> Series:
    """The series that this try continues. Raises NotNow."""
    series = standing.newest
    if series is None or series.bill.pk != bill.pk or series.paid_at is not None:
        raise NotNow(None)
    if standing.status == Status.PAUSED or not bill.subscription.gateway.is_connected:
        raise NotNow(now + LATER)
    if standing.status not in {Status.ACTIVE, Status.PENDING} or series.over is not None:
        raise NotNow(None)
    if series.in_flight is not None or series.is_being_paid:
        raise NotNow(now + A_WHILE)
    if series.next_n != n:
        raise NotNow(None)
    due = series.due(n)
    if due > now:
        raise NotNow(due)
    return series
