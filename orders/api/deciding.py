"""What only the seller can say of an order's money: that it is meant, what a part refunded ends."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.errors import Refused
from accounts.api.fields import Known
from orders import by_hand, lines, loose_ends, meaning, refunding
from orders.models import Order, Resource


class MeantFields(Known):
    """Nothing is asked."""


class DecisionOnRefunds(Known):
    """What the buyer may no longer open; what is not named stays open."""

    ends = serializers.ListField(child=serializers.CharField(max_length=64), default=list)


def say_meant(order: Order) -> None:
    """Raises Refused where nothing is asked."""
    if not meaning.say_meant(order, None):
        raise nothing_asked()


def decide_refunds(order: Order, ends: list[str]) -> None:
    """Of every refund in part of which nobody has said it yet. Raises Refused."""
    undecided = loose_ends.undecided(order, lines.payments_of(order))
    held = list(by_hand.on_order(order))
    unknown = set(ends) - {resource.uid for resource in held}
    if unknown:
        said = _("This order opens no resource %(id)s.") % {"id": min(unknown)}
        raise Refused(said, "not_of_order")
    ended = [resource for resource in held if resource.uid in ends]
    kept: list[Resource] = [resource for resource in held if resource.uid not in ends]
    names = [refund.razorpay_refund_id for refund in undecided]
    if not refunding.decide(order, names, kept=kept, ended=ended, user=None):
        raise nothing_asked()


def nothing_asked() -> Refused:
    said = _("Nothing is asked about the money of this order.")
    return Refused(said, "nothing_asked", HTTPStatus.CONFLICT)
