"""The seller says that money which does not fit its order is meant.

A decision of a person: it is kept with the order and never derived. It is about the payments that
are there now; what comes in later is asked about anew.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from orders import auditing, odd_money, settling, totals
from orders.models import Order

MEANT = gettext_noop("The money of order %(order)s was said to be meant.")


def is_asked(order: Order) -> bool:
    """Whether the seller is asked about its money right now."""
    payments = totals.payments_of(order)
    if odd_money.is_meant(order, payments):
        return False
    return bool(odd_money.asking(order, payments, totals.of(order, payments)))


@transaction.atomic
def say_meant(order: Order, user: User | None) -> bool:
    """Take the question back; False where nothing is asked. No user: through the API."""
    order = settling.locked(order.pk)
    if not is_asked(order):
        return False
    payments = totals.payments_of(order)
    captured = [payment.razorpay_payment_id for payment in payments if payment.captured]
    said = set(order.decided_refunds)
    order.decided_refunds = [*order.decided_refunds, *(pk for pk in captured if pk not in said)]
    order.save(update_fields=["decided_refunds"])
    odd_money.watch(order, payments, totals.of(order, payments))
    account, customer = order.gateway.account, order.customer.uid
    auditing.note(account, user, MEANT, order=order.uid, customer=customer)
    return True
