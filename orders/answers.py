"""Answer "may this customer use this resource, until when, and why?"."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Account
from orders import covers, customers
from orders.causes import at
from orders.models import AccessDecision, Customer, Grant, GrantChange, Order, Resource
from orders.models.grants import Because


@dataclass(frozen=True)
class Answer:
    """`until` is None for "no end" (allowed) or "never had"; past: when it ended."""

    allowed: bool
    until: datetime | None
    because: Because
    story: list[GrantChange] = field(default_factory=list)


def access(account: Account, email: str, resource: Resource, mode: str) -> Answer:
    """The best that any of the customer's orders in this mode gives right now."""
    customer = customers.find(account, email)
    if customer is None:
        return Answer(False, None, Because.NOT_BOUGHT)
    orders = orders_for(customer, resource, mode)
    grants = Grant.objects.filter(customer=customer, resource=resource, order__in=orders)
    answers = [of_grant(grant, now_for(grant.order)) for grant in whole(grants)]
    best = max(answers, key=rank, default=None) or without_grant(orders)
    story = GrantChange.objects.filter(order__in=orders).order_by("at", "pk")
    return Answer(best.allowed, best.until, best.because, list(story))


def orders_for(customer: Customer, resource: Resource, mode: str) -> QuerySet[Order]:
    """The customer's orders that gave this resource, or would have."""
    ours = Order.objects.filter(customer=customer, gateway__mode=mode)
    return ours.filter(Q(product__resources=resource) | Q(grants__resource=resource)).distinct()


def whole(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """With all that `of_grant` looks at, in two queries."""
    return grants.select_related("order").prefetch_related("order__decisions")


def now_for(order: Order) -> datetime:
    """Our clock, but not earlier than the newest thing Razorpay said about the order."""
    return max(timezone.now(), at(order.as_of))


def of_grant(grant: Grant, now: datetime) -> Answer:
    """What one grant says at `now`. What follows its cover is grace, or was given by hand.

    Many grants are fetched `whole` before.
    """
    given = was_given(grant)
    if grant.covered_until is None or now < grant.covered_until:
        until = grant.ends_at if given else grant.covered_until
        return Answer(True, until, Because(grant.because))
    if grant.ends_at is None or now < grant.ends_at:
        return Answer(True, grant.ends_at, Because.BY_HAND if given else Because.GRACE)
    return Answer(False, grant.ends_at, Because(grant.ended_because))


def was_given(grant: Grant) -> bool:
    """Whether the newest decision about it gives access beyond what is paid."""
    if grant.covered_until == grant.ends_at:
        return False
    newest = covers.newest_of(grant.order, grant.resource_id)
    if newest is None or newest.kind != AccessDecision.Kind.GIVEN:
        return False
    return newest.until == grant.ends_at


def without_grant(orders: QuerySet[Order]) -> Answer:
    """Nothing was ever given: not bought, not paid, or paid back before it was covered."""
    statuses = set(orders.values_list("status", flat=True))
    if not statuses:
        return Answer(False, None, Because.NOT_BOUGHT)
    if statuses == {Order.Status.REFUNDED}:
        return Answer(False, None, Because.REFUNDED)
    return Answer(False, None, Because.NOT_PAID)


def rank(answer: Answer) -> tuple[bool, bool, datetime]:
    """Allowed first, then what lasts longest, then what ended last."""
    endless = answer.until is None
    return (
        answer.allowed,
        endless,
        answer.until or datetime.max.replace(tzinfo=timezone.now().tzinfo),
    )
