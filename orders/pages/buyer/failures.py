"""A charge that failed, as its buyer is told: what happened, what helps, what comes next.

Subscriptions, their bills and their invoices are a room to the right: their names are used, and
nothing is imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

from accounts import money
from orders import answers, reasons
from orders.causes import at
from orders.models import Order, Payment, Reattempt
from orders.reasons import Remedy
from orders.recovering import told

NOT_CHARGED = ("pending", "halted")
UNPAID_INVOICE = ("issued", "partially_paid")
TO_COME = (Reattempt.State.SCHEDULED, Reattempt.State.STARTED, Reattempt.State.UNKNOWN)
STANDS = "confirmed"
# The attribute of an order with its failed payments.
FETCHED = "failures"


@dataclass(frozen=True)
class Open:
    """What is not paid, and the page that takes the money."""

    url: str
    total: str
    since: datetime | None


@dataclass(frozen=True)
class Failure:
    """Of an order whose subscription is pending or halted. Asks nothing: all was fetched."""

    order: Order

    @property
    def subscription(self) -> Any:
        return self.order.subscription

    @property
    def is_halted(self) -> bool:
        return bool(self.subscription.status == "halted")

    @cached_property
    def reason(self) -> str:
        """Of the newest try that failed, of those that were charges."""
        return (self.last_charge.error_reason or "") if self.last_charge else ""

    @cached_property
    def last_charge(self) -> Payment | None:
        """What was tried to give a new mandate is no charge: it says nothing of the present one."""
        asked = self.renewals()
        return newest(p for p in failures(self.order) if p.razorpay_order_id not in asked)

    @cached_property
    def last_renewal(self) -> Payment | None:
        """The payment for a new mandate that failed, if no charge failed after it."""
        asked = self.renewals()
        last = newest(p for p in failures(self.order) if p.razorpay_order_id in asked)
        return last if last and last is newest(filter(None, [last, self.last_charge])) else None

    def renewals(self) -> set[str]:
        """The orders of new mandates that nobody paid. None is a debt beside the bill that it
        stands in for, so none is offered beside it: that would be to pay the period twice."""
        if not self.subscription.is_ours_to_charge:
            return set()
        asked = [bill for bill in self.subscription.bills.all() if bill.authorises]
        return {bill.razorpay_order_id for bill in asked if bill.razorpay_order_id} - self.paid

    @cached_property
    def paid(self) -> set[str]:
        """The orders at Razorpay for which money came in."""
        return {p.razorpay_order_id for p in self.order.payments.all() if p.captured}

    @property
    def label(self) -> str:
        return reasons.label(self.reason) if self.reason else ""

    @property
    def advice(self) -> str:
        return reasons.advice(self.reason, debited=True) if self.reason else ""

    @property
    def renewal_label(self) -> str:
        last = self.last_renewal
        return reasons.label(last.error_reason) if last and last.error_reason else ""

    @property
    def renewal_advice(self) -> str:
        """The buyer pays there themselves."""
        last = self.last_renewal
        return reasons.advice(last.error_reason) if last and last.error_reason else ""

    @property
    def next_try(self) -> Reattempt | None:
        """The next of the three that is still to come."""
        rows = [row for row in self.order.reattempts.all() if row.n and row.state in TO_COME]
        return min(rows, key=lambda row: row.due_at, default=None)

    @property
    def is_being_tried(self) -> bool:
        """A debit is on its way, and the bank has not said yet what became of it."""
        row = self.next_try
        return row is not None and row.state != Reattempt.State.SCHEDULED

    @property
    def waits_for_bank(self) -> bool:
        return told.waits_for_bank(self.order)

    @property
    def open_until(self) -> datetime | None:
        """How long what was bought stays open, if it is."""
        until = self.subscription.access_until
        return until if until and until > answers.now_for(self.order) else None

    @property
    def needs_mandate(self) -> bool:
        """Whether nothing is debited any more until the buyer gives a new mandate."""
        if not self.subscription.is_ours_to_charge:
            return False
        over = reasons.remedy(self.reason) == Remedy.NEW_MANDATE
        return over or not any(one.status == STANDS for one in self.order.mandates.all())

    @cached_property
    def open(self) -> list[Open]:
        """Newest first. What is old is never charged by itself."""
        if not self.order.gateway.is_connected:
            return []
        ours = self.subscription.is_ours_to_charge
        return list(self.open_bills() if ours else self.open_invoices())

    def open_bills(self) -> Iterator[Open]:
        for bill in self.unpaid_bills():
            url = reverse("subscriptions:pay_bill", args=[bill.uid])
            yield Open(url, money.show(bill.amount, bill.currency), at(bill.start or 0))

    def unpaid_bills(self) -> list[Any]:
        """Those that a mandate was to be charged for, newest first. See `renewals` for others."""
        bills = sorted(self.subscription.bills.all(), key=lambda bill: -bill.number)
        known = [bill for bill in bills if not bill.authorises and bill.razorpay_order_id]
        return [bill for bill in known if bill.razorpay_order_id not in self.paid]

    def open_invoices(self) -> Iterator[Open]:
        theirs = [one for one in self.subscription.invoices.all() if is_unpaid(one)]
        for invoice in sorted(theirs, key=lambda one: one.created_at or 0, reverse=True):
            url = web_address(invoice.short_url)
            if url:
                total = money.show(invoice.amount, invoice.currency) if invoice.amount else ""
                yield Open(url, total, at(invoice.created_at) if invoice.created_at else None)

    @property
    def change_url(self) -> str:
        """Where the way to pay is changed, or a new mandate is given."""
        if not self.order.gateway.is_connected:
            return ""
        if not self.subscription.is_ours_to_charge:
            known = self.subscription.razorpay_subscription_id
            return reverse("subscriptions:change_method", args=[self.order.uid]) if known else ""
        bills = self.unpaid_bills()
        return reverse("subscriptions:renew_mandate", args=[bills[0].uid]) if bills else ""

    @property
    def mend_url(self) -> str:
        """The one link that helps."""
        first = self.open[0].url if self.open else ""
        if self.needs_mandate:
            return self.change_url or first
        return first or self.change_url


def failures(order: Order) -> Iterator[Payment]:
    """As `purchases.of` fetched them."""
    found: list[Payment] = getattr(order, FETCHED)
    return (payment for payment in found if payment.failed_at)


def newest(payments: Iterable[Payment]) -> Payment | None:
    return max(payments, key=lambda payment: (payment.failed_at, payment.pk), default=None)


def is_unpaid(invoice: Any) -> bool:
    return invoice.status in UNPAID_INVOICE


def web_address(link: str) -> str:
    """The link if it leads to the web, else nothing: it came in a body, not from us."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in {"http", "https"} and parts.hostname else ""
