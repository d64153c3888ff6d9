"""The re-attempts that Raseed makes itself: the mandate is charged again, on the same order.

Where Razorpay takes no further payment of that order, the buyer is asked to pay it instead.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways import problems
from gateways.razorpay.client import Razorpay
from orders import mails
from orders.causes import Cause, at
from orders.models import Reattempt
from orders.retries import DELAY
from subscriptions.debiting import billing, charging, holding, obstacles, recording, rules
from subscriptions.debiting.rules import NotNow
from subscriptions.debiting.series import Series
from subscriptions.debiting.standing import Standing
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
    """Ask by mail, once; a day later that try is over. When to look again.

    Nobody is asked for what they have paid, nor is it over then: Razorpay is asked before.
    Raises gateways.razorpay.errors while it cannot be.
    """
    try:
        check(holding.of_bill(bill), bill, n, now)
        look(bill, now)
        with holding.held(bill.subscription.order_id) as subscription:
            series = check(holding.stands(subscription), bill, n, now)
            is_over = n in series.asked
            if not is_over:
                letter = mails.reminder(series.start, n, now)
                mails.owe(subscription.order, [letter], Cause(say(ASKED), now))
            recording.follow(subscription, ASKED, now)
    except NotNow as wait:
        return wait.until
    return None if is_over else now + DELAY


def check(standing: Standing, bill: Bill, n: int, now: datetime) -> Series:
    """The series, where the buyer is to be asked now, or the day that they were given is over.
    Raises NotNow."""
    newest = standing.newest
    if newest is None or newest.bill.pk != bill.pk or n not in newest.asked:
        return rules.check(standing, bill, n, now)
    over_at = at(newest.asked[n]) + DELAY
    if now < over_at:
        raise NotNow(over_at)
    return newest


def look(bill: Bill, now: datetime) -> None:
    """Whether Razorpay has money for it, or may soon: then the books learn of it, and NotNow is
    raised."""
    with problems.watching_keys(bill.subscription.order.gateway):
        obstacles.none_in(bill, Razorpay.of(bill.subscription.order.gateway), now)
