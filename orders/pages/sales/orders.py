"""The seller's orders: the list, and everything that is known of one. Nothing here writes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import listing, money
from accounts.access import member_required
from accounts.listing import Columns
from accounts.middleware import SellerRequest
from orders import (
    customers,
    deeds,
    lines,
    loose_ends,
    odd_money,
    refundable,
    stories,
    totals,
)
from orders.models import Order, Payment
from orders.pages.sales import access, chips, strips

Status = Order.Status
TABS: dict[str, Any] = {"": gettext_lazy("All")} | {status: status.label for status in Status}
CHUNK = 500

COLUMNS: Columns = {
    "order": lambda order: order.uid,
    "razorpay_order_id": lambda order: order.razorpay_order_id,
    "mode": lambda order: order.gateway.mode,
    "created_at": lambda order: order.created_at.isoformat(),
    "status": lambda order: order.status,
    "customer": lambda order: order.customer.uid,
    "email": lambda order: order.customer.email,
    "name": lambda order: order.customer.name,
    "product": lambda order: order.product.name,
    "currency": lambda order: order.currency,
    "amount": lambda order: order.amount,
    "amount_paid": lambda order: order.amount_paid,
    "amount_refunded": lambda order: order.amount_refunded,
    "amount_readable": lambda order: order.total,
    "amount_paid_readable": lambda order: money.show(order.amount_paid, order.currency),
    "amount_refunded_readable": lambda order: money.show(order.amount_refunded, order.currency),
    "expires_at": lambda order: order.expires_at.isoformat(),
}


def of_account(request: SellerRequest) -> QuerySet[Order]:
    """The account's orders; every look-up starts here."""
    rows = Order.objects.filter(gateway__account=request.account)
    return rows.select_related("gateway", "customer", "product", "price")


@require_safe
@never_cache
@member_required
def order_list(request: SellerRequest) -> HttpResponse:
    tab = request.GET.get("status", "")
    tab = tab if tab in TABS else ""
    search = listing.searched(request)
    rows = chips.narrowed(request, searched(request, of_account(request), search))
    if tab:
        rows = rows.filter(status=tab)
    if "csv" in request.GET:
        newest_first = rows.order_by("-pk").iterator(chunk_size=CHUNK)
        return listing.as_csv("orders", newest_first, COLUMNS)  # type: ignore[return-value]
    filters = chips.shown(request)
    context = {
        "page": listing.page(request, rows),
        "tabs": TABS.items(),
        "tab": tab,
        "search": search,
        "chips": filters,
        "is_narrowed": bool(tab or search or any(chip.is_set for chip in filters)),
    }
    return render(request, "orders/sales/orders.html", context)


def searched(request: SellerRequest, rows: QuerySet[Order], search: str) -> QuerySet[Order]:
    """By e-mail, present or former, by our id, by an order's or payment's id at Razorpay: each by
    its own index."""
    if not search:
        return rows
    if "@" in search:
        return rows.filter(customer=customers.find(request.account, search))
    if search.startswith("pay_"):
        payments = Payment.objects.filter(gateway__account=request.account)
        return rows.filter(pk__in=payments.filter(razorpay_payment_id=search).values("order"))
    columns = {"ord_": "uid", "order_": "razorpay_order_id"}
    for prefix, column in columns.items():
        if search.startswith(prefix):
            return rows.filter(**{column: search})
    return rows.none()


@require_safe
@never_cache
@member_required
def order(request: SellerRequest, uid: str) -> HttpResponse:
    rows = of_account(request).select_related("form", "subscription")
    found = get_object_or_404(rows.prefetch_related("product__resources"), uid=uid)
    payments = lines.payments_of(found)
    ledger = list(found.reattempts.order_by("cycle", "n", "pk"))
    doors = access.of_order(found)
    best = access.best(doors)
    context = {
        "order": found,
        "payments": payments,
        "figures": figures(found),
        "remarks": odd_money.remarks(found, payments),
        "is_asked": is_asked(found, payments),
        "strip": strips.of_order(found, payments, ledger),
        "days": stories.of(found, payments, ledger),
        "coming": stories.coming(found, payments, ledger),
        "giving_back": giving_back(request, found, payments),
        "doors": doors,
        "question": access.question(found.customer, doors),
        "why": access.why(best.answer) if best else _("This product opens nothing."),
    }
    return render(request, "orders/sales/order.html", context)


def is_asked(order: Order, payments: list[Payment]) -> bool:
    """Whether the seller may say of odd money that it is meant."""
    if odd_money.is_meant(order, payments):
        return False
    return bool(odd_money.asking(order, payments, totals.of(order, payments)))


def giving_back(request: SellerRequest, order: Order, payments: list[Payment]) -> dict[str, Any]:
    """Whether money can be given back, which is on its way, and what of it is not decided."""
    undecided = loose_ends.undecided(order, payments)
    return {
        "may_change": request.membership.may_change,
        "why_not": refundable.why_not(order, payments),
        "waiting": deeds.waiting(payments),
        "undecided": money.show(loose_ends.total(undecided), order.currency) if undecided else "",
    }


def figures(order: Order) -> dict[str, Any]:
    """What was asked for and what became of it, in one row."""
    waiting = order.status in stories.OPEN
    missing = max(0, order.amount - order.amount_paid) if waiting else 0
    return {
        "paid": money.show(order.amount_paid, order.currency),
        "refunded": money.show(order.amount_refunded, order.currency),
        "open": money.show(missing, order.currency),
        "is_open": missing > 0,
        "expires": order.expires_at if waiting or order.status == Status.EXPIRED else None,
    }
