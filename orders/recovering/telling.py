"""What a mail says about money that did not come: why, how often it was tried, what comes next, and
where it can be paid.

Subscriptions and bills are a room to the right: their names are used, and nothing is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts import money
from orders import reasons
from orders.causes import at
from orders.models import Order, Payment, Reattempt
from orders.reasons import Remedy
from orders.recovering import links, told

State = Reattempt.State
BEGUN = {State.STARTED, State.UNKNOWN, State.FAILED, State.SUCCEEDED}
UNPAID_INVOICE = ("issued", "partially_paid")
# In the ledger: why a mandate's series ended at once.
NEW_MANDATE_NEEDED = "new_mandate_needed"


@dataclass(frozen=True)
class Failure:
    """One series: of an order that is paid once (cycle 0), or of one billing period.

    `number` is that of the failed try, or of the reminder, that a mail is about; `kind` is that of
    the mail, where one letter stands for several.
    """

    order: Order
    cycle: int
    number: int
    kind: str = ""

    @property
    def subscription(self) -> Any:
        return getattr(self.order, "subscription", None)

    @property
    def period_from(self) -> datetime | None:
        """When the billing period begins that was to be paid: without it the mails about two of
        them would read alike."""
        return at(self.cycle) if self.cycle else None

    @property
    def is_ours(self) -> bool:
        """Whether Raseed charges a mandate itself."""
        return bool(getattr(self.subscription, "is_ours_to_charge", False))

    @cached_property
    def payment(self) -> Payment | None:
        """The newest payment that failed."""
        failed = self.order.payments.exclude(failed_at=None)
        if self.cycle:
            period = self.subscription.cycles.filter(start=self.cycle).first()
            known_as = getattr(period, "razorpay_order_id", "")
            theirs = {"razorpay_order_id": known_as} if known_as else {"failed_at__gte": self.cycle}
            failed = failed.filter(**theirs)
        return failed.order_by("-failed_at", "-pk").first()

    @cached_property
    def paid_with(self) -> Payment | None:
        """The newest payment that brought money."""
        paid = self.order.payments.filter(captured=True)
        return paid.order_by("-captured_at", "-pk").first()

    @cached_property
    def rows(self) -> list[Reattempt]:
        """The three of the ledger, where it has them."""
        return list(self.order.reattempts.filter(cycle=self.cycle, n__gt=0).order_by("n"))

    @property
    def reason(self) -> str:
        """Razorpay's word. A debit that was refused made no payment, and the ledger has it."""
        if self.payment is not None and self.payment.error_reason:
            return self.payment.error_reason
        if not self.cycle:
            return ""
        told = [row.reason for row in self.rows if row.state in {State.FAILED, State.REFUSED}]
        return next(filter(None, reversed(told)), "")

    @property
    def why(self) -> str:
        return reasons.said(self.reason)

    @property
    def explained(self) -> str:
        """What happened, and what the buyer can do before the next debit, if one follows."""
        return reasons.explain(self.reason, debited=not self.is_asked)

    @property
    def how_to_pay(self) -> str:
        """The same, where the buyer pays by hand."""
        return reasons.explain(self.reason)

    @property
    def needs_mandate(self) -> bool:
        """Whether what the buyer allowed cannot be charged any more."""
        ended = any(row.reason == NEW_MANDATE_NEEDED for row in self.rows)
        return self.is_ours and (ended or reasons.remedy(self.reason) == Remedy.NEW_MANDATE)

    @cached_property
    def is_asked(self) -> bool:
        """Whether the buyer is asked to pay by hand: also a bill of which Razorpay takes no further
        debit."""
        if not self.cycle:
            return True
        if self.bill is None:
            return False
        return bool(self.bill.debits.filter(reason=told.ORDER_REFUSED).exists())

    @property
    def total(self) -> str:
        """What is to be paid."""
        asked: Any = self.bill or self.invoice or self.payment
        if asked is None or not asked.amount:
            return self.order.total
        return money.show(asked.amount, asked.currency or self.order.currency)

    @property
    def made(self) -> int:
        """How many re-attempts were made: at least those before the try of a cycle. What was
        refused is none, and after it the buyer is asked."""
        begun = sum(row.state in BEGUN for row in self.rows)
        return begun if self.is_asked else max(begun, min(self.number - 1, 3))

    @property
    def tries(self) -> int:
        """The first one and the re-attempts."""
        return self.made + 1

    @property
    def waits_for_bank(self) -> bool:
        """Whether no day is fixed for the next one."""
        return getattr(self.subscription, "payment_method", None) == "emandate"

    @property
    def next_row(self) -> Reattempt | None:
        """The re-attempt that comes next, where its time is known and not over."""
        if self.waits_for_bank:
            return None
        soonest = next((row for row in self.rows if row.state == State.SCHEDULED), None)
        return soonest if soonest is not None and soonest.due_at > timezone.now() else None

    @property
    def is_last(self) -> bool:
        """Of a reminder."""
        return self.number >= 3

    @property
    def has_access(self) -> bool:
        """Whether what was bought is open all the same."""
        until = getattr(self.subscription, "access_until", None)
        return until is not None and until > timezone.now()

    @cached_property
    def invoice(self) -> Any:
        """Razorpay's open invoice of the period."""
        if not self.cycle or self.is_ours:
            return None
        open_ones = self.subscription.invoices.filter(status__in=UNPAID_INVOICE)
        return open_ones.filter(billing_start=self.cycle).order_by("-pk").first()

    @cached_property
    def bill(self) -> Any:
        """Our own order for the period."""
        if not self.cycle or not self.is_ours:
            return None
        return self.subscription.bills.filter(start=self.cycle).order_by("-pk").first()

    @property
    def mend_url(self) -> str:
        """Where it is paid, or where the way to pay is changed before the next try."""
        if not self.cycle:
            return links.reopen_url(self.order)
        if self.bill is not None:
            name = "renew_mandate" if self.needs_mandate else "pay_bill"
            return links.absolute(f"subscriptions:{name}", self.bill.uid)
        return self.change_url

    @property
    def change_url(self) -> str:
        """Where the way to pay is changed. Razorpay's own page knows every method."""
        page = "" if self.is_ours else self.subscription.short_url
        return page or links.absolute("subscriptions:change_method", self.order.uid)

    @property
    def page_url(self) -> str:
        """The seller's page about it."""
        page = self.order if self.subscription is None else self.subscription
        return f"{settings.PUBLIC_URL}{page.get_absolute_url()}"

    @property
    def decline_url(self) -> str:
        return "" if self.order.price.recurs else links.decline_url(self.order)

    @property
    def invoice_url(self) -> str:
        return self.invoice.short_url if self.invoice is not None else ""
