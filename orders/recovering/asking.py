"""The re-attempts of an order that the buyer pays: a mail with a link, once a day."""

from __future__ import annotations

from datetime import datetime

from orders.models import Reattempt


class Asking:
    """A way of `orders.recovering.due`."""

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        raise NotImplementedError
