"""What pages and scripts are told of a re-attempt beside its own columns.

Subscriptions, invoices and bills are a room to the right: their names are used, and nothing is
imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orders import mails
from orders.models import Mail, Order, Reattempt
from orders.paying import pay_url
from orders.recovering import links

State = Reattempt.State
# Of a subscription, as Razorpay calls it: the bank answers in days, and no day is fixed.
E_MANDATE = "emandate"
UNPAID_INVOICE = ("issued", "partially_paid")
# Razorpay takes no further debit of this bill: from then on the buyer is asked.
ORDER_REFUSED = "order_refused"
# What `pay_link` reads, for a list of many.
TO_PAY = ("order__subscription__invoices", "order__subscription__bills")


def pay_link(row: Reattempt) -> str | None:
    """Where the buyer can pay what is open; None where money came in."""
    if row.reason == "paid" or row.state == State.SUCCEEDED:
        return None
    if not row.cycle:
        return pay_url(row.order)
    subscription = getattr(row.order, "subscription", None)
    return cycle_link(subscription, row.cycle) or None


def cycle_link(subscription: Any, cycle: int) -> str:
    """Of one billing period: our own page of its bill, or what Razorpay made for its invoice."""
    if subscription.is_ours_to_charge:
        bill = last(bill for bill in subscription.bills.all() if bill.start == cycle)
        return links.absolute("subscriptions:pay_bill", bill.uid) if bill else ""
    invoice = open_invoice(subscription, cycle)
    return str((invoice.short_url if invoice else "") or subscription.short_url)


def open_invoice(subscription: Any, cycle: int) -> Any:
    """Razorpay's own of one billing period, while it is not paid."""
    theirs = (row for row in subscription.invoices.all() if row.billing_start == cycle)
    return last(row for row in theirs if row.status in UNPAID_INVOICE)


def last(rows: Iterable[Any]) -> Any:
    return max(rows, key=lambda row: row.pk, default=None)


def waits_for_bank(order: Order) -> bool:
    """Whether a bank says when it is tried again."""
    return getattr(getattr(order, "subscription", None), "payment_method", "") == E_MANDATE


def is_asked(rows: Iterable[Reattempt]) -> bool:
    """Whether the buyer is asked by mail: also where Razorpay takes no further debit of a bill."""
    slots = [row for row in rows if row.n]
    by_us = all(row.made_by == Reattempt.MadeBy.RASEED for row in slots)
    return by_us and any(not row.cycle or row.reason == ORDER_REFUSED for row in slots)


def why_not_counted(row: Reattempt) -> str | None:
    """A word, for a try that was made or missed and does not count towards the three."""
    if row.n is None:
        return "by_hand"
    return {State.REFUSED: "not_accepted", State.MISSED: "missed"}.get(State(row.state))


def cycle_of(mail: Mail) -> int:
    """Which series a mail is about; 0 for an order that is paid once."""
    return mails.place_of(mail)[0]
