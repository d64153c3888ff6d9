"""How long a question waits for its answer, and when nobody asks it any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from gateways.models import LookUp

LONGEST = timedelta(hours=24)
GAPS = [timedelta(minutes=15), *(timedelta(hours=hours) for hours in (0.5, 1, 2, 4, 8, 16))]
# Nothing came of an order that nobody paid in a week; all else is money that somebody waits for.
DAYS = {LookUp.Why.OPEN_ORDER: 7}
MOST_DAYS = 30


def next_due(row: LookUp, now: datetime) -> datetime:
    """After so many answers that did not settle it: the gaps double up to a day."""
    return now + (GAPS[row.tries] if row.tries < len(GAPS) else LONGEST)


def most_tries(row: LookUp) -> int:
    """As many answers as fit into the days. Razorpay being away costs none of them."""
    asked, spent = 0, timedelta()
    while spent < timedelta(days=days(row)):
        spent += GAPS[asked] if asked < len(GAPS) else LONGEST
        asked += 1
    return asked


def days(row: LookUp) -> int:
    return DAYS.get(LookUp.Why(row.why), MOST_DAYS)


def given_up(row: LookUp) -> str:
    """Why it is not asked any more."""
    said = _("Asked %(tries)s times in %(days)s days, and not settled: not asked any more.")
    return said % {"tries": row.tries, "days": days(row)}
