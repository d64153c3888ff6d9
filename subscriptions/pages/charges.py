"""What was charged, row by row: cycles with what paid for them, invoices, failed charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import money
from orders.causes import at
from orders.models import Payment, Reattempt
from orders.pages.sales import strips
from orders.pages.sales.strips import Strip
from subscriptions.models import Invoice
from subscriptions.periods import Period


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
