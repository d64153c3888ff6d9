"""Tie our rows to Razorpay's ids, and wake what came in before we knew them."""

from __future__ import annotations

from django.db import connection, transaction
from django.dispatch import Signal

from orders.models import Order

# Sent inside the transaction that links: (gateway_id, ids). The inbox listens, so that events that
# arrived before our own row knew its id are looked at again. Rooms only import leftwards, hence a
# signal instead of a call.
linked = Signal()


# One order for everybody, so that no two wait for each other.
HOLD = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT hashtextextended(id, %s) AS key FROM unnest(%s::text[]) AS id ORDER BY key
) AS keys
"""


@transaction.atomic
def link_order(order: Order, razorpay_order_id: str) -> None:
    """Razorpay has answered: from now on its events find this order."""
    order.razorpay_order_id = razorpay_order_id
    order.save(update_fields=["razorpay_order_id"])
    announce(order.gateway_id, [razorpay_order_id])


def announce(gateway_id: int, ids: list[str]) -> None:
    """Tell the inbox that these ids are ours now."""
    hold(gateway_id, ids)
    linked.send(sender=Order, gateway_id=gateway_id, ids=ids)


def hold(gateway_id: int, ids: list[str]) -> None:
    """Take turns with whoever looks for, or links, the same ids, until the transaction ends.

    "Nothing of ours has this id" and "this id is ours now" must not both be concluded at once.
    SQLite has one writer at a time anyway.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [gateway_id, ids])
