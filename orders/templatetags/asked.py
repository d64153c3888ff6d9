"""How the buyer's page tells a charge that is debited again from one that they have to pay."""

from __future__ import annotations

from django import template

from orders.pages.buyer.failures import Failure
from orders.recovering import told

register = template.Library()


@register.filter
def is_asked(failure: Failure) -> bool:
    """Whether no debit follows, for Razorpay takes none of this bill: its buyer gets reminders."""
    to_come = failure.next_try
    rows = failure.order.reattempts.all()
    return to_come is not None and told.is_asked(r for r in rows if r.cycle == to_come.cycle)
