"""The seller's customers: who they are, what they bought, what they may open. Nothing writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import listing, money
from accounts.access import member_required
from accounts.listing import Columns
from accounts.middleware import SellerRequest
from accounts.models import normal_email
from orders import auditing, customers
from orders.models import Customer, Order
from orders.pages.recovery import rows, series
from orders.pages.sales import access
from orders.pages.sales.orders import CHUNK, of_account

MODES = ("live", "test")
CHANGES = 10  # the newest that a customer's page tells

COLUMNS: Columns = {
    "customer": lambda customer: customer.uid,
    "email": lambda customer: customer.email,
    "name": lambda customer: customer.name,
    "phone": lambda customer: customer.phone,
    "former_emails": lambda customer: " ".join(a.email for a in customer.aliases.all()),
    "orders": lambda customer: customer.orders_count,
    "created_at": lambda customer: customer.created_at.isoformat(),
}


@dataclass
class Sums:
    """What one customer bought: how many orders, and what was paid and kept."""

    orders: int = 0
    paid: list[tuple[str, str]] = field(default_factory=list)


def ours(request: SellerRequest) -> QuerySet[Customer]:
    """The account's customers; every look-up starts here."""
    return Customer.objects.filter(account=request.account)


@require_safe
@never_cache
@member_required
def customer_list(request: SellerRequest) -> HttpResponse:
    search = listing.searched(request)
    rows = searched(ours(request), search)
    if "csv" in request.GET:
        return listing.as_csv("customers", for_csv(rows), COLUMNS)  # type: ignore[return-value]
    page = listing.page(request, rows)
    context = {"page": page, "rows": shown(page.rows), "search": search}
    return render(request, "orders/sales/customers.html", context)


def searched(rows: QuerySet[Customer], search: str) -> QuerySet[Customer]:
    """By e-mail or id, also a former one, or by a part of the name within the account."""
    if not search:
        return rows
    if "@" in search:
        address = normal_email(search)
        former = rows.filter(aliases__email=address, aliases__account=F("account"))
        return rows.filter(Q(email=address) | Q(pk__in=former.values("pk")))
    if search.startswith("cus_"):
        merged = rows.filter(aliases__former_uid=search)
        return rows.filter(Q(uid=search) | Q(pk__in=merged.values("pk")))
    return rows.filter(name__icontains=search)


def for_csv(rows: QuerySet[Customer]) -> Iterable[Customer]:
    counted = rows.annotate(orders_count=Count("orders")).prefetch_related("aliases")
    return counted.order_by("-pk").iterator(chunk_size=CHUNK)


def shown(customers: list[Customer]) -> list[dict[str, Any]]:
    """The rows of a list with their sums and access, in two queries."""
    sums = sums_of(customers)
    held = access.of_customers(customers)
    rows = []
    for customer in customers:
        answer, mode = held.get(customer.pk, (None, ""))
        row = {"customer": customer, "sums": sums.get(customer.pk, Sums()), "mode": mode}
        if answer is not None:
            row["tone"], row["icon"] = access.look(answer)
            row["said"] = access.word(answer)
        rows.append(row)
    return rows


def sums_of(customers: list[Customer]) -> dict[int, Sums]:
    """Paid and kept, for each mode and currency: test money never adds to live money."""
    rows = (
        Order.objects.filter(customer__in=customers)
        .values("customer", "gateway__mode", "currency")
        .annotate(orders=Count("pk"), kept=Sum(F("amount_paid") - F("amount_refunded")))
        .order_by("gateway__mode", "currency")
    )
    found: dict[int, Sums] = {}
    for row in rows:
        sums = found.setdefault(row["customer"], Sums())
        sums.orders += row["orders"]
        sums.paid.append((money.show(row["kept"], row["currency"]), row["gateway__mode"]))
    return found


def standing(request: SellerRequest, uid: str) -> Customer:
    """The account's own customer, or whom that one was merged into; a stranger's is 404."""
    found = customers.by_uid(request.account, uid)
    if found is None:
        raise Http404
    return found


def recovering(request: SellerRequest, customer: Customer) -> list[rows.Row]:
    """What they have not paid and are being asked for, newest first."""
    open_ones = series.under("", series.of_account(request.account))
    theirs = open_ones.filter(order__customer=customer).select_related(*rows.WHOLE)
    return rows.shown(list(theirs.order_by("-pk")[:CHANGES]))


@require_safe
@never_cache
@member_required
def customer(request: SellerRequest, uid: str) -> HttpResponse:
    found = standing(request, uid)
    if found.uid != uid:
        return redirect(found)
    prefetch_related_objects([found], "aliases")
    theirs = of_account(request).filter(customer=found).select_related("subscription")
    doors = [door for mode in MODES for door in access.doors(found, mode)]
    best = access.best(doors)
    context = {
        "customer": found,
        "page": listing.page(request, theirs),
        "sums": sums_of([found]).get(found.pk, Sums()),
        "doors": doors,
        "question": access.question(found, doors),
        "why": access.why(best.answer) if best else "",
        "recovering": recovering(request, found),
        "changes": auditing.about(found)[:CHANGES],
        "may_change": request.membership.may_change,
    }
    return render(request, "orders/sales/customer.html", context)
