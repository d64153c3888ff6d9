"""The buyer pays one order: Checkout, the way back from it, and what became of it.

What Checkout reports is only a hint. Each page asks Razorpay, lets the books merge the answer, and
shows what the books say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from gateways.razorpay import signature
from orders import asking, by_mandate, linking, visiting
from orders.causes import at
from orders.models import Order
from orders.pages.paying import earlier, preparing
from orders.pages.paying.standing import Standing, State

PAYMENT_ID = re.compile(r"pay_[A-Za-z0-9_]{1,36}")

log = structlog.get_logger(__name__)

checkout = urlsplit(settings.RAZORPAY_CHECKOUT_URL)
# Razorpay publishes no list; these are the hosts that its script speaks to.
RAZORPAY_HOSTS = [f"{checkout.scheme}://{checkout.netloc}", "https://*.razorpay.com"]
# Razorpay's page for browsers without script, and for those where its script does not load.
HOSTED = f"{settings.RAZORPAY_API_URL}/v1/checkout/embedded"

LOADS = {
    "script-src": RAZORPAY_HOSTS,
    "frame-src": [SELF, *RAZORPAY_HOSTS],
    "connect-src": RAZORPAY_HOSTS,
    "img-src": RAZORPAY_HOSTS,
    "form-action": [settings.RAZORPAY_API_URL],
    # Its script draws the frame with inline styles.
    "style-src": [UNSAFE_INLINE],
}
View = Callable[..., HttpResponse]


def with_checkout(view: View) -> View:
    """A page that opens Checkout, and may load what that needs."""
    return cast(View, csp_update(LOADS)(view))


def find(uid: str) -> Order:
    """The order of a pay link. Its id is random: whoever has the link may pay."""
    orders = Order.objects.select_related(
        "gateway__account", "product", "customer__account", "price", "subscription"
    )
    return get_object_or_404(orders, uid=uid)


@require_safe
@never_cache
@login_not_required
@with_checkout
def pay(request: HttpRequest, uid: str) -> HttpResponse:
    """Open Checkout for what can still be paid; else say what became of it."""
    order = find(uid)
    standing = Standing.of(order)
    if standing.state == State.PREPARING:
        refused = not preparing.ask(order)
        order = find(uid)
        standing = Standing.of(order)
        if standing.state == State.PREPARING:
            context = {"order": order, "refused": refused}
            return render(request, "orders/paying/preparing.html", context)
    if "HX-Request" in request.headers:
        # The page that waited asks for a part of itself, and Checkout needs a whole page.
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not standing.payable:
        return redirect("orders:thanks", uid)
    bought_at = None if "again" in request.GET else already_bought(request, order)
    if bought_at:
        context = {"order": order, "bought_at": bought_at}
        return render(request, "orders/paying/bought.html", context)
    if by_mandate.is_chosen(order.price):
        return redirect("subscriptions:give_mandate", uid)
    return open_checkout(request, order, standing)


def already_bought(request: HttpRequest, order: Order) -> datetime | None:
    """When the customer bought it by another order. What was bought before this order was made is
    told to the customer alone: anybody may order in the name of an address."""
    themselves = order.customer in visiting.here(request)
    return earlier.bought_at(order, since=None if themselves else order.created_at)


def open_checkout(request: HttpRequest, order: Order, standing: Standing) -> HttpResponse:
    address = request.build_absolute_uri
    context = {
        "order": order,
        "standing": standing,
        "script": settings.RAZORPAY_CHECKOUT_URL,
        "hosted": HOSTED,
        "return_url": address(reverse("orders:returned", args=[order.uid])),
        "cancel_url": address(reverse("orders:pay", args=[order.uid])),
        "may_prefill": may_prefill(request, order),
    }
    return render(request, "orders/paying/pay.html", context)


def may_prefill(request: HttpRequest, order: Order) -> bool:
    """Whether name and phone may be told to who orders here: they were told with this very order,
    or by the customer in person. Anybody may order in the name of an address."""
    earlier = Order.objects.filter(customer=order.customer_id, pk__lt=order.pk)
    return order.customer in visiting.here(request) or not earlier.exists()


@require_POST
@never_cache
@csrf_exempt
@login_not_required
def returned(request: HttpRequest, uid: str) -> HttpResponse:
    """The way back from Checkout, by our script or by a form of Razorpay's (hence csrf_exempt).

    It changes nothing by itself: it only tells which payment to ask about.
    """
    order = find(uid)
    payment_id = request.POST.get("razorpay_payment_id", "")
    if not PAYMENT_ID.fullmatch(payment_id):
        return redirect("orders:thanks", uid)
    sent = proven(order, payment_id, request.POST.get("razorpay_signature", ""))
    if not sent:
        log.warning("checkout.signature_mismatch", order=order.uid)
    asking.about(order, payment_id)
    return redirect(reverse("orders:thanks", args=[uid]) + ("?sent=1" if sent else ""))


def proven(order: Order, payment_id: str, given: str) -> bool:
    """Whether Checkout's signature names this payment of this very order or subscription."""
    # What Raseed charges itself begins with an order, too.
    repeats = order.price.recurs and not by_mandate.is_chosen(order.price)
    return signature.proves_payment(
        given,
        order.gateway.key_secret,
        payment_id=payment_id,
        order_id="" if repeats else linking.known_as(order),
        subscription_id=linking.known_as(order) if repeats else "",
    )


@require_safe
@never_cache
@login_not_required
def thanks(request: HttpRequest, uid: str) -> HttpResponse:
    """What became of the order. While it is open Razorpay is asked, and the page comes back."""
    order = find(uid)
    standing = Standing.of(order, sent="sent" in request.GET)
    if standing.state == State.PREPARING:
        return redirect("orders:pay", uid)
    if standing.is_open:
        asking.about(order)
        order = find(uid)
        standing = Standing.of(order, sent="sent" in request.GET)
    charge_at = getattr(getattr(order, "subscription", None), "charge_at", None)
    context: dict[str, Any] = {
        "order": order,
        "standing": standing,
        "first_charge": at(charge_at) if charge_at else None,
        "is_here": order.customer in visiting.here(request),
    }
    return render(request, "orders/paying/thanks.html", context)
