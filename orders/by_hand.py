"""Give and end access by hand. What a person decided is kept; what follows from it is derived."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.sentences import Sentence, say
from orders import settling
from orders.access import resources_of
from orders.answers import now_for
from orders.causes import Cause
from orders.models import AccessDecision, GrantChange, Order, Resource

BY_PERSON = gettext_noop("By hand, %(person)s: %(reason)s")
BY_SCRIPT = gettext_noop("By hand, through the API: %(reason)s")
UNMOVED = gettext_noop("Access to %(title)s stays as it was.")

Kind = AccessDecision.Kind


class NotDecidable(Exception):
    """Nothing was decided; the message is for people. `field` is where the mend is."""

    def __init__(self, message: str, code: str, field: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


@transaction.atomic
def decide(
    order: Order,
    resource: Resource,
    kind: Kind,
    *,
    reason: str | Sentence,
    user: User | None,
    until: datetime | None = None,
) -> AccessDecision:
    """Keep what was decided about one resource of an order, and bring its access in step.

    `until` is of what is given; None: no end. The resource need not be one of the product's, but
    both are of one account. No user: a script of the seller's. What people asked for is judged
    before, by `check`.
    """
    order = settling.locked(order.pk)
    decision = AccessDecision.objects.create(
        order=order,
        resource=resource,
        kind=kind,
        until=until if kind == Kind.GIVEN else None,
        reason=str(reason),
        user=user,
        # Not before what Razorpay said last: what it told until then is what was decided on.
        at=now_for(order),
    )
    told = order.grant_changes.count()
    why = said(reason, user)
    settling.settle(order, Cause(why, decision.at))
    if order.grant_changes.count() == told:
        what = say(UNMOVED, title=resource.title)
        GrantChange.objects.create(order=order, what=what, why=why)
    return decision


def said(reason: str | Sentence, user: User | None) -> Sentence:
    """Who and why, as the story tells it."""
    if user is None:
        return say(BY_SCRIPT, reason=reason)
    return say(BY_PERSON, person=str(user), reason=reason)


def on_order(order: Order) -> QuerySet[Resource]:
    """What the order opens, or would, and whatever was decided about on it."""
    known = {resource.pk for resource in resources_of(order.product, order.created_at)}
    known |= set(order.grants.values_list("resource", flat=True))
    known |= set(order.decisions.values_list("resource", flat=True))
    return Resource.objects.filter(pk__in=known).order_by("pk")


def others(order: Order) -> QuerySet[Resource]:
    """What else the account has, to be given on this order."""
    ours = Resource.objects.filter(account=order.gateway.account_id, archived_at=None)
    return ours.exclude(pk__in=on_order(order).values("pk")).order_by("title", "pk")


def check(order: Order, resource: Resource, kind: Kind, until: datetime | None) -> None:
    """Raises NotDecidable for what would say nothing, or nothing sensible."""
    values = {"title": resource.title}
    if not on_order(order).filter(pk=resource.pk).exists():
        if kind != Kind.GIVEN:
            said = _("This order never opened “%(title)s”.") % values
            raise NotDecidable(said, "not_of_order", "resource")
        if resource.archived_at is not None:
            said = _("“%(title)s” is archived: it is given to nobody new.") % values
            raise NotDecidable(said, "archived", "resource")
    if until is not None and kind != Kind.GIVEN:
        said = _("Only what is given has an end.")
        raise NotDecidable(said, "until_without_gift", "until")
    if until is not None and until <= now_for(order):
        raise NotDecidable(_("This is in the past."), "in_the_past", "until")
