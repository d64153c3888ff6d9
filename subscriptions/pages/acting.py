"""Cancel, pause, resume, change the plan; each page says first what follows from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import changer_required
from accounts.middleware import SellerRequest
from gateways.razorpay.errors import RazorpayError
from orders import catalogue, in_force
from orders.causes import at
from orders.checkout import NotYet
from orders.models import Price
from subscriptions import acting, objections, outcomes
from subscriptions.models import Subscription, SubscriptionInstruction
from subscriptions.pages.detail import ours
from subscriptions.pages.forms import PlanForm, WhenForm
from subscriptions.pages.wording import access_left, terms

Kind = SubscriptionInstruction.Kind
asking = require_http_methods(["GET", "HEAD", "POST"])


def do(
    request: SellerRequest, subscription: Subscription, kind: Kind, price: Price | None = None
) -> HttpResponse:
    """Have it done, and say what became of it on the subscription's page."""
    try:
        made = acting.instruct(subscription, kind, acting.MadeBy.SELLER, request.user, price)
    except (objections.NotPossible, NotYet, RazorpayError) as error:
        messages.error(request, str(error))
    else:
        outcomes.say(request, made)
    return redirect(subscription)


def confirm(request: SellerRequest, uid: str, kind: Kind, template: str) -> HttpResponse:
    """Ask, then do."""
    found = ours(request, uid)
    if request.method == "POST":
        return do(request, found, kind)
    objection = objections.to(found, kind)
    context = {"subscription": found, "objection": objection, "access": access_left(found)}
    return render(request, template, context)


@asking
@never_cache
@changer_required
def pause(request: SellerRequest, uid: str) -> HttpResponse:
    return confirm(request, uid, Kind.PAUSE, "subscriptions/pause.html")


@asking
@never_cache
@changer_required
def resume(request: SellerRequest, uid: str) -> HttpResponse:
    return confirm(request, uid, Kind.RESUME, "subscriptions/resume.html")


@asking
@never_cache
@changer_required
def cancel(request: SellerRequest, uid: str) -> HttpResponse:
    found = ours(request, uid)
    form = WhenForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return do(request, found, form.cleaned_data["kind"])
    context = {**of_both(form, found), "access": access_left(found)}
    return render(request, "subscriptions/cancel.html", context)


@asking
@never_cache
@changer_required
def change_plan(request: SellerRequest, uid: str) -> HttpResponse:
    found = ours(request, uid)
    present = in_force.price(found)
    choices = other_plans(found, present)
    form = PlanForm(found, choices, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return do(request, found, form.cleaned_data["kind"], form.cleaned_data["price"])
    prices = list(choices)
    opens = catalogue.unlocked_by([price.product for price in prices])
    context = {
        **of_both(form, found),
        "plans": [(price, terms(price), opens[price.product_id]) for price in prices],
        "present": present,
        "present_terms": terms(present),
    }
    return render(request, "subscriptions/change_plan.html", context)


def of_both(form: WhenForm, subscription: Subscription) -> dict[str, Any]:
    """The subscription, the form, the end of the running period."""
    end = subscription.current_end
    return {"subscription": subscription, "form": form, "period_ends": at(end) if end else None}


def other_plans(subscription: Subscription, present: Price) -> QuerySet[Price]:
    """What the account sells now and this subscription could be charged instead."""
    sold = Price.objects.filter(
        product__account=subscription.gateway.account_id,
        product__archived_at=None,
        replaced_at=None,
        kind=present.kind,
        charged_by=present.charged_by,
        currency=present.currency,
    )
    return sold.exclude(pk=present.pk).select_related("product").order_by("product__name", "pk")
