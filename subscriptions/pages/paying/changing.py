"""The buyer changes how a subscription of Razorpay's is paid: Checkout, then the truth.

While it is pending Razorpay charges the last invoice at once; after a halt it charges nothing old,
so the open invoices are shown with their links.
Source: https://razorpay.com/docs/payments/subscriptions/payment-retries/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import money
from gateways.razorpay import signature
from orders import asking
from orders.causes import at
from orders.models import Payment
from orders.pages.buyer.failures import NOT_CHARGED, is_unpaid, web_address
from orders.pages.paying.views import PAYMENT_ID, with_checkout
from subscriptions.models import Subscription
from subscriptions.pages.paying import asking as razorpay
from subscriptions.pages.paying import finding

log = structlog.get_logger(__name__)

Status = Subscription.Status
CHANGEABLE = {Status.ACTIVE, Status.PENDING, Status.HALTED}


@dataclass(frozen=True)
class OpenInvoice:
    """One that was not paid, with Razorpay's page that takes the money."""

    url: str
    total: str
    issued_at: datetime | None


@require_safe
@never_cache
@login_not_required
@with_checkout
def change_method(request: HttpRequest, uid: str) -> HttpResponse:
    """Open Checkout for another card; Razorpay's own page knows the other methods."""
    subscription = finding.subscription_of(uid, ours_to_charge=False)
    return render(request, "subscriptions/paying/method.html", page(request, subscription))


def page(request: HttpRequest, subscription: Subscription) -> dict[str, Any]:
    order = subscription.order
    if subscription.status in NOT_CHARGED and is_changeable(subscription):
        razorpay.about_invoices(subscription)
    return {
        "subscription": subscription,
        "order": order,
        "may_change": is_changeable(subscription),
        "open_invoices": list(open_invoices(subscription)),
        "hosted_url": web_address(subscription.short_url),
        "script": settings.RAZORPAY_CHECKOUT_URL,
        "may_prefill": finding.may_prefill(request, order),
        "changed": "changed" in request.GET,
        "is_here": finding.is_here(request, order),
    }


def is_changeable(subscription: Subscription) -> bool:
    is_there = bool(subscription.razorpay_subscription_id) and subscription.gateway.is_connected
    return is_there and subscription.status in CHANGEABLE


def open_invoices(subscription: Subscription) -> Iterator[OpenInvoice]:
    """Newest first. Razorpay never charges them by itself once it has stopped."""
    for invoice in subscription.invoices.order_by("-created_at", "-pk"):
        url = web_address(invoice.short_url)
        if is_unpaid(invoice) and url:
            total = money.show(invoice.amount, invoice.currency) if invoice.amount else ""
            issued_at = at(invoice.created_at) if invoice.created_at else None
            yield OpenInvoice(url, total, issued_at)


@require_POST
@never_cache
@csrf_exempt
@login_not_required
def returned(request: HttpRequest, uid: str) -> HttpResponse:
    """The way back from Checkout. It changes nothing by itself: it only has Razorpay asked."""
    subscription = finding.subscription_of(uid, ours_to_charge=False)
    payment_id = request.POST.get("razorpay_payment_id", "")
    if PAYMENT_ID.fullmatch(payment_id):
        sent = signature.proves_payment(
            request.POST.get("razorpay_signature", ""),
            subscription.gateway.key_secret,
            payment_id=payment_id,
            subscription_id=subscription.razorpay_subscription_id or "",
        )
        if sent:
            asking.about(subscription.order, payment_id)
            return redirect("subscriptions:method_changed", uid)
        log.warning("checkout.signature_mismatch", order=subscription.order.uid)
    return redirect("subscriptions:change_method", uid)


@require_safe
@never_cache
@login_not_required
def changed(request: HttpRequest, uid: str) -> HttpResponse:
    """What the change did: Razorpay is asked, and the books say it."""
    subscription = finding.subscription_of(uid, ours_to_charge=False)
    asking.about(subscription.order)
    subscription = finding.subscription_of(uid, ours_to_charge=False)
    context = page(request, subscription) | {"last": last_payment(subscription)}
    with timezone.override(subscription.gateway.account.zone):
        return render(request, "subscriptions/paying/method_changed.html", context)


def last_payment(subscription: Subscription) -> Payment | None:
    """The newest payment that brought money."""
    captured = subscription.order.payments.filter(captured=True)
    return captured.order_by("-captured_at", "-pk").first()
