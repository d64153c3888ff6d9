"""Assign a payment that matched nothing to an order, and take that back: by owners and staff."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import listing
from accounts.access import changer_required
from accounts.middleware import SellerRequest
from webhooks import assigning, unmatched_payments
from webhooks.assigning import NotAssignable
from webhooks.models import Event
from webhooks.pages import of_account


def event_of(request: SellerRequest, pk: int) -> Event:
    rows = of_account(request).select_related("gateway__account", "order")
    return get_object_or_404(rows, pk=pk)


@require_safe
@never_cache
@changer_required
def choose(request: SellerRequest, pk: int) -> HttpResponse:
    """Find the order; what the buyer gave at payment is looked for first."""
    event = event_of(request, pk)
    if not assigning.is_open_to(event):
        return redirect(event)
    told = unmatched_payments.told(event)
    search = listing.searched(request)
    wanted = search or told.email
    context = {
        "event": event,
        "payment": told,
        "search": search,
        "wanted": wanted,
        "orders": assigning.search(event, wanted) if wanted else [],
    }
    return render(request, "webhooks/choose_order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def confirm(request: SellerRequest, pk: int, uid: str) -> HttpResponse:
    """Both side by side; then it is done."""
    event = event_of(request, pk)
    order = get_object_or_404(assigning.orders_of(event), uid=uid)
    told = unmatched_payments.told(event)
    if told.payment is None or not assigning.is_open_to(event):
        return redirect(event)
    if request.method == "POST":
        try:
            assigning.assign(event, order, request.user)
        except NotAssignable as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Assigned. The order follows within seconds."))
        return redirect(event)
    context = {
        "event": event,
        "payment": told,
        "order": order,
        "doubts": list(assigning.doubts(told.payment, order)),
        "counts": told.payment.get("currency") == order.currency,
    }
    return render(request, "webhooks/assign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@changer_required
def undo(request: SellerRequest, pk: int) -> HttpResponse:
    """Ask, then take the payment out of the order again."""
    event = event_of(request, pk)
    assignment = assigning.of_event(event)
    if assignment is None:
        return redirect(event)
    if request.method == "POST":
        try:
            assigning.undo(assignment, request.user)
        except NotAssignable as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken back. The payment matches no order again."))
        return redirect(event)
    context = {
        "event": event,
        "payment": unmatched_payments.told(event),
        "assignment": assignment,
        "may_undo": assigning.may_undo(assignment),
    }
    return render(request, "webhooks/undo_assignment.html", context)
