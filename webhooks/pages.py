"""The seller's view of the inbox: what Razorpay told us, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import listing
from accounts.access import member_required
from accounts.middleware import SellerRequest
from accounts.models import Membership
from accounts.sentences import Sentence
from gateways.models import Gateway
from orders.models import Order
from webhooks import assigning, bodies, parking, replay, unmatched_payments
from webhooks.models import Event, Mention

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
OF_PAYMENTS = {Status.UNMATCHED, "not_ours"}  # tabs that show the payments that events tell of
NOT_AGAIN = {Status.IGNORED, Status.UNREADABLE}
MOST_CAUSES = 10


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
    rows = searched(request, in_tab(of_account(request), tab), search)
    page = listing.page(request, rows if tab in OF_PAYMENTS else rows.defer("body", "kept"))
    context = {
        "page": page,
        "payments": unmatched_payments.of(page.rows) if tab in OF_PAYMENTS else None,
        "tabs": TABS.items(),
        "tab": tab,
        "parked": of_account(request).filter(status=Status.PARKED).count(),
        "causes": causes(request) if tab == Status.PARKED else [],
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


def causes(request: SellerRequest) -> list[tuple[Sentence, int]]:
    """Why events are parked, and how many by each cause: the most first."""
    parked = Event.objects.filter(gateway__account=request.account, status=Status.PARKED)
    counted = parked.values_list("outcome").annotate(count=Count("pk")).order_by("-count")
    return list(counted[:MOST_CAUSES])


def searched(request: SellerRequest, rows: QuerySet[Event], search: str) -> QuerySet[Event]:
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
            orders = Order.objects.filter(gateway__account=request.account, **{column: search})
            matched = Event.objects.filter(order__in=orders).order_by().values("pk")
            # What matched nothing is known by the ids that it mentions.
            gateways = Gateway.objects.filter(account=request.account)
            mentions = Mention.objects.filter(gateway__in=gateways, razorpay_id=search)
            return rows.filter(pk__in=matched.union(mentions.values("event_id")))
    return rows.filter(event_id=search)


@require_safe
@never_cache
@member_required
def event(request: SellerRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(of_account(request), pk=pk)
    context = {
        "event": found,
        "body": bodies.shown(found),
        "may_act": may_act(request),
        "may_process": found.processed_at is not None and found.status not in NOT_AGAIN,
        "payment": unmatched_payments.told(found) if found.status in OF_PAYMENTS else None,
        "is_assignable": assigning.is_open_to(found),
        "assignment": assigning.of_event(found),
        "failing": parking.failing(found),
    }
    return render(request, "webhooks/event.html", context)


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


@require_POST
@member_required
def process_parked_again(request: SellerRequest) -> HttpResponse:
    """Open the chosen parked events, or all of the account; the worker takes them up by turns."""
    if not may_act(request):
        raise PermissionDenied
    parked = Event.objects.filter(gateway__account=request.account, status=Status.PARKED)
    if "all" not in request.POST:
        chosen = [pk for pk in request.POST.getlist("event") if pk.isdecimal() and len(pk) < 19]
        parked = parked.filter(pk__in=chosen[: listing.PAGE])
    opened = replay.process_again(parked)
    said = ngettext(
        "%(n)s event is being processed again.", "%(n)s events are being processed again.", opened
    )
    if opened:
        messages.success(request, said % {"n": opened})
    else:
        messages.error(request, _("Choose the events to process again."))
    return redirect(f"{reverse('webhooks:events')}?status={Status.PARKED}")
