"""The list of the seller's subscriptions, and its download. Nothing here writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import listing
from accounts.access import member_required
from accounts.listing import Columns
from accounts.middleware import SellerRequest
from orders import customers, ending, in_force
from orders.causes import at
from orders.models import Price
from orders.pages.sales import chips
from subscriptions.models import Subscription
from subscriptions.pages.wording import terms

Status = Subscription.Status
TABS: dict[str, Any] = {"": gettext_lazy("All")} | {status: status.label for status in Status}
CHUNK = 500
# A next charge is planned only for these; for others Razorpay's date is not a promise.
CHARGED = (Status.AUTHENTICATED, Status.ACTIVE, Status.PENDING)


def iso(moment: datetime | int | None) -> str:
    """A column or Razorpay's unix seconds as ISO 8601, in UTC."""
    if not moment:
        return ""
    return str((at(moment) if isinstance(moment, int) else moment).isoformat())


COLUMNS: Columns = {
    "subscription": lambda row: row.uid,
    "razorpay_subscription_id": lambda row: row.razorpay_subscription_id,
    "mode": lambda row: row.gateway.mode,
    "created_at": lambda row: iso(row.order.created_at),
    "status": lambda row: row.status,
    "order": lambda row: row.order.uid,
    "email": lambda row: row.order.customer.email,
    "name": lambda row: row.order.customer.name,
    "product": lambda row: row.order.product.name,
    "currency": lambda row: row.order.currency,
    "amount": lambda row: row.order.amount,
    "amount_readable": lambda row: row.order.total,
    "paid_count": lambda row: row.paid_count,
    "next_charge_at": lambda row: iso(next_charge(row)),
    "cancels_at": lambda row: iso(ending.of(row)),
    "paid_until": lambda row: iso(row.paid_until),
    "access_until": lambda row: iso(row.access_until),
}


def of_account(request: SellerRequest) -> QuerySet[Subscription]:
    """The account's subscriptions; every look-up starts here."""
    rows = Subscription.objects.filter(gateway__account=request.account)
    whole = rows.select_related(
        "gateway", "order__customer", "order__product", "order__price", "order__gateway"
    )
    return whole.prefetch_related("instructions")


def next_charge(subscription: Subscription) -> int | None:
    """When Razorpay charges next, in unix seconds."""
    if subscription.status not in CHARGED or ending.of(subscription):
        return None
    return subscription.charge_at


@require_safe
@never_cache
@member_required
def subscription_list(request: SellerRequest) -> HttpResponse:
    tab = request.GET.get("status", "")
    tab = tab if tab in TABS else ""
    search = listing.searched(request)
    found = searched(request, of_account(request), search)
    rows = chips.narrowed(request, found, "order__")
    if tab:
        rows = rows.filter(status=tab)
    if "csv" in request.GET:
        newest_first = rows.order_by("-pk").iterator(chunk_size=CHUNK)
        return listing.as_csv("subscriptions", newest_first, COLUMNS)  # type: ignore[return-value]
    page = listing.page(request, rows)
    charged = in_force.prices(page.rows)
    filters = chips.shown(request)
    context = {
        "page": page,
        "rows": [row_of(row, charged[row.pk]) for row in page.rows],
        "tabs": TABS.items(),
        "tab": tab,
        "search": search,
        "chips": filters,
        "is_narrowed": bool(tab or search or any(chip.is_set for chip in filters)),
    }
    return render(request, "subscriptions/list.html", context)


def row_of(subscription: Subscription, price: Price) -> dict[str, Any]:
    """What is shown of each, in the list and on its own page. `price` is of the plan in force."""
    order = subscription.order
    return {
        "subscription": subscription,
        "product": order.product if price == order.price else price.product,
        "terms": terms(price),
        "next_charge": next_charge(subscription),
        "ends": ending.of(subscription),
        "access_until": subscription.access_until,
    }


def searched(
    request: SellerRequest, rows: QuerySet[Subscription], search: str
) -> QuerySet[Subscription]:
    """By e-mail, present or former, or by id, ours or Razorpay's: each by its own index."""
    if not search:
        return rows
    if "@" in search:
        return rows.filter(order__customer=customers.find(request.account, search))
    if search.startswith("ord_"):
        return rows.filter(order__uid=search)
    if search.startswith("sub_"):
        return rows.filter(Q(uid=search) | Q(razorpay_subscription_id=search))
    return rows.none()
