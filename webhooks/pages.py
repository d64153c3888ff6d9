"""The seller's view of the inbox: what Razorpay told us, and what became of it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import listing
from accounts.access import member_required
from accounts.middleware import SellerRequest
from accounts.models import Membership
from orders.models import Order
from webhooks import replay
from webhooks.models import Event

Status = Event.Status

# The tabs of the list: what a person works through. What is not ours is hidden from "all".
TABS: dict[str, Any] = {
    "": gettext_lazy("All"),
    Status.PARKED: Status.PARKED.label,
    Status.UNMATCHED: Status.UNMATCHED.label,
    Status.UNREADABLE: Status.UNREADABLE.label,
    Status.FOREIGN: Status.FOREIGN.label,
    Status.IGNORED: Status.IGNORED.label,
    "not_ours": gettext_lazy("Not ours"),
}
NOT_OURS = Q(status=Status.UNMATCHED, ours=False)


def of_account(request: SellerRequest) -> QuerySet[Event]:
    """The account's events; every look-up starts here."""
    return Event.objects.filter(gateway__account=request.account).select_related("gateway", "order")


@require_safe
@never_cache
@member_required
def event_list(request: SellerRequest) -> HttpResponse:
    tab = request.GET.get("status", "")
    tab = tab if tab in TABS else ""
    search = listing.searched(request)
    rows = searched(in_tab(of_account(request), tab), search).defer("body")
    context = {
        "page": listing.page(request, rows),
        "tabs": TABS.items(),
        "tab": tab,
        "search": search,
        "may_act": may_act(request),
    }
    return render(request, "webhooks/events.html", context)


def in_tab(rows: QuerySet[Event], tab: str) -> QuerySet[Event]:
    if tab == "not_ours":
        return rows.filter(NOT_OURS)
    if tab == Status.UNMATCHED:
        return rows.filter(status=tab, ours=True)
    return rows.filter(status=tab) if tab else rows.exclude(NOT_OURS)


def searched(rows: QuerySet[Event], search: str) -> QuerySet[Event]:
    """By event name, by an order's or payment's id, or by event ID: each by its own index."""
    if not search:
        return rows
    if "." in search:
        return rows.filter(type=search)
    looks: dict[str, str] = {
        "ord_": "uid",
        "order_": "razorpay_order_id",
        "pay_": "payments__razorpay_payment_id",
        "sub_": "subscription__razorpay_subscription_id",
    }
    for prefix, column in looks.items():
        if search.startswith(prefix):
            return rows.filter(order__in=Order.objects.filter(**{column: search}))
    return rows.filter(event_id=search)


@require_safe
@never_cache
@member_required
def event(request: SellerRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(of_account(request), pk=pk)
    context = {"event": found, "body": readable(bytes(found.body)), "may_act": may_act(request)}
    return render(request, "webhooks/event.html", context)


def readable(body: bytes) -> str:
    """The body as people read it; as it came where it is not JSON."""
    text = body.decode("utf-8", "backslashreplace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def may_act(request: SellerRequest) -> bool:
    return request.membership.role != Membership.Role.READ_ONLY


@require_POST
@member_required
def process_again(request: SellerRequest, pk: int) -> HttpResponse:
    """Open a finished event again; the worker takes it up within seconds."""
    if not may_act(request):
        raise PermissionDenied
    found = get_object_or_404(of_account(request), pk=pk)
    if replay.process_again(Event.objects.filter(pk=found.pk)):
        messages.success(request, _("The event is being processed again."))
    else:
        messages.error(request, _("This event is being processed already."))
    return redirect(found)
