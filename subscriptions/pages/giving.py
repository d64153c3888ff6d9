"""After a halt: give access by hand until the next charge."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import changer_required
from accounts.middleware import SellerRequest
from accounts.models import User
from accounts.sentences import say
from orders import by_hand
from orders.answers import now_for
from orders.causes import at
from orders.models import AccessDecision, Resource
from orders.pages.sales import access as doors_
from orders.pages.sales.access import Door
from subscriptions import access, periods
from subscriptions.debiting import dates
from subscriptions.models import Subscription
from subscriptions.pages import detail

UNTIL_CHARGED = gettext_noop("until the next charge, after charges had stopped")
STOPPED = gettext_noop("charges had stopped")


def until(subscription: Subscription, doors: list[Door]) -> datetime | None:
    """How long access may be given; None where there is no halt, no next charge or no need."""
    if subscription.status != Subscription.Status.HALTED:
        return None
    now = now_for(subscription.order)
    ours = subscription.is_ours_to_charge
    next_charge = would_be_charged(subscription, now) if ours else charged(subscription)
    is_ahead = next_charge is not None and next_charge > now
    is_shut = any(not door.answer.allowed for door in doors)
    return next_charge if is_ahead and is_shut else None


def charged(subscription: Subscription) -> datetime | None:
    """When Razorpay charges next, by its own word."""
    return at(subscription.charge_at) if subscription.charge_at else None


def would_be_charged(subscription: Subscription, now: datetime) -> datetime | None:
    """When the period that runs now ends. After a halt Raseed debits nothing by itself, so this is
    when it would have, had the period before been paid."""
    bill = subscription.bills.filter(start=subscription.current_start).order_by("-pk").first()
    if bill is None or bill.anchor is None:
        return None
    price = subscription.order.price
    ends = (at(dates.moment(bill.anchor, step, price)) for step in count(bill.step + 1))
    return next(end for end in ends if end > now)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def give_access(request: SellerRequest, uid: str) -> HttpResponse:
    """Ask, then give."""
    found = detail.ours(request, uid)
    end = until(found, doors_.of_order(found.order))
    if end is None:
        messages.warning(request, _("There is nothing to give: see below what is open, and why."))
        return redirect(found)
    resources = access.resources_in_force(found, periods.of(found))
    if request.method == "POST":
        give(found, resources, end, request.user)
        said = say(gettext_noop("Access was given until %(until)s."), until=end)
        messages.success(request, str(said))
        return redirect(found)
    context = {"subscription": found, "resources": resources, "until": end}
    return render(request, "subscriptions/give_access.html", context)


@transaction.atomic
def give(subscription: Subscription, resources: list[Resource], end: datetime, user: User) -> None:
    """All of what the plan in force opens, or nothing."""
    ours = subscription.is_ours_to_charge
    for resource in resources:
        by_hand.decide(
            subscription.order,
            resource,
            AccessDecision.Kind.GIVEN,
            reason=say(STOPPED if ours else UNTIL_CHARGED),
            user=user,
            until=end,
        )
