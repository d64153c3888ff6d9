"""The buyer says that they no longer want an order: nobody reminds them, and they can still pay."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders import settling
from orders.causes import Cause
from orders.models import Order

OPEN = {Order.Status.CREATED, Order.Status.ATTEMPTED}
DECLINED = gettext_noop("The buyer no longer wants it.")


def may_decline(order: Order) -> bool:
    """What is paid or over needs no reminders; a subscription is cancelled by its buyer."""
    return order.status in OPEN and not order.price.recurs


@transaction.atomic
def decline(pk: int) -> Order:
    """Note it once, and end the reminders. What can no longer be declined stays as it is."""
    order = settling.locked(pk)
    if may_decline(order) and order.declined_at is None:
        order.declined_at = timezone.now()
        order.save(update_fields=["declined_at"])
        settling.settle(order, Cause(say(DECLINED), order.declined_at))
    return order
