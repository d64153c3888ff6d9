"""How a product's prices stand: how many orders each has, and what still runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q

from gateways.models import Mode
from orders.models import Order, Price, Product
from orders.pages.products import wording

Status = Order.Status

PAID = Q(orders__status__in=[Status.PAID, Status.PARTIALLY_REFUNDED])
# The last word is Razorpay's of a subscription; that room may not be imported from here.
RUNS = ("authenticated", "active", "pending", "halted", "paused")
RUNNING = Q(orders__subscription__status__in=RUNS)
WAITING = Q(kind=Price.Kind.ONE_TIME, orders__status__in=[Status.CREATED, Status.ATTEMPTED])


@dataclass(frozen=True)
class Standing:
    """One price with its counts."""

    price: Price
    paid: int
    paid_in_test: int
    running: int
    waiting: int

    @property
    def words(self) -> str:
        return wording.in_words(self.price)

    @property
    def besides(self) -> str:
        return wording.besides(self.price)

    @property
    def charging(self) -> list[str]:
        return wording.charging(self.price)

    def kept(self) -> Iterator[str]:
        """What goes on at this price when another is put in force."""
        if self.running:
            yield wording.running_keep(self.price, self.running)
        if self.waiting:
            yield wording.waiting_keep(self.price, self.waiting)


def standing_of(product: Product) -> list[Standing]:
    """The product's prices, newest first. One query."""
    live, test = Q(orders__gateway__mode=Mode.LIVE), Q(orders__gateway__mode=Mode.TEST)
    rows = Price.objects.filter(product=product).annotate(
        paid=Count("orders", PAID & live),
        paid_in_test=Count("orders", PAID & test),
        running=Count("orders", RUNNING),
        waiting=Count("orders", WAITING),
    )
    return [
        Standing(row, row.paid, row.paid_in_test, row.running, row.waiting)
        for row in rows.order_by("-pk")
    ]
