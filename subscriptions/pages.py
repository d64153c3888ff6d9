"""The seller's subscriptions: the list, and what one has paid, owes and gives. Nothing writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import listing, money
from accounts.access import member_required
from accounts.listing import Columns
from accounts.middleware import SellerRequest
from orders import customers
from orders.causes import at
from orders.models import Payment, Price, Reattempt
from orders.pages.sales import access, strips
from orders.pages.sales.strips import Strip
from subscriptions import periods
from subscriptions.models import Invoice, Subscription
from subscriptions.periods import Period

Status = Subscription.Status
TABS: dict[str, Any] = {"": gettext_lazy("All")} | {status: status.label for status in Status}
CHUNK = 500
# A next charge is planned only for these; for others Razorpay's date is not a promise.
CHARGED = (Status.AUTHENTICATED, Status.ACTIVE, Status.PENDING)

EVERY = {
    Price.Period.DAILY: gettext_noop("%(amount)s a day"),
    Price.Period.WEEKLY: gettext_noop("%(amount)s a week"),
    Price.Period.MONTHLY: gettext_noop("%(amount)s a month"),
    Price.Period.QUARTERLY: gettext_noop("%(amount)s a quarter"),
    Price.Period.YEARLY: gettext_noop("%(amount)s a year"),
}
EVERY_FEW = {
    Price.Period.DAILY: gettext_noop("%(amount)s every %(count)s days"),
    Price.Period.WEEKLY: gettext_noop("%(amount)s every %(count)s weeks"),
    Price.Period.MONTHLY: gettext_noop("%(amount)s every %(count)s months"),
    Price.Period.QUARTERLY: gettext_noop("%(amount)s every %(count)s quarters"),
    Price.Period.YEARLY: gettext_noop("%(amount)s every %(count)s years"),
}


def iso(moment: Any) -> str:
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
    "paid_until": lambda row: iso(row.paid_until),
    "access_until": lambda row: iso(row.access_until),
}


def of_account(request: SellerRequest) -> QuerySet[Subscription]:
    """The account's subscriptions; every look-up starts here."""
    rows = Subscription.objects.filter(gateway__account=request.account)
    return rows.select_related(
        "gateway", "order__customer", "order__product", "order__price", "order__gateway"
    )


def next_charge(subscription: Subscription) -> int | None:
    """When Razorpay charges next, in unix seconds."""
    return subscription.charge_at if subscription.status in CHARGED else None


def terms(price: Price) -> str:
    """What is charged how often: "₹499.00 a month"."""
    few = price.interval > 1
    text = (EVERY_FEW if few else EVERY)[Price.Period(price.period)]
    return _(text) % {"amount": str(price), "count": price.interval}


@require_safe
@never_cache
@member_required
def subscription_list(request: SellerRequest) -> HttpResponse:
    tab = request.GET.get("status", "")
    tab = tab if tab in TABS else ""
    search = listing.searched(request)
    rows = searched(request, of_account(request), search)
    if tab:
        rows = rows.filter(status=tab)
    if "csv" in request.GET:
        newest_first = rows.order_by("-pk").iterator(chunk_size=CHUNK)
        return listing.as_csv("subscriptions", newest_first, COLUMNS)  # type: ignore[return-value]
    page = listing.page(request, rows)
    context = {
        "page": page,
        "rows": [(row, terms(row.order.price), next_charge(row)) for row in page.rows],
        "tabs": TABS.items(),
        "tab": tab,
        "search": search,
    }
    return render(request, "subscriptions/list.html", context)


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


@require_safe
@never_cache
@member_required
def subscription(request: SellerRequest, uid: str) -> HttpResponse:
    rows = of_account(request).select_related("plan")
    found = get_object_or_404(rows.prefetch_related("order__product__resources"), uid=uid)
    order = found.order
    cycles = periods.of(found)
    ledger = list(order.reattempts.order_by("cycle", "n", "pk"))
    invoices = list(found.invoices.order_by("pk"))
    doors = access.of_order(order)
    best = access.best(doors)
    context = {
        "subscription": found,
        "order": order,
        "terms": terms(order.price),
        "next_charge": next_charge(found),
        "paid_in_all": money.show(order.amount_paid - order.amount_refunded, order.currency),
        "cycles": [row_of(period, number) for number, period in enumerate(cycles, 1)][::-1],
        "strips": strips_of(cycles, ledger),
        "invoices": [Bill(row) for row in invoices],
        "doors": doors,
        "question": access.question(order.customer, doors),
        "why": access.why(best.answer) if best else _("This product opens nothing."),
    }
    return render(request, "subscriptions/subscription.html", context)


@dataclass(frozen=True)
class Bill:
    """One invoice in the table."""

    invoice: Invoice

    @property
    def amount(self) -> str:
        return money.show(self.invoice.amount, self.invoice.currency)

    @property
    def starts(self) -> datetime | None:
        start = self.invoice.billing_start
        return at(start) if start else None

    @property
    def ends(self) -> datetime | None:
        end = self.invoice.billing_end
        return at(end) if end else None


@dataclass(frozen=True)
class Row:
    """One cycle in the table."""

    number: int
    period: Period
    payments: list[Payment]
    tone: str
    icon: str
    said: str

    @property
    def starts(self) -> datetime:
        return at(self.period.cycle.start)

    @property
    def ends(self) -> datetime:
        return at(self.period.end)

    @property
    def attempts(self) -> int:
        """How many automatic charges failed."""
        return max((int(number) for number in self.period.cycle.attempts), default=0)


def row_of(period: Period, number: int) -> Row:
    charges = period.cycle.charges.all()
    payments = {charge.payment for charge in charges if charge.payment.captured}
    by_time = sorted(payments, key=lambda payment: payment.captured_at or 0)
    return Row(number, period, by_time, *look(period))


def look(period: Period) -> tuple[str, str, str]:
    """Paid, refunded or unpaid: kind of badge, icon and word."""
    if period.is_paid:
        return "good", "check", _("Paid")
    if period.was_refunded:
        return "over", "arrow-back-up", _("Refunded")
    if period.cycle.halted_at is not None:
        return "bad", "player-pause", _("Halted")
    return "bad", "x", _("Unpaid")


def strips_of(cycles: list[Period], ledger: list[Reattempt]) -> list[tuple[str, Strip]]:
    """One strip for each cycle that has a failed attempt, the newest first."""
    found = []
    for number, period in enumerate(cycles, 1):
        rows = [row for row in ledger if row.cycle == period.cycle.start]
        if period.cycle.attempts and rows:
            began = min(seen["at"] for seen in period.cycle.attempts.values())
            title = _("Recovering cycle %(number)s") % {"number": number}
            found.append((title, strips.strip(at(began), "", rows)))
    return found[::-1]
