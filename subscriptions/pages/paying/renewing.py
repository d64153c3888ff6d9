"""The buyer sets up a mandate: anew where one can no longer be charged, or by the other method."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from gateways.razorpay import errors
from orders.models import Order
from subscriptions import authorising
from subscriptions.debiting import rivals
from subscriptions.models import Bill
from subscriptions.pages.paying import asking, bills, finding
from subscriptions.pages.paying.asking import NoAnswer
from subscriptions.pages.paying.standing import Standing

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def renew(request: HttpRequest, uid: str) -> HttpResponse:
    """Ask for the method; then the page on which it is paid, and the mandate given."""
    bill = finding.bill(uid)
    if not Standing.of(bill).payable:
        return bills.what_became_of_it(bill)
    method = request.POST.get("method")
    if method in authorising.METHODS:
        return begin(request, bill, method)
    with timezone.override(bill.subscription.gateway.account.zone):
        return render(request, "subscriptions/paying/renew.html", page(bill))


def page(bill: Bill) -> dict[str, Any]:
    return bills.of_bill(bill) | bills.leave(bill) | {"standing": Standing.of(bill)}


def begin(request: HttpRequest, bill: Bill, method: str) -> HttpResponse:
    """Have its order made. While the other method may still bring money, nothing is offered."""
    subscription = bill.subscription
    chosen = authorising.by(subscription, method)
    chosen.subscription = subscription
    try:
        rival = asking.in_the_way(chosen)
        if rival is not None and rival[1]:
            return bills.what_became_of_it(rival[0], "?sent=1")
        if rival is not None:
            messages.warning(request, bills.please_wait(rival[0]))
            return redirect("subscriptions:pay_bill", bill.uid)
        authorising.make(chosen)
    except (NoAnswer, errors.RazorpayError, Order.DoesNotExist) as error:
        log.warning("mandate.not_begun", bill=bill.uid, error=str(error))
        messages.error(request, not_now())
        return redirect("subscriptions:pay_bill", bill.uid)
    return redirect("subscriptions:pay_bill", chosen.uid)


@require_POST
@never_cache
@csrf_exempt  # whoever has the link may pay
@login_not_required
def may_pay(request: HttpRequest, uid: str) -> HttpResponse:
    """Asked before Checkout opens, however long ago the page was: 204, or the page tells why not.

    Another tab may have paid by another method meanwhile; Razorpay would take both.
    """
    bill = finding.bill(uid)
    try:
        allowed = Standing.of(bill).payable and asking.in_the_way(bill) is None
    except NoAnswer:
        messages.error(request, not_now())
        return HttpResponse(status=503)
    if bill.authorises and allowed:
        allowed = rivals.opens(bill, timezone.now() + asking.UNDER_WAY)
    return HttpResponse(status=204 if allowed else 409)


def not_now() -> str:
    return _("Razorpay cannot be reached right now. You have paid nothing. Please try in a minute.")
