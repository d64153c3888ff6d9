"""Which part of a large account's books a night looks at: some orders, in turn.

An order's books follow from its own events and records, and from one thing besides: money for one
order ends the asking for the buyer's others for the same product (`orders.reminding`). So these are
looked at together. Nothing else reaches from order to order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import structlog
from django.db.models import Count

from accounts.models import Account
from gateways.models import Gateway
from orders.models import Order
from webhooks.models import Rebuild

log = structlog.get_logger(__name__)

# Orders that agree in these are looked at together.
TOGETHER = ("gateway", "customer", "product")


@dataclass(frozen=True)
class Part:
    """Some orders. `size`: their events, where an order that nobody has heard of counts as one.
    `reached`: the order that was looked at last."""

    orders: tuple[int, ...]
    size: int
    reached: int


def next_of(account: Account, most: int) -> Part:
    """The orders behind those of the last part, as many as have so many events together.

    Orders that have more by themselves are passed over: no night could ever rebuild them.
    """
    chosen: list[int] = []
    size, reached = 0, last(account)
    turn = in_turn(account, reached, most)
    groups = together(turn)
    for pk in turn:
        theirs = groups.get(pk, {})  # taken back meanwhile
        needed = sum(theirs.values())
        # They come with their oldest.
        if pk == min(theirs, default=None):
            if size + needed <= most:
                chosen, size = [*chosen, *theirs], size + needed
            elif needed > most:
                log.warning("rebuild.passed_over", order=pk, events=needed, most=most)
            else:
                break
        reached = pk
    return Part(tuple(chosen), size, reached)


def last(account: Account) -> int:
    """Where the last part ended."""
    parts = Rebuild.objects.filter(account=account, reached__isnull=False).order_by("-pk")
    return parts.values_list("reached", flat=True).first() or 0


def in_turn(account: Account, place: int, most: int) -> list[int]:
    """The next orders behind a place, so many; after the newest comes the oldest."""
    turn = [*walk(account, most, pk__gt=place), *walk(account, most, pk__lte=place)]
    return turn[:most]


def walk(account: Account, most: int, **bounds: int) -> list[int]:
    """The oldest of them. Each gateway is asked by itself: so an index leads along its orders, and
    no further than needed."""
    found: list[int] = []
    for gateway in Gateway.objects.filter(account=account).values_list("pk", flat=True):
        rows = Order.objects.filter(gateway=gateway, **bounds).order_by("pk")
        found += rows.values_list("pk", flat=True)[:most]
    return sorted(found)[:most]


def together(turn: list[int]) -> dict[int, dict[int, int]]:
    """With whom each order is looked at, itself too: how many events each has, at least one."""
    buyers = Order.objects.filter(pk__in=turn).values("customer")
    rows = Order.objects.filter(customer__in=buyers).annotate(told=Count("events")).order_by("pk")
    groups: dict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
    for pk, told, *same in rows.values_list("pk", "told", *TOGETHER):
        groups[tuple(same)][pk] = max(1, told)
    return {pk: theirs for theirs in groups.values() for pk in theirs}
