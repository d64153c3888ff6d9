"""The lines of a story that are about recovering a payment: who was asked, what was debited, what
does not count, who said no. Bills and debits are a room to the right: nothing of it is imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import money
from orders.causes import at
from orders.lines import Line
from orders.models import Order, Reattempt
from orders.reasons import label
from orders.recovering import refusals, told

State = Reattempt.State
MadeBy = Reattempt.MadeBy
# In a payment that is a debit of Raseed's: `subscriptions.debiting.tries.NOTE`.
OUR_NOTE = "raseed_debit"


def of(order: Order, ledger: list[Reattempt]) -> Iterator[Line]:
    """In no order."""
    yield from declined(order)
    yield from asked(ledger)
    yield from uncounted(ledger)
    yield from debits(order)
    yield from bills_by_hand(order, ledger)


def declined(order: Order) -> Iterator[Line]:
    if order.declined_at is not None:
        what = _("The buyer said that they do not want it any more")
        why = _("They followed the link in a mail. It can still be paid, and nobody reminds them.")
        yield Line(order.declined_at, "hand-stop", what, why=why)


def asked(ledger: Iterable[Reattempt]) -> Iterator[Line]:
    """Re-attempts that are mails: when each went out."""
    rows = list(ledger)
    for row in rows:
        same = [other for other in rows if other.cycle == row.cycle]
        if row.n and row.started_at is not None and is_mail(row, same):
            what = _("Re-attempt %(n)s of 3: the buyer was asked to pay") % {"n": row.n}
            why = _("Its time had come, and nothing was paid.")
            yield Line(row.started_at, "send", what, why=why, tone="plan")


def is_mail(row: Reattempt, series: list[Reattempt]) -> bool:
    return row.state != State.REFUSED and told.is_asked(series)


def uncounted(ledger: Iterable[Reattempt]) -> Iterator[Line]:
    """Of a billing period; an order that is paid once says it where the payment failed."""
    for row in ledger:
        if row.n is None and row.cycle and row.done_at is not None:
            yield by_hand(row, row.done_at)


def by_hand(row: Reattempt, when: datetime) -> Line:
    if row.state == State.SUCCEEDED:
        return paid_line(when)
    return Line(when, "hand-stop", WHO[MadeBy(row.made_by)](), why=why_not(row))


def paid_line(when: datetime) -> Line:
    what = _("It was paid by hand, not by one of the three re-attempts")
    return Line(when, "hand-stop", what, tone="good")


def bills_by_hand(order: Order, ledger: Iterable[Reattempt]) -> Iterator[Line]:
    """Bills of a mandate whose debit failed, and which the buyer paid: the ledger has no row of
    that."""
    cycles = {row.cycle for row in ledger if row.n}
    subscription = getattr(order, "subscription", None)
    if subscription is None or not cycles or not subscription.is_ours_to_charge:
        return
    for bill in subscription.bills.prefetch_related("debits"):
        when = paid_by_hand(order, bill) if bill.start in cycles else None
        if when is not None:
            yield paid_line(when)


def paid_by_hand(order: Order, bill: Any) -> datetime | None:
    """When the buyer paid a bill that was to be debited; None where they did not. A debit of
    Raseed's is known by its id, or by the note in it."""
    if bill.authorises or not bill.razorpay_order_id:
        return None
    debited = {debit.razorpay_payment_id for debit in bill.debits.all()}
    paid = order.payments.filter(razorpay_order_id=bill.razorpay_order_id, captured=True)
    own = [p for p in paid if p.razorpay_payment_id not in debited and OUR_NOTE not in p.notes]
    return at(min(p.captured_at or 0 for p in own)) if own else None


def by_buyer() -> str:
    return _("The buyer tried to pay by hand")


def by_seller() -> str:
    return _("Tried by hand in Razorpay's dashboard")


def by_somebody() -> str:
    return _("Tried, and it is not clear by whom")


WHO = {
    MadeBy.BUYER: by_buyer,
    MadeBy.SELLER: by_seller,
    MadeBy.UNCLEAR: by_somebody,
    MadeBy.RASEED: by_somebody,
    MadeBy.RAZORPAY: by_somebody,
}


def why_not(row: Reattempt) -> str:
    if row.made_by == MadeBy.UNCLEAR:
        return _("Not counted, unless Razorpay says that it was one of the three.")
    return _("A try by hand: not counted, and the dates stay.")


def debits(order: Order) -> Iterator[Line]:
    """What Raseed had debited from a mandate, and what it heard."""
    subscription = getattr(order, "subscription", None)
    if subscription is None or not subscription.is_ours_to_charge:
        return
    for bill in subscription.bills.prefetch_related("debits"):
        amount = money.show(bill.amount, bill.currency)
        for debit in bill.debits.all():
            yield from of_debit(debit, amount)


def of_debit(debit: Any, amount: str) -> Iterator[Line]:
    number = {"amount": amount, "n": debit.n}
    if debit.n:
        what = _("Re-attempt %(n)s of 3: Raseed asked Razorpay to debit %(amount)s") % number
        why = _("The try before had failed, and its day had come.")
    else:
        what = _("Raseed asked Razorpay to debit %(amount)s") % number
        why = _("The billing period began.")
    more = tuple(filter(None, [debit.razorpay_payment_id]))
    yield Line(debit.started_at, "bolt", what, more, why, "plan")
    if debit.state == "unknown":
        why = _("Raseed asks Razorpay what became of it, and charges nothing meanwhile.")
        yield Line(debit.started_at, "help", _("The answer was lost"), why=why, tone="wait")
    elif debit.state == "refused":
        said = tuple(filter(None, [refusals.shown(debit.refusal)]))
        what, when = _("No debit was made: not counted"), debit.answered_at or debit.started_at
        yield Line(when, "x", what, said, why=label(debit.reason), tone="bad")
