"""Whether the customer of an order has bought the same by another one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, Q
from django.db.models.functions import Coalesce

from orders.causes import at
from orders.models import Order, Price

BOUGHT = (Order.Status.PAID, Order.Status.PARTIALLY_REFUNDED)
# Words of a room to our right, which nothing here imports.
NOT_OVER = ("authenticated", "active", "pending", "halted", "paused")


def bought_at(order: Order, *, since: datetime | None) -> datetime | None:
    """When it was last bought: paid once and not given back, or by a subscription that is not over.

    An instalment plan whose every charge was made is bought for good. In the order's mode only.
    """
    once = Q(subscription=None, status__in=BOUGHT)
    by_plan = Q(subscription__status__in=NOT_OVER)
    paid_off = Q(subscription__status="completed", price__kind=Price.Kind.INSTALMENTS)
    others = Order.objects.filter(
        once | by_plan | paid_off,
        customer=order.customer_id,
        product=order.product_id,
        gateway__mode=order.gateway.mode,
    ).exclude(pk=order.pk)
    captured = Min("payments__captured_at", filter=Q(payments__captured=True))
    times = others.annotate(bought=Coalesce("subscription__authenticated_at", captured))
    latest = max(filter(None, times.values_list("bought", flat=True)), default=None)
    if latest is None or (since is not None and latest < int(since.timestamp())):
        return None
    return at(latest)
