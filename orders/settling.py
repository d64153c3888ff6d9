"""Bring an order in step with its facts, whatever kind it is of."""

from __future__ import annotations

from collections.abc import Callable

from orders import fulfilment
from orders.causes import Cause
from orders.models import Order, Price

Settle = Callable[[Order, Cause], object]

# How an order of each kind of price is settled. Rooms to the right add their own kinds when the
# process starts: rooms only import leftwards.
ways: dict[str, Settle] = {Price.Kind.ONE_TIME: fulfilment.settle}


def locked(pk: int) -> Order:
    """The order's row, held until the transaction ends: always the first that is locked.

    While this waits, its customer may be merged into another: then the joined row is gone, and has
    to be read anew.
    """
    rows = Order.objects.select_for_update(of=("self",))
    whole = rows.select_related("gateway", "customer__account", "product", "price")
    return whole.filter(pk=pk).first() or whole.get(pk=pk)


def settle(order: Order, cause: Cause) -> None:
    """Derive everything that follows from a locked order's rows."""
    ways[order.price.kind](order, cause)
