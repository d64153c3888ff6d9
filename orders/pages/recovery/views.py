"""/recovery/: every payment that is re-attempted, and what came of it. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import listing, money
from accounts.access import member_required
from accounts.listing import Columns
from accounts.middleware import SellerRequest
from gateways.models import Gateway, Mode
from orders import customers
from orders.models import Payment, Reattempt
from orders.pages.recovery import figures, rows, series, standstill
from orders.pages.recovery.series import Series
from orders.pages.sales import chips

CHUNK = 200
COLUMNS: Columns = {
    "order": lambda row: row.order.uid,
    "subscription": lambda row: getattr(getattr(row.order, "subscription", None), "uid", ""),
    "mode": lambda row: row.order.gateway.mode,
    "failed_at": lambda row: row.failed_at.isoformat(),
    "state": lambda row: row.state,
    "customer": lambda row: row.order.customer.uid,
    "email": lambda row: row.order.customer.email,
    "name": lambda row: row.order.customer.name,
    "product": lambda row: row.order.product.name,
    "currency": lambda row: row.order.currency,
    "amount": lambda row: row.order.amount,
    "amount_readable": lambda row: money.show(row.order.amount, row.order.currency),
    "reason": lambda row: row.reason,
    "tries": lambda row: row.used,
    "next_at": lambda row: row.next_at.isoformat() if row.next_at else "",
    "made_by": lambda row: row.made_by,
}


@require_safe
@never_cache
@member_required
def recovery(request: SellerRequest) -> HttpResponse:
    tab = request.GET.get("state", "")
    tab = tab if tab in series.TABS else ""
    search = listing.searched(request)
    mode = mode_of(request)
    found = searched(request, series.of_account(request.account), search)
    found = series.under(tab, chips.narrowed(request, found, "order__", "order__gateway"))
    found = found.select_related(*rows.WHOLE)
    if "csv" in request.GET:
        return listing.as_csv("recovery", downloaded(found), COLUMNS)  # type: ignore[return-value]
    page = listing.page(request, found)
    filters = chips.shown(request)
    is_narrowed = bool(search or any(chip.is_set for chip in filters))
    context = {
        "page": page,
        "rows": rows.shown(page.rows),
        "tabs": series.TABS.items(),
        "tab": tab,
        "search": search,
        "chips": filters,
        "is_narrowed": is_narrowed,
        "mode": mode,
        "figures": figures.of(request.account, mode),
        "standstills": standstills(request),
    }
    return render(request, "orders/recovery/list.html", context)


def mode_of(request: SellerRequest) -> str:
    """Whose money the figures count: the mode that is chosen, else live if there ever was."""
    chosen = request.GET.get("mode")
    if chosen in Mode.values:
        return str(chosen)
    live = Gateway.objects.filter(account=request.account, mode=Mode.LIVE)
    return str(Mode.LIVE if live.exists() else Mode.TEST)


def standstills(request: SellerRequest) -> list[tuple[str, standstill.Standstill]]:
    """Of connected gateways; what was disconnected is told at each row that waits for it."""
    connected = Gateway.objects.connected().filter(account=request.account)
    found = [(gateway.mode, standstill.of(gateway)) for gateway in connected.order_by("mode")]
    return [(mode, stopped) for mode, stopped in found if stopped is not None]


def searched(request: SellerRequest, found: Series, search: str) -> Series:
    """By e-mail, present or former, or by an id of the order, its payment or its subscription."""
    if not search:
        return found
    if "@" in search:
        return found.filter(order__customer=customers.find(request.account, search))
    if search.startswith("pay_"):
        payments = Payment.objects.filter(gateway__account=request.account)
        return found.filter(order__in=payments.filter(razorpay_payment_id=search).values("order"))
    columns = {
        "ord_": ["order__uid"],
        "order_": ["order__razorpay_order_id"],
        "sub_": ["order__subscription__uid", "order__subscription__razorpay_subscription_id"],
    }
    for prefix, names in columns.items():
        if search.startswith(prefix):
            return either(found, names, search)
    return found.none()


def either(found: Series, names: list[str], value: str) -> Series:
    first, *others = (found.filter(**{name: value}) for name in names)
    for other in others:
        first = first | other
    return first


def downloaded(found: Series) -> Iterator[Any]:
    """Chunk by chunk, newest first, so that its size costs no memory."""
    held: list[Reattempt] = []
    for row in found.order_by("-pk").iterator(chunk_size=CHUNK):
        held.append(row)
        if len(held) == CHUNK:
            yield from rows.shown(held)
            held = []
    yield from rows.shown(held)
