"""Sellers take turns: none waits for all of another's work, and one whose Razorpay cannot be asked
holds up nobody."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from gateways.razorpay import errors


def by_gateway(rows: QuerySet[Any], gateway: str, *order: str) -> QuerySet[Any]:
    """The first of each gateway, then the second of each, and so on. `gateway` is the way to it;
    `order` says which is the first of one gateway, and who begins a turn."""
    turn = Window(RowNumber(), partition_by=gateway, order_by=list(order))
    found: QuerySet[Any] = rows.annotate(turn=turn)
    return found.order_by("turn", *order)


def is_away(error: errors.RazorpayError) -> bool:
    """Whether Razorpay could not be asked at all: then the gateway's other work need not be tried
    now. A refusal is only of what was asked."""
    return not isinstance(error, errors.Refused) or isinstance(error, errors.KeysRefused)
