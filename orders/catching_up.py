"""Buyers of a product get what it unlocks, also what is added later: their orders are settled.

In batches, in the background. The message that starts it can be lost with the broker; then the next
change of the product finds the same orders, and so does each order's next payment or refund.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders import settling
from orders.causes import Cause
from orders.models import Grant, Order, Product

BATCH = 100  # orders of one task: well within its time limit
ADDED = gettext_noop("“%(product)s” unlocks more now.")


def ring(product: Product) -> None:
    """Start it, after the transaction. A broker that is down fails nobody's page."""
    from orders import tasks

    transaction.on_commit(lambda: tasks.settle_buyers.delay(product.pk), robust=True)


def settle_orders_of(product: Product, after: int = 0) -> int | None:
    """Settle one batch of its buyers' orders; the last one's key, None where none was left."""
    last = None
    for order in lacking(product).filter(pk__gt=after).order_by("pk")[:BATCH]:
        catch_up(order, product)
        last = order.pk
    return last


def lacking(product: Product) -> QuerySet[Order]:
    """Orders that open some of what it unlocks, but not all: also those that came by a plan."""
    unlocked = product.resources.filter(archived_at=None)
    live = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    holds = Grant.objects.filter(live, order=OuterRef("pk"), resource__products=product)
    held = Count("grants", filter=Q(grants__resource__in=unlocked))
    buyers = Order.objects.filter(Exists(holds), gateway__account=product.account_id)
    return buyers.annotate(held=held).filter(held__lt=unlocked.count())


@transaction.atomic
def catch_up(order: Order, product: Product) -> None:
    now = timezone.now()
    settling.settle(settling.locked(order.pk), Cause(say(ADDED, product=product.name), now))
