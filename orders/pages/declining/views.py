"""The links in mails to somebody who has not paid: to pay the same order, and to say no.

Who has the mail has no session here and perhaps no browser: a mail program posts the "no" by itself
(RFC 8058). The link's signature is what lets them in.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import money
from orders import declining
from orders.models import Order
from orders.pages.paying.standing import Standing
from orders.recovering import links


def find(token: str) -> Order | None:
    """The order of a link."""
    uid = links.uid_of(token)
    orders = Order.objects.select_related(
        "gateway__account", "product", "customer__account", "price"
    )
    return orders.filter(uid=uid).first() if uid else None


@require_safe
@never_cache
@login_not_required
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """To the order's own page for paying, which says so where it is paid or over."""
    order = find(token)
    if order is None:
        return not_ours(request)
    return redirect("orders:pay", order.uid)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_exempt
@login_not_required
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether it is meant: mail scanners open links. A POST is the answer, and is answered with
    a page: one click of a mail program follows no redirect."""
    order = find(token)
    if order is None:
        return not_ours(request)
    if request.method == "POST":
        declining.decline(order.pk)
        order.refresh_from_db()
    context = {
        "order": order,
        "token": token,
        "may_decline": declining.may_decline(order),
        "standing": Standing.of(order),
        "refunded": money.show(order.amount_refunded, order.currency),
    }
    return render(request, "orders/declining/decline.html", context)


def not_ours(request: HttpRequest) -> HttpResponse:
    return render(request, "orders/declining/not_ours.html", status=404)
