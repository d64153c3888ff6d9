"""The re-attempts that Raseed makes itself: the mandate is charged again, on the same order.

Where Razorpay takes no further payment of that order, the buyer is asked to pay it instead.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders import mails
from orders.causes import Cause
from orders.models import Reattempt
from orders.retries import DELAY
from subscriptions.debiting import billing, charging, holding, recording, rules
from subscriptions.debiting.rules import NotNow
from subscriptions.models import Bill

ASKED = gettext_noop("The buyer was asked to pay: Razorpay takes no further debit for this period.")


class Again:
    """A way of `orders.recovering.due`."""

    def make(self, row: Reattempt, now: datetime) -> datetime | None:
        rows = Bill.objects.filter(subscription__order=row.order_id, start=row.cycle)
        pk = rows.order_by("pk").values_list("pk", flat=True).first()
        if pk is None or row.n is None:
            return None
        bill = billing.found(pk)
        series = next(one for one in holding.of_bill(bill).series if one.bill.pk == pk)
        if series.is_asking and row.n not in series.tries:
            return ask(bill, row.n, now)
        return charging.go_on(bill, row.n, now)


def ask(bill: Bill, n: int, now: datetime) -> datetime | None:
    """Ask by mail, once; a day later that try is over. When to look again."""
    try:
        with holding.held(bill.subscription.order_id) as subscription:
            standing = holding.stands(subscription)
            newest = standing.newest
            if newest is not None and n in newest.asked and newest.bill.pk == bill.pk:
                recording.follow(subscription, ASKED, now)
                return None
            series = rules.check(standing, bill, n, now)
            letter = mails.reminder(series.start, n, now)
            mails.owe(subscription.order, [letter], Cause(say(ASKED), now))
            recording.follow(subscription, ASKED, now)
    except NotNow as wait:
        return wait.until
    return now + DELAY
