"""When the periods of a subscription begin: whole months from its anchor, in UTC.

Counted from the anchor each time, never from the period before: a month that begins on the 31st of
January goes on with the 28th of February and the 31st of March.
"""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta

from orders.models import Price

Period = Price.Period

DAYS = {Period.DAILY: 1, Period.WEEKLY: 7}
MONTHS = {Period.MONTHLY: 1, Period.QUARTERLY: 3, Period.YEARLY: 12}


def moment(anchor: int, step: int, price: Price) -> int:
    """The start of the `step`-th period after `anchor`, in unix seconds."""
    start = datetime.fromtimestamp(anchor, UTC)
    period, times = Period(price.period), step * price.interval
    if period in DAYS:
        return int((start + timedelta(days=DAYS[period] * times)).timestamp())
    return int(later(start, MONTHS[period] * times).timestamp())


def later(start: datetime, months: int) -> datetime:
    """The same day so many months later; the last of a month that is too short for it."""
    years, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    return start.replace(year=years, month=month + 1, day=min(start.day, last))
