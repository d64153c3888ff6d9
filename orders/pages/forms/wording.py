"""What a buyer reads of a price before paying it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import money
from orders.models import Price
from orders.pages.products.wording import every


def rhythm(price: Price) -> str:
    """What stands beside the amount: "once", "every month, 12 times"."""
    if not price.recurs:
        return _("once")
    n = price.total_count or 1
    said = ngettext("%(every)s, %(n)s time", "%(every)s, %(n)s times", n)
    return said % {"every": every(price), "n": n}


def terms(price: Price) -> Iterator[str]:
    """What else a buyer must know before pressing the button."""
    n = price.trial_days
    if n:
        yield ngettext("The first day is free.", "The first %(n)s days are free.", n) % {"n": n}
    if price.upfront_amount:
        amount = money.show(price.upfront_amount, price.currency)
        yield _("%(amount)s more at the start.") % {"amount": amount}


def button(price: Price) -> str:
    if not price.recurs:
        return _("Pay %(total)s") % {"total": price}
    if price.kind == Price.Kind.INSTALMENTS:
        return _("Pay %(amount)s %(every)s") % {"amount": price, "every": every(price)}
    return _("Subscribe: %(amount)s %(every)s") % {"amount": price, "every": every(price)}
