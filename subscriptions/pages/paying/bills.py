"""The buyer pays one bill: Checkout, the way back from it, and what became of it.

A bill that asks for a mandate says what is allowed with it. What Checkout reports is only a hint.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import money
from gateways.razorpay import errors, signature
from orders import by_mandate
from orders.causes import at
from orders.checkout import NotPlaceable
from orders.models import Order
from orders.pages.paying.views import HOSTED, PAYMENT_ID, with_checkout
from orders.pages.products.wording import every
from subscriptions import authorising
from subscriptions.models import Bill
from subscriptions.pages.paying import asking, finding
from subscriptions.pages.paying.standing import Standing, State

log = structlog.get_logger(__name__)

PAUSE = 5  # seconds between two tries to have one order made, whoever reloads


@require_safe
@never_cache
@login_not_required
@with_checkout
def give_mandate(request: HttpRequest, uid: str) -> HttpResponse:
    """The pay page of an order that Raseed will charge: its first bill."""
    subscription = finding.subscription_of(uid, ours_to_charge=True)
    return show(request, finding.bill(authorising.first(subscription).uid))


@require_safe
@never_cache
@login_not_required
@with_checkout
def pay_bill(request: HttpRequest, uid: str) -> HttpResponse:
    return show(request, finding.bill(uid))


def show(request: HttpRequest, bill: Bill) -> HttpResponse:
    """Open Checkout for what can still be paid; else say what became of it."""
    standing = Standing.of(bill)
    if standing.state == State.PREPARING and bill.authorises:
        bill = prepared(bill)
        standing = Standing.of(bill)
    if not standing.payable:
        return what_became_of_it(bill)
    try:
        rival = asking.in_the_way(bill)
    except asking.NoAnswer:  # it is asked again before Checkout opens
        rival = None
    if rival is not None and rival[1]:
        return what_became_of_it(rival[0], "?sent=1")
    context = page(request, bill, standing) | {"waits": please_wait(rival[0]) if rival else ""}
    with timezone.override(bill.subscription.gateway.account.zone):
        return render(request, "subscriptions/paying/bill.html", context)


def please_wait(rival: Bill) -> str:
    """Why nothing is offered while another bill may become money."""
    if rival.authorises:
        return _(
            "A payment that you began is still with your bank. So that you do not pay twice, "
            "please wait until it is known what became of it: a quarter of an hour at most."
        )
    return _(
        "A charge is on its way to your bank. So that you do not pay twice, please wait until it "
        "is known what became of it: three days at most."
    )


def what_became_of_it(bill: Bill, query: str = "") -> HttpResponse:
    """The first bill is the order itself, and its page tells of the whole purchase."""
    is_orders = bill.number == 0
    uid = bill.subscription.order.uid if is_orders else bill.uid
    name = "orders:thanks" if is_orders else "subscriptions:bill_thanks"
    return redirect(reverse(name, args=[uid]) + query)


def prepared(bill: Bill) -> Bill:
    """Have its order made, after an answer that was lost."""
    if cache.add(f"preparing-bill:{bill.pk}", 1, PAUSE):
        try:
            authorising.make(bill)
        except (errors.RazorpayError, NotPlaceable, Order.DoesNotExist) as error:
            log.warning("bill.not_prepared", bill=bill.uid, error=str(error))
    return finding.bill(bill.uid)


def page(request: HttpRequest, bill: Bill, standing: Standing) -> dict[str, Any]:
    address = request.build_absolute_uri
    order = bill.subscription.order
    context = of_bill(bill) | {
        "standing": standing,
        "script": settings.RAZORPAY_CHECKOUT_URL,
        "hosted": HOSTED,
        "return_url": address(reverse("subscriptions:bill_returned", args=[bill.uid])),
        "cancel_url": address(reverse("subscriptions:pay_bill", args=[bill.uid])),
        "ask_url": reverse("subscriptions:may_pay", args=[bill.uid]),
        "may_prefill": finding.may_prefill(request, order),
    }
    return context | (leave(bill) if bill.authorises else {})


def of_bill(bill: Bill) -> dict[str, Any]:
    order = bill.subscription.order
    return {
        "bill": bill,
        "order": order,
        "total": money.show(bill.amount, bill.currency),
        "period_from": at(bill.start) if bill.start else None,
        "period_to": at(bill.end) if bill.end else None,
    }


def leave(bill: Bill) -> dict[str, Any]:
    """What the buyer allows, in words."""
    subscription, price = bill.subscription, bill.subscription.order.price
    left = subscription.remaining_count if subscription.paid_count else None
    method = bill.method
    other = next(name for name in authorising.METHODS if name != method)
    return {
        "every": every(price),
        "times": left or price.total_count or 1,
        "charge": price,
        "most": money.show(by_mandate.most_at_once(price), price.currency),
        "until": at(authorising.expires_at(bill)),
        "method": method,
        "method_name": authorising.NAMES[method],
        "other": other,
        "other_name": authorising.NAMES[other],
        "consent": by_mandate.needs_consent(price),
    }


@require_POST
@never_cache
@csrf_exempt
@login_not_required
def returned(request: HttpRequest, uid: str) -> HttpResponse:
    """The way back from Checkout, by our script or by a form of Razorpay's (hence csrf_exempt).

    It changes nothing by itself: it only has Razorpay asked.
    """
    bill = finding.bill(uid)
    payment_id = request.POST.get("razorpay_payment_id", "")
    if not PAYMENT_ID.fullmatch(payment_id):
        return what_became_of_it(bill)
    sent = signature.proves_payment(
        request.POST.get("razorpay_signature", ""),
        bill.subscription.gateway.key_secret,
        payment_id=payment_id,
        order_id=bill.razorpay_order_id or "",
    )
    if not sent:
        log.warning("checkout.signature_mismatch", bill=bill.uid)
    asking.about(bill, payment_id)
    return what_became_of_it(bill, "?sent=1" if sent else "")


@require_safe
@never_cache
@login_not_required
def thanks(request: HttpRequest, uid: str) -> HttpResponse:
    """What became of the bill. While it is open Razorpay is asked, and the page comes back."""
    bill, sent = finding.bill(uid), "sent" in request.GET
    standing = Standing.of(bill, sent=sent)
    if standing.is_open and bill.razorpay_order_id:
        asking.about(bill)
        bill = finding.bill(uid)
        standing = Standing.of(bill, sent=sent)
    subscription = bill.subscription
    if standing.state == State.PAID and is_first_payment(bill):
        return redirect("orders:thanks", subscription.order.uid)
    context = of_bill(bill) | {
        "standing": standing,
        "next_charge": at(subscription.charge_at) if subscription.charge_at else None,
        "paid_until": subscription.paid_until,
        "is_here": finding.is_here(request, subscription.order),
    }
    with timezone.override(subscription.gateway.account.zone):
        return render(request, "subscriptions/paying/bill_thanks.html", context)


def is_first_payment(bill: Bill) -> bool:
    """Whether the purchase began with it: then the order's own page says more."""
    return bill.authorises and authorising.paid_orders(bill.subscription) == {
        bill.razorpay_order_id
    }
