"""Give and end access by hand, resource by resource, by owners and staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import changer_required, member_required
from accounts.middleware import SellerRequest
from orders import by_hand
from orders.by_hand import NotDecidable
from orders.models import AccessDecision, Order, Resource
from orders.pages.by_hand import standing
from orders.pages.by_hand.forms import AnotherForm, GiftForm, ReasonForm
from orders.pages.sales.orders import of_account

Kind = AccessDecision.Kind
# Subscriptions in these states are charged no more. Words of a room to our right.
OVER = ("cancelled", "completed", "expired")

GIVEN = gettext_noop("Access to “%(title)s” was given.")
ENDED = gettext_noop("Access to “%(title)s” was ended.")
UNDONE = gettext_noop("“%(title)s” is back to what is paid.")
# verb of the address: what it decides, what it asks, what it says afterwards
VERBS: dict[str, tuple[Kind, type[ReasonForm], str]] = {
    "give": (Kind.GIVEN, GiftForm, GIVEN),
    "end": (Kind.ENDED, ReasonForm, ENDED),
    "undo": (Kind.UNDONE, ReasonForm, UNDONE),
}


def order_of(request: SellerRequest, uid: str) -> Order:
    return get_object_or_404(of_account(request).select_related("subscription"), uid=uid)


def goes_on(order: Order) -> Any:
    """The subscription that goes on charging, whatever is decided here; else None."""
    subscription = getattr(order, "subscription", None)
    return None if subscription is None or subscription.status in OVER else subscription


@require_safe
@never_cache
@member_required
def access(request: SellerRequest, uid: str) -> HttpResponse:
    """How each resource of the order stands."""
    order = order_of(request, uid)
    rows = standing.of(order)
    context = {
        "order": order,
        "rows": rows,
        "running": goes_on(order) if any(row.is_ended for row in rows) else None,
        "may_change": request.membership.may_change,
        "has_others": by_hand.others(order).exists(),
    }
    return render(request, "orders/by_hand/access.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def decide(request: SellerRequest, uid: str, resource: str, verb: str) -> HttpResponse:
    """Ask for the reason and say what follows, then do it."""
    order = order_of(request, uid)
    rows = standing.standings(order, by_hand.on_order(order).filter(uid=resource))
    if not rows:
        raise Http404
    row, (kind, asks, done) = rows[0], VERBS[verb]
    form = asks(request.POST if request.method == "POST" else None)
    if decided(request, order, row.resource, kind, form):
        messages.success(request, _(done) % {"title": row.resource.title})
        return redirect("orders:access", order.uid)
    context = {"order": order, "row": row, "form": form, "running": goes_on(order)}
    return render(request, f"orders/by_hand/{verb}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def another(request: SellerRequest, uid: str) -> HttpResponse:
    """Give something that this order does not open."""
    order = order_of(request, uid)
    offered = by_hand.others(order)
    form = AnotherForm(request.POST if request.method == "POST" else None, offered)
    resource = form.cleaned_data.get("resource") if form.is_valid() else None
    if resource is not None and decided(request, order, resource, Kind.GIVEN, form):
        messages.success(request, _(GIVEN) % {"title": resource.title})
        return redirect("orders:access", order.uid)
    context = {"order": order, "form": form, "has_others": offered.exists()}
    return render(request, "orders/by_hand/another.html", context)


def decided(
    request: SellerRequest, order: Order, resource: Resource, kind: Kind, form: ReasonForm
) -> bool:
    """Whether it was decided; if not, the form asks, or says what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        by_hand.check(order, resource, kind, form.until)
    except NotDecidable as error:
        form.add_error("last_day" if error.field == "until" else None, str(error))
        return False
    reason = form.cleaned_data["reason"]
    by_hand.decide(order, resource, kind, reason=reason, user=request.user, until=form.until)
    return True
