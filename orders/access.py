"""Who may open what: derive grants, and answer "why do they (not) have access?"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from orders.causes import Cause, at
from orders.covers import Cover, decided
from orders.models import Grant, GrantChange, Order, Product, Resource
from orders.models.grants import Because
from orders.totals import Totals

# The switch "give access as soon as the order form is sent" gives at most this.
FORM_ACCESS = timedelta(days=4)


# What a cover says of a grant.
COVERED = ("starts_at", "covered_until", "ends_at", "because", "ended_because")


def covers_of_payment(order: Order, sums: Totals) -> list[Cover]:
    """What a one-time order gives: everything for good once paid, nothing once all of that went
    back, unless enough came in again."""
    if sums.covered_at is not None:
        ends = None if sums.over_at is None else at(sums.over_at)
        return [
            Cover(resource, at(sums.covered_at), ends, ends, Because.PAID, Because.REFUNDED)
            for resource in resources_of(order.product, order.created_at)
        ]
    if order.access_on_form:
        ends = form_access_ends(order)
        return [
            Cover(resource, order.created_at, ends, ends, Because.FORM_SENT, Because.NOT_PAID)
            for resource in resources_of(order.product, order.created_at)
        ]
    return []


def form_access_ends(order: Order) -> datetime:
    """After four days, with the order's expiry, or with the third failed re-attempt."""
    third = order.reattempts.filter(n=3, state="failed").values_list("done_at", flat=True).first()
    latest = min(order.created_at + FORM_ACCESS, order.expires_at)
    return min(latest, third) if third else latest


def resources_of(product: Product, bought_at: datetime) -> list[Resource]:
    """What a product unlocks for an order of then: what was put away later stays theirs."""
    held = Q(archived_at=None) | Q(archived_at__gt=bought_at)
    return list(product.resources.filter(held).order_by("pk"))


def apply(order: Order, covers: Iterable[Cover], cause: Cause) -> None:
    """Make the order's grants equal to `covers` and what people decided over them, and tell each
    change in its story."""
    held = {grant.resource_id: grant for grant in order.grants.select_related("resource")}
    new, changed, said = [], [], []
    for cover in decided(order, covers):
        grant = held.pop(cover.resource.pk, None)
        if grant is None:
            grant = Grant(order=order, customer_id=order.customer_id, resource=cover.resource)
            new.append(grant)
        elif differs(grant, cover):
            changed.append(grant)
        before = gave(grant) if grant.pk else None
        for name in COVERED:
            setattr(grant, name, getattr(cover, name))
        # An earlier start of what was given already is nothing to tell.
        if gave(grant) != before:
            said.append(gave(grant))
    Grant.objects.bulk_create(new)
    Grant.objects.bulk_update(changed, COVERED)
    order.grants.filter(pk__in=[grant.pk for grant in held.values()]).delete()
    said += [took(grant) for grant in held.values()]
    GrantChange.objects.bulk_create(
        [GrantChange(order=order, what=what, why=cause.why) for what in said]
    )


def differs(grant: Grant, cover: Cover) -> bool:
    """Whether the cover says something new of a grant."""
    return any(getattr(grant, name) != getattr(cover, name) for name in COVERED)


def gave(grant: Grant) -> Sentence:
    """What a grant now says, for the story."""
    title = grant.resource.title
    if grant.ended_because == Because.ENDED_BY_HAND:
        return say(gettext_noop("Access to %(title)s ended."), title=title)
    if grant.ends_at is None:
        return say(gettext_noop("Access to %(title)s, without end."), title=title)
    return say(
        gettext_noop("Access to %(title)s until %(until)s."), title=title, until=grant.ends_at
    )


def took(grant: Grant) -> Sentence:
    """A grant that is no more, for the story."""
    return say(gettext_noop("Access to %(title)s taken back."), title=grant.resource.title)
