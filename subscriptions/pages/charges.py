"""What was charged, row by row: cycles with what paid for them; and what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import money
from orders.causes import at
from orders.models import Payment, Reattempt
from orders.recovering import links, told
from orders.retries import OPEN
from subscriptions.models import Bill, Invoice, Subscription
from subscriptions.periods import Period


@dataclass(frozen=True)
class Asked:
    """An invoice of Razorpay's or a bill of ours in the table. `remark` says that nothing charges
    it by itself, `link` where it is paid."""

    name: str
    status: str
    said: str
    amount: str
    starts: datetime | None
    ends: datetime | None
    link: str
    remark: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.remark)


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


def rows_of(cycles: list[Period]) -> list[Row]:
    """The newest first."""
    return [row_of(period, number) for number, period in enumerate(cycles, 1)][::-1]


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
    if not period.cycle.attempts:
        return "wait", "clock", _("Being charged")
    return "bad", "x", _("Unpaid")


def asked_of(
    subscription: Subscription, cycles: list[Period], ledger: list[Reattempt]
) -> list[Asked]:
    """What the buyer was asked to pay, the oldest first."""
    trying = {row.cycle for row in ledger if row.n and row.state in OPEN}
    tried = {period.cycle.start for period in cycles if period.cycle.attempts}
    left = tried - trying
    if subscription.is_ours_to_charge:
        paid = {period.cycle.start for period in cycles if period.paid_at is not None}
        return [of_bill(bill, paid, left) for bill in subscription.bills.all()]
    halted = subscription.status == Subscription.Status.HALTED
    rows = sorted(subscription.invoices.all(), key=lambda row: row.pk)
    return [of_invoice(row, halted or row.billing_start in left) for row in rows]


def of_invoice(row: Invoice, is_left: bool) -> Asked:
    is_open = row.status in told.UNPAID_INVOICE
    return Asked(
        name=row.razorpay_invoice_id,
        status=row.status,
        said=row.get_status_display(),
        amount=money.show(row.amount, row.currency),
        starts=at(row.billing_start) if row.billing_start else None,
        ends=at(row.billing_end) if row.billing_end else None,
        link=row.short_url,
        remark=never_charged() if is_open and is_left else "",
    )


def of_bill(bill: Bill, paid: set[int], left: set[int]) -> Asked:
    is_paid = bill.start in paid
    is_open = bill.start in left and not is_paid
    return Asked(
        name=bill.razorpay_order_id or bill.uid,
        status="paid" if is_paid else "issued",
        said=_("Paid") if is_paid else _("Open"),
        amount=money.show(bill.amount, bill.currency),
        starts=at(bill.start) if bill.start else None,
        ends=at(bill.end) if bill.end else None,
        link="" if is_paid else links.absolute("subscriptions:pay_bill", bill.uid),
        remark=never_charged() if is_open else "",
    )


def never_charged() -> str:
    return _("Open. It is never charged by itself: only the buyer can pay it, by this link.")
