"""Tie our rows to Razorpay's ids, and wake what came in before we knew them."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime

from django.db import connection, transaction
from django.dispatch import Signal

from gateways import lookups
from gateways.models import LookUp
from orders.models import Order
from orders.models.orders import LIFETIME

# Sent inside the transaction that links: (gateway_id, ids). The inbox listens, so that events that
# arrived before our own row knew its id are looked at again. Rooms only import leftwards, hence a
# signal instead of a call.
linked = Signal()

# Where nobody else can see what is linked (`webhooks.rebuilding`), nobody need take turns.
unseen: ContextVar[bool] = ContextVar("unseen", default=False)


# One order for everybody, so that no two wait for each other.
HOLD = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT hashtextextended(id, %s) AS key FROM unnest(%s::text[]) AS id ORDER BY key
) AS keys
"""


def notes_for(order: Order) -> dict[str, str]:
    """How Razorpay's objects name ours (their notes hold at most 15 pairs of 256 characters)."""
    return {"raseed_order": order.uid, "product": order.product.name[:250]}


def known_as(order: Order) -> str:
    """What is paid at Razorpay: the id of an order or of a subscription; empty while unknown.

    What Raseed charges itself is a subscription of ours alone, and begins with an order.
    """
    subscription = getattr(order, "subscription", None)
    named = subscription.razorpay_subscription_id if subscription is not None else None
    return named or order.razorpay_order_id or ""


@transaction.atomic
def link_order(order: Order, razorpay_order_id: str) -> None:
    """Razorpay has answered: from now on its events find this order. The id heard first stays.

    Raises Order.DoesNotExist if the order was taken back meanwhile.
    """
    hold_row(order)
    order.razorpay_order_id = order.razorpay_order_id or razorpay_order_id
    order.save(update_fields=["razorpay_order_id"])
    be_placed(order)
    announce(order.gateway_id, [razorpay_order_id])


def hold_row(order: Order) -> None:
    """Lock its row, as everybody does first, and see what others made of it."""
    fields = ["razorpay_order_id", "status", "expires_at"]
    order.refresh_from_db(fields=fields, from_queryset=Order.objects.select_for_update())


def be_placed(order: Order) -> None:
    """A locked order that Razorpay knows: it has the whole time to be paid. If nothing is heard of
    it, Razorpay is asked."""
    order.expires_at = pay_until(order)
    if order.status == Order.Status.EXPIRED:
        order.status = Order.Status.CREATED
    order.save(update_fields=["expires_at", "status"])
    kind = LookUp.Kind.ORDER if order.razorpay_order_id else LookUp.Kind.SUBSCRIPTION
    known = order.razorpay_order_id or known_as(order)
    lookups.ask(order.gateway_id, kind, known, LookUp.Why.OPEN_ORDER, wait=lookups.PATIENCE)


def pay_until(order: Order) -> datetime:
    """When an order that Razorpay knows expires unless it is paid."""
    return max(order.expires_at, order.created_at + LIFETIME)


def announce(gateway_id: int, ids: list[str]) -> None:
    """Tell the inbox that these ids are ours now."""
    hold(gateway_id, ids)
    linked.send(sender=Order, gateway_id=gateway_id, ids=ids)


def hold(gateway_id: int, ids: list[str]) -> None:
    """Take turns with whoever looks for, or links, the same ids, until the transaction ends.

    "Nothing of ours has this id" and "this id is ours now" must not both be concluded at once.
    SQLite has one writer at a time anyway.
    """
    if connection.vendor != "postgresql" or unseen.get():
        return
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [gateway_id, ids])
