"""The re-attempts that Razorpay makes of a subscription's charge: ask what became of each."""

from __future__ import annotations

from datetime import datetime

from orders.models import Reattempt


class Following:
    """A way of `orders.recovering.due`."""

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        raise NotImplementedError
