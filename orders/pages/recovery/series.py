"""The series of an account as rows of a list: each is told by its first re-attempt.

A series is the three re-attempts of one order, or of one cycle of it. Nothing here writes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Account
from orders.causes import at
from orders.models import Payment, Reattempt
from orders.retries import DELAY, OPEN, REATTEMPTS

State = Reattempt.State
# First re-attempts with `is_open`, `is_settled`, `is_paid`, `ended_at` and `failed_first`.
Series = QuerySet[Any]
# Payments of a series: of an order that is paid once, and of one cycle.
Found = tuple[QuerySet[Payment], QuerySet[Payment]]

# Who mistypes a code and then pays was never lost: that is no money recovered.
LOST_AFTER = timedelta(minutes=30)
# How long a series that is over stays in the list.
KEPT = timedelta(days=30)

TABS: dict[str, Any] = {
    "": gettext_lazy("Being tried"),
    "recovered": gettext_lazy("Recovered"),
    "given_up": gettext_lazy("Given up"),
    "all": gettext_lazy("All"),
}


def of_account(account: Account) -> Series:
    """Every series, with whether it is open, whether it was paid and when it ended."""
    same = Reattempt.objects.filter(order=OuterRef("order"), cycle=OuterRef("cycle"))
    last = same.filter(n=REATTEMPTS)
    first = Reattempt.objects.filter(order__gateway__account=account, n=1)
    return first.annotate(
        is_open=Exists(same.filter(n__isnull=False, state__in=OPEN)),
        is_settled=Exists(same.filter(n__isnull=False, reason="paid")),
        is_paid=paid(),
        ended_at=Subquery(last.values("done_at")[:1]),
        failed_first=earliest(failures(), "failed_at"),
    )


def failures() -> Found:
    """The payments that failed: of an order, or of one cycle of it by that cycle's own order at
    Razorpay. For a query that has `order` and `cycle`, as `first_of` needs."""
    failed = Payment.objects.filter(order=OuterRef("order"), failed_at__isnull=False)
    of_cycle = failed.exclude(razorpay_order_id="").filter(
        order__subscription__cycles__start=OuterRef("cycle"),
        order__subscription__cycles__razorpay_order_id=F("razorpay_order_id"),
    )
    return failed, of_cycle


def payments() -> Found:
    """Those that brought money, in the same way."""
    captured = Payment.objects.filter(order=OuterRef("order"), captured=True)
    return captured, captured.filter(charges__cycle__start=OuterRef("cycle"))


def earliest(found: Found, name: str) -> Case:
    whole, of_cycle = found
    return first_of(whole.order_by(name, "pk"), of_cycle.order_by(name, "pk"), name)


def first_of(whole: QuerySet[Payment], of_cycle: QuerySet[Payment], name: str) -> Case:
    """A column of the first of these payments: of the order, or of the cycle where there is one."""
    return Case(
        When(cycle=0, then=Subquery(whole.values(name)[:1])),
        default=Subquery(of_cycle.values(name)[:1]),
    )


def failed_at(failed_first: int | None, due_at: datetime) -> datetime:
    """When a series began: by its earliest failed payment. One that nobody told of was a day or
    more before the first re-attempt: a domestic card is not debited again within a day and a half.
    """
    told = due_at - DELAY
    return told if failed_first is None else min(at(failed_first), told)


def paid() -> Any:
    """Whether money came in for it: for its order, or for its cycle. What is charged for a cycle is
    known to a room to the right, which nothing here imports."""
    captured, of_cycle = payments()
    return (Q(cycle=0) & Exists(captured)) | (Q(cycle__gt=0) & Exists(of_cycle))


def under(tab: str, rows: Series, now: datetime | None = None) -> Series:
    """The rows of one tab; what is over for the last 30 days."""
    since = (now or timezone.now()) - KEPT
    if tab == "recovered":
        return recovered(rows).filter(ended_at__gte=since)
    if tab == "given_up":
        return given_up(rows).filter(ended_at__gte=since)
    if tab == "all":
        return rows.filter(Q(is_open=True) | Q(ended_at__gte=since))
    return rows.filter(is_open=True)


def recovered(rows: Series) -> Series:
    """Paid after all, and not at once."""
    soon = F("failed_first") + int(LOST_AFTER.total_seconds())
    at_once = Q(
        Q(failed_first=None) | Q(paid_first__lt=soon),
        state=State.CANCELLED, reason="paid", done_at__lt=F("due_at") - (DELAY - LOST_AFTER),
    )  # fmt: skip
    paid_first = earliest(payments(), "captured_at")
    over: Series = rows.filter(is_open=False, is_paid=True).annotate(paid_first=paid_first)
    return over.exclude(at_once)


def was_at_once(state: str, reason: str, done_at: datetime | None, failed_at: datetime) -> bool:
    """The same of one first re-attempt."""
    if state != State.CANCELLED or reason != "paid" or done_at is None:
        return False
    return done_at < failed_at + LOST_AFTER


def given_up(rows: Series) -> Series:
    """Over, and no money came: not for this, and not for another order of the same."""
    return rows.filter(is_open=False, is_paid=False, is_settled=False)
