"""The buyer's own cancellation, from “My purchases”."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders import visiting
from orders.answers import now_for
from subscriptions import acting, objections, outcomes
from subscriptions.models import Subscription, SubscriptionInstruction
from subscriptions.pages.wording import access_left

Kind = SubscriptionInstruction.Kind
Status = Subscription.Status


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def cancel(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask, then cancel what the visitor bought; what others bought is not told from nothing."""
    customers = visiting.here(request)
    if not customers:
        return redirect("orders:my")
    rows = Subscription.objects.select_related("gateway__account", "order__product", "order__price")
    found = get_object_or_404(rows, order__customer__in=customers, uid=uid)
    account = found.gateway.account
    if not account.buyers_may_cancel:
        messages.warning(request, write_to(account.name))
        return redirect("orders:my")
    with timezone.override(account.zone):
        if request.method == "POST":
            return do(request, found)
        return render(request, "subscriptions/buyer_cancel.html", page(found))


def write_to(business: str) -> str:
    return _("To cancel a subscription, write to %(business)s.") % {"business": business}


def do(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    try:
        made = acting.instruct(subscription, kind_for(subscription), acting.MadeBy.BUYER)
    except objections.NotPossible as error:
        messages.error(request, str(error))
    else:
        outcomes.say(request, made)
    return redirect("orders:my")


def kind_for(subscription: Subscription) -> Kind:
    """At the end of what is paid. Where no paid period is running, at once: else a charge that is
    open, or the first one, would still be made."""
    paid_until = subscription.paid_until
    is_paid = paid_until is not None and paid_until > now_for(subscription.order)
    is_running = subscription.status == Status.ACTIVE and subscription.current_end
    return Kind.CANCEL_AT_END if is_paid and is_running else Kind.CANCEL


def page(subscription: Subscription) -> dict[str, object]:
    kind = kind_for(subscription)
    return {
        "subscription": subscription,
        "order": subscription.order,
        "business": subscription.gateway.account.name,
        "ends_later": kind == Kind.CANCEL_AT_END,
        "objection": objections.to(subscription, kind),
        "access": access_left(subscription),
    }
