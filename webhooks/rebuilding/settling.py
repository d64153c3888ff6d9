"""Settle a shadow's orders once more, as the deeds of people and of our clock did in the books."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from orders import expiring, settling
from orders.causes import Cause
from orders.models import AccessDecision, Order, Reattempt
from subscriptions.models import Bill, SubscriptionInstruction
from webhooks.models import Assignment, Event
from webhooks.rebuilding import records
from webhooks.rebuilding.scope import Scope

REBUILT = gettext_noop("The books were rebuilt.")
UNPAID = (Order.Status.CREATED, Order.Status.ATTEMPTED)
# Longer than a rebuild takes.
LATER = timedelta(days=1)


def not_expired_yet(scope: Scope) -> list[int]:
    """Orders whose time is up, and that the timetable has not come to: the books do not know it.

    Read before the shadow falls.
    """
    orders = records.rows(Order, scope).filter(status__in=UNPAID, amount_paid=0)
    return list(orders.filter(expires_at__lte=timezone.now()).values_list("pk", flat=True))


def put_off(pks: list[int]) -> None:
    """So their time is not up in the shadow either."""
    Order.objects.filter(pk__in=pks).update(expires_at=timezone.now() + LATER)


def everything() -> None:
    """Settle what was settled at any time in the books that stand, and nothing else: of an order
    that nobody has heard of since it was placed, nothing follows yet."""
    cause = Cause(say(REBUILT), timezone.now(), replayed=True)
    for pk in moved().values_list("pk", flat=True):
        settling.settle(settling.locked(pk), cause)
    over = Order.objects.filter(status__in=UNPAID, amount_paid=0, expires_at__lte=cause.learnt_at)
    for pk in over.order_by("pk").values_list("pk", flat=True):
        expiring.expire_one(pk)


def moved() -> QuerySet[Order]:
    """Orders that an event, a person or our own clock has moved, or that give access before any
    money came."""
    placed = ~Q(razorpay_order_id=None) | ~Q(subscription__razorpay_subscription_id=None)
    chosen = Order.objects.filter(
        there(Event, "order")
        | there(AccessDecision, "order")
        | there(Assignment, "order")
        | there(Reattempt, "order")
        | there(Bill, "subscription__order", authorises=False)
        | there(SubscriptionInstruction, "subscription__order")
        | ~Q(declined_at=None)
        | Q(access_on_form=True) & placed
    )
    return chosen.order_by("pk")


def there(model: type[Model], path: str, **filters: object) -> Q:
    """Whether the order has one of these."""
    return Q(Exists(model._default_manager.filter(**{path: OuterRef("pk")}, **filters)))
