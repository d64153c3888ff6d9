"""How an unpaid cycle is recovered: its strip, the ways that work, and what Razorpay's button does.

Sources: https://razorpay.com/docs/payments/subscriptions/payment-retries/ and
https://razorpay.com/docs/payments/subscriptions/manually-charge-card/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gateways.models import Mode
from orders.causes import at
from orders.models import Payment, Reattempt
from orders.pages.recovery import standstill
from orders.pages.sales import strips
from orders.pages.sales.strips import Stop, Strip, Way
from orders.reasons import Remedy, label, remedy
from orders.recovering import links, story, told
from subscriptions.access import GRACE
from subscriptions.models import Bill, Invoice, Subscription
from subscriptions.periods import Period

NEW_MANDATE = "new_mandate_needed"


def strips_of(
    subscription: Subscription,
    cycles: list[Period],
    ledger: list[Reattempt],
    payments: list[Payment],
) -> list[tuple[str, Strip]]:
    """One strip for each cycle that has a failed attempt, the newest first."""
    found = []
    for number, period in enumerate(cycles, 1):
        rows = [row for row in ledger if row.cycle == period.cycle.start]
        if period.cycle.attempts and rows:
            title = _("Recovering cycle %(number)s") % {"number": number}
            found.append((title, strip_of(subscription, period, rows, payments)))
    return found[::-1]


def strip_of(
    subscription: Subscription, period: Period, rows: list[Reattempt], payments: list[Payment]
) -> Strip:
    began = min(seen["at"] for seen in period.cycle.attempts.values())
    failed = failures_of(period, payments, subscription.invoices.all())
    why = label(failed[0].error_reason) if failed else ""
    by_bank = told.waits_for_bank(subscription.order)
    found = replace(strips.strip(at(began), why, rows, by_bank), period=dates(period))
    found = replace(found, stops=with_own_payment(found.stops, subscription, period))
    if period.paid_at is not None or subscription.status in Subscription.FINAL:
        return found
    found = replace(
        found,
        ways=list(ways(subscription, period, rows)),
        button=button(subscription, payments),
    )
    if not found.is_open:
        return found
    return replace(
        found,
        stops=[*found.stops, afterwards(period)],
        mailed=strips.newest(subscription.order, period.cycle.start),
        standstill=standstill.of(subscription.gateway),
    )


def with_own_payment(stops: list[Stop], subscription: Subscription, period: Period) -> list[Stop]:
    """And the buyer's own payment of a bill that Raseed would have debited, where it was made. The
    ledger has no row of it: it is none of the three, and no try that failed."""
    if not subscription.is_ours_to_charge:
        return stops
    bill = bill_of(subscription, period.cycle.start)
    paid_at = story.paid_by_hand(subscription.order, bill) if bill is not None else None
    if paid_at is None:
        return stops
    said, note = _("The open bill, by hand"), _("Not one of the three")
    own = Stop("good", _("Paid by the buyer"), said, paid_at, icon="check", note=note)
    later = [place for place, stop in enumerate(stops) if stop.when and stop.when > paid_at]
    place = min(later, default=len(stops))
    return [*stops[:place], own, *stops[place:]]


def failures_of(
    period: Period, payments: list[Payment], invoices: Iterable[Invoice]
) -> list[Payment]:
    """The payments of one cycle that failed, earliest first: those of its order or its invoice."""
    cycle = period.cycle
    named = {cycle.razorpay_order_id, cycle.razorpay_invoice_id}
    for invoice in invoices:
        if invoice.billing_start == cycle.start:
            named |= {invoice.razorpay_invoice_id, invoice.razorpay_order_id}
    named -= {""}
    theirs = [
        payment
        for payment in payments
        if payment.failed_at and named & {payment.razorpay_order_id, payment.razorpay_invoice_id}
    ]
    return sorted(theirs, key=lambda payment: payment.failed_at or 0)


def dates(period: Period) -> str:
    start, end = (localtime(at(moment)) for moment in (period.cycle.start, period.end))
    return f"{date_format(start, 'j M')} – {date_format(end, 'j M Y')}"


def afterwards(period: Period) -> Stop:
    """What a third failure means; grace is over at the latest by then, whatever becomes of it."""
    said = _("Access is suspended, and you are both told")
    ends = localtime(at(period.cycle.start) + GRACE)
    note = _("Grace ends on %(day)s at the latest") % {"day": date_format(ends, "j M, H:i")}
    return Stop("later", _("If it fails"), said, icon="lock", note=note)


def ways(subscription: Subscription, period: Period, rows: list[Reattempt]) -> Iterator[Way]:
    """How money can come in without waiting for the next try, or after the last."""
    if subscription.is_ours_to_charge:
        yield from of_mandate(subscription, period.cycle.start, rows)
        return
    invoice = told.open_invoice(subscription, period.cycle.start)
    page = (invoice.short_url if invoice else "") or subscription.short_url
    if page:
        text = _(
            "At Razorpay, with any card, UPI or bank. It pays this period and ends the series."
        )
        yield Way(_("The buyer pays the open invoice"), text, page)
    link = links.absolute("subscriptions:change_method", subscription.order.uid)
    if subscription.status == Subscription.Status.HALTED:
        text = _(
            "Later periods are charged again then. This one stays open: it has to be paid with its "
            "own link."
        )
    else:
        text = _("Razorpay charges the new card or UPI at once, and goes on with it.")
    yield Way(_("The buyer changes the card or UPI"), text, link)


def of_mandate(subscription: Subscription, cycle: int, rows: list[Reattempt]) -> Iterator[Way]:
    """Of a mandate that Raseed charges itself."""
    bill = bill_of(subscription, cycle)
    if bill is None:
        return
    text = _("On the same Razorpay order that is debited, so that nobody pays twice.")
    link = links.absolute("subscriptions:pay_bill", bill.uid)
    yield Way(_("The buyer pays the open bill"), text, link)
    if needs_mandate(rows):
        text = _("The present one cannot be charged any more. With a new one it goes on by itself.")
        link = links.absolute("subscriptions:renew_mandate", bill.uid)
        yield Way(_("The buyer sets up a new mandate"), text, link)


def bill_of(subscription: Subscription, cycle: int) -> Bill | None:
    found: Bill | None = told.last(b for b in subscription.bills.all() if b.start == cycle)
    return found


def needs_mandate(rows: list[Reattempt]) -> bool:
    return any(
        row.reason == NEW_MANDATE or remedy(row.reason) == Remedy.NEW_MANDATE for row in rows
    )


def button(subscription: Subscription, payments: list[Payment]) -> str:
    """Whether "Attempt Charge" in Razorpay's dashboard helps here, by what is charged."""
    if subscription.is_ours_to_charge:
        return _(
            "Raseed debits this mandate, always on the same Razorpay order. Razorpay's dashboard "
            "has no button that charges it."
        )
    said = by_method(*method_of(subscription, payments))
    if subscription.gateway.mode == Mode.TEST:
        test = _(
            "In test mode it shows “Charge this now” instead, which Razorpay counts as a try of "
            "its own."
        )
        return f"{said} {test}"
    return said


def method_of(subscription: Subscription, payments: list[Payment]) -> tuple[str, bool | None]:
    """What is charged, and whether that is a card of another country; None: nobody said."""
    newest = payments[-1] if payments else None
    method = subscription.payment_method or (newest.method if newest else "") or ""
    cards = [payment for payment in payments if payment.method == "card"]
    return method, cards[-1].international if cards else None


def by_method(method: str, international: bool | None) -> str:
    if method == "card" and international:
        return _(
            "“Attempt Charge” in Razorpay's dashboard (Subscriptions, the invoice, Attempt Charge) "
            "works for this card, which is of another country, in live mode. What is tried there "
            "is shown here; it does not count towards the three and moves no date."
        )
    if method == "upi":
        return _(
            "Razorpay's dashboard has no “Attempt Charge” for UPI: these are the ways that work."
        )
    if method == told.E_MANDATE:
        return _(
            "With an e-mandate Razorpay tries again once the bank has answered, often after more "
            "than a day. It documents no “Attempt Charge” for it: these are the ways that work."
        )
    if method == "card":
        return _(
            "Razorpay's dashboard has no “Attempt Charge” for Indian cards: these are the ways "
            "that work. For a card of another country it would be offered, and would not count."
        )
    return _(
        "Razorpay's dashboard offers “Attempt Charge” for cards of other countries only, in live "
        "mode. What is tried there is shown here; it does not count towards the three and moves no "
        "date."
    )
