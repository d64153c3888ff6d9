"""The calendar of a subscription: when its n-th billing cycle starts."""

import calendar
from datetime import datetime, timedelta, timezone

INDIA = timezone(timedelta(hours=5, minutes=30))
DAYS = {"daily": 1, "weekly": 7}
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
PERIODS = [*DAYS, *MONTHS]
LONGEST = 100 * 366 * 86_400


def start_of(n: int, *, anchor: int, period: str, interval: int) -> int:
    """Cycle 0 starts at the anchor itself, later ones at midnight in India on their day.

    That is what Razorpay's published subscriptions show: an odd time for the first start only.
    """
    if n <= 0:
        return anchor
    first_day = datetime.fromtimestamp(anchor, INDIA).replace(hour=0, minute=0, second=0)
    if period in DAYS:
        day = first_day + timedelta(days=DAYS[period] * interval * n)
    else:
        day = _months_later(first_day, MONTHS[period] * interval * n)
    return int(day.timestamp())


def _months_later(day: datetime, months: int) -> datetime:
    # Always counted from the first day: 31 January, 28 February, 31 March.
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
