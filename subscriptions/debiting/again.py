"""The re-attempts that Raseed makes itself: the mandate is charged again, on the same order."""

from __future__ import annotations

from datetime import datetime

from orders.models import Reattempt


class Again:
    """A way of `orders.recovering.due`."""

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        raise NotImplementedError
