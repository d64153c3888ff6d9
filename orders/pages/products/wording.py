"""Prices in words: "₹499.00 once", "₹499.00 every month, 12 times"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from accounts import money
from orders import by_mandate
from orders.models import Price

EVERY: dict[str, Any] = {
    Price.Period.DAILY: ngettext_lazy("every day", "every %(n)s days", "n"),
    Price.Period.WEEKLY: ngettext_lazy("every week", "every %(n)s weeks", "n"),
    Price.Period.MONTHLY: ngettext_lazy("every month", "every %(n)s months", "n"),
    Price.Period.QUARTERLY: ngettext_lazy("every quarter", "every %(n)s quarters", "n"),
    Price.Period.YEARLY: ngettext_lazy("every year", "every %(n)s years", "n"),
}


def in_words(price: Price) -> str:
    """What a buyer pays, and how often."""
    if not price.recurs:
        return _("%(amount)s once") % {"amount": price}
    count = price.total_count or 0
    if price.kind == Price.Kind.INSTALMENTS:
        said = ngettext(
            "%(n)s instalment of %(amount)s, %(every)s",
            "%(n)s instalments of %(amount)s, %(every)s",
            count,
        )
    else:
        said = ngettext(
            "%(amount)s %(every)s, %(n)s time", "%(amount)s %(every)s, %(n)s times", count
        )
    return said % {"amount": price, "every": every(price), "n": count}


def every(price: Price) -> str:
    return str(EVERY[price.period] % {"n": price.interval})


def besides(price: Price) -> str:
    """What is asked or given before the charges; "" where there is nothing."""
    parts = []
    if price.upfront_amount:
        upfront = money.show(price.upfront_amount, price.currency)
        parts.append(_("%(amount)s at the start") % {"amount": upfront})
    if price.trial_days:
        said = ngettext("%(n)s day of trial", "%(n)s days of trial", price.trial_days)
        parts.append(said % {"n": price.trial_days})
    return " · ".join(parts)


def charging(price: Price) -> list[str]:
    """Who charges what repeats, from what, and what happens when a charge fails."""
    if not price.recurs:
        return []
    if not by_mandate.is_chosen(price):
        said = [
            _("Razorpay charges it, as a subscription of its own."),
            _("A failed charge is tried again by Razorpay, and Raseed follows."),
        ]
    else:
        said = [
            _("Raseed charges it, from the mandate that the buyer gives by card or UPI."),
            _("E-mandate and NACH are not offered."),
            *([by_mandate.consent()] if by_mandate.needs_consent(price) else []),
            _("A failed charge is tried again by Raseed."),
        ]
    return [*said, _("Three re-attempts, a day apart; nobody can change that.")]


def running_keep(price: Price, running: int) -> str:
    """Who goes on paying a price, whatever replaces it."""
    if price.kind == Price.Kind.INSTALMENTS:
        said = ngettext(
            "%(n)s running instalment plan keeps its price: %(price)s.",
            "%(n)s running instalment plans keep their price: %(price)s.",
            running,
        )
    else:
        said = ngettext(
            "%(n)s running subscription keeps %(price)s.",
            "%(n)s running subscriptions keep %(price)s.",
            running,
        )
    return said % {"n": running, "price": in_words(price)}


def waiting_keep(price: Price, waiting: int) -> str:
    """Orders that were placed and may still be paid, at the price they were placed at."""
    said = ngettext(
        "%(n)s order that is not paid yet keeps %(price)s.",
        "%(n)s orders that are not paid yet keep %(price)s.",
        waiting,
    )
    return said % {"n": waiting, "price": in_words(price)}
