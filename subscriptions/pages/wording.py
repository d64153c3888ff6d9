"""How pages speak of a subscription: what is charged how often, and what becomes of access."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders.answers import now_for
from orders.models import Price
from subscriptions.models import Subscription

Status = Subscription.Status

EVERY = {
    Price.Period.DAILY: gettext_noop("%(amount)s a day"),
    Price.Period.WEEKLY: gettext_noop("%(amount)s a week"),
    Price.Period.MONTHLY: gettext_noop("%(amount)s a month"),
    Price.Period.QUARTERLY: gettext_noop("%(amount)s a quarter"),
    Price.Period.YEARLY: gettext_noop("%(amount)s a year"),
}
EVERY_FEW = {
    Price.Period.DAILY: gettext_noop("%(amount)s every %(count)s days"),
    Price.Period.WEEKLY: gettext_noop("%(amount)s every %(count)s weeks"),
    Price.Period.MONTHLY: gettext_noop("%(amount)s every %(count)s months"),
    Price.Period.QUARTERLY: gettext_noop("%(amount)s every %(count)s quarters"),
    Price.Period.YEARLY: gettext_noop("%(amount)s every %(count)s years"),
}


def terms(price: Price) -> str:
    """What is charged how often: "₹499.00 a month"."""
    few = price.interval > 1
    text = (EVERY_FEW if few else EVERY)[Price.Period(price.period)]
    return _(text) % {"amount": str(price), "count": price.interval}


def access_left(subscription: Subscription) -> str:
    """How long access lasts once nothing more is charged."""
    until = subscription.paid_until
    if until is None:
        return without_date(subscription)
    if until > now_for(subscription.order) and not subscription.paid_count:
        text = gettext_noop("Access stays until %(until)s, the end of the trial.")
    elif until > now_for(subscription.order):
        text = gettext_noop("Access stays until %(until)s, the end of what is paid.")
    else:
        text = gettext_noop("What was paid for ended on %(until)s: there is no access beyond it.")
    return str(say(text, until=until))


def without_date(subscription: Subscription) -> str:
    if subscription.paid_count:
        return _("All instalments are paid: access has no end.")
    waits = subscription.status in {Status.CREATED, Status.AUTHENTICATED}
    if waits and subscription.order.access_on_form:
        return _("Access that came with the order form ends.")
    return _("Nothing is paid yet, so there is no access that could stay.")
