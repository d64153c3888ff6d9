"""The lines of an order's story that are about money: payments, refunds, disputes. Razorpay's own
words are shown as they are; ours are chosen when the page is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import money
from accounts.models import normal_email
from accounts.sentences import say
from orders import conflicts, disputes, reasons, totals
from orders.causes import at
from orders.models import Dispute, Order, Payment, Refund, RefundInstruction
from orders.refundable import TOLD


@dataclass(frozen=True)
class Line:
    """One thing that happened, or will. `tone` is good, wait, bad, plan or nothing."""

    at: datetime
    icon: str
    what: str
    more: tuple[str, ...] = ()
    why: str = ""
    tone: str = ""
    events: tuple[Any, ...] = ()  # of the inbox, which this room does not know


def payments_of(order: Order) -> list[Payment]:
    """With everything that is told of them; the number of queries does not grow with them."""
    rows = order.payments.prefetch_related(*TOLD)
    return sorted(rows, key=lambda p: (first(p.created_at, p.failed_at, p.captured_at), p.pk))


def first(*moments: int | None) -> int:
    """The first of these times that is known, in unix seconds."""
    return next((moment for moment in moments if moment), 0)


def of_payments(order: Order, payments: list[Payment]) -> Iterator[Line]:
    """Each try and what became of it. One that failed may still be captured: two lines."""
    failed = [p for p in payments if p.failed_at]
    earliest = min(failed, key=lambda p: (p.failed_at or 0, p.razorpay_payment_id), default=None)
    for payment in payments:
        if payment.failed_at:
            yield failure(order, payment, by_hand=payment is not earliest)
        if not payment.captured and payment.status != Payment.Status.FAILED:
            yield open_try(order, payment)
    captured = [p for p in payments if p.captured]
    for payment in sorted(captured, key=lambda p: (p.captured_at or 0, p.razorpay_payment_id)):
        covered = totals.held_before(order, payments, payment) >= order.amount
        yield capture(order, payment, extra=covered and not order.price.recurs)


def failure(order: Order, payment: Payment, by_hand: bool) -> Line:
    what = _("Payment of %(amount)s failed: %(reason)s")
    values = {"amount": payment.total, "reason": reason(payment.error_reason)}
    late = payment.captured or order.price.recurs
    why = _("A try by hand: not counted, and the dates stay.") if by_hand and not late else ""
    more = (*about(order, payment), *filter(None, [payment.error_description]))
    return Line(at(payment.failed_at or 0), "x", what % values, more, why, "bad")


def open_try(order: Order, payment: Payment) -> Line:
    when, more = moment(order, payment.created_at), about(order, payment)
    if payment.status == Payment.Status.REFUNDED:  # by Razorpay itself: it was not taken in time
        what, tone = _("Payment of %(amount)s authorised, never captured"), ""
    elif payment.status == Payment.Status.AUTHORIZED:
        what, tone = _("Payment of %(amount)s authorised, not captured yet"), "wait"
    else:
        what, tone = _("Payment of %(amount)s started"), "wait"
    return Line(when, "clock", what % {"amount": payment.total}, more, tone=tone)


def capture(order: Order, payment: Payment, extra: bool) -> Line:
    """Money came in; what is unusual about it is said plainly."""
    when = moment(order, payment.captured_at, payment.created_at)
    why = ""
    if payment.currency != order.currency:
        why = _("Not in %(currency)s, which the order asks for: it does not count.") % {
            "currency": order.currency
        }
    elif extra:
        why = _("The order was paid already: this is more than was asked.")
    elif not order.price.recurs and when >= order.expires_at:
        why = _("Paid after the order had expired. It counts all the same.")
    what = _("Payment of %(amount)s received") % {"amount": payment.total}
    return Line(when, "check", what, about(order, payment), why, "wait" if why else "good")


def moment(order: Order, *moments: int | None) -> datetime:
    """When it was, as far as Razorpay has said; else when the order was made."""
    known = first(*moments)
    return at(known) if known else order.created_at


def about(order: Order, payment: Payment) -> tuple[str, ...]:
    """How it was paid, by which id, the other e-mail that was given, if one was, and what Razorpay
    told twice and differently."""
    lines = [", ".join(filter(None, [method(payment), payment.razorpay_payment_id]))]
    given = normal_email(payment.email)
    if given not in {"", order.customer.email}:
        lines.append(_("Given at payment: %(email)s") % {"email": payment.email})
    return (*lines, *conflicts.told(payment))


def method(payment: Payment) -> str:
    """How it was paid: "UPI, ananya@okbank", "Card Visa ending 1111"."""
    card = payment.card or {}
    if payment.method == "card" and card.get("last4"):
        network = card.get("network") or _("Card")
        return _("%(network)s ending %(digits)s") % {"network": network, "digits": card["last4"]}
    names = {
        "card": _("Card"), "upi": "UPI", "netbanking": _("Netbanking"), "wallet": _("Wallet"),
    }  # fmt: skip
    name = names.get(payment.method or "", payment.method or "")
    return ", ".join(filter(None, [name, payment.vpa or payment.bank or payment.wallet]))


def reason(word: str | None) -> str:
    """Why it failed, in a few words. Razorpay's are many and grow: a new one is shown as it is."""
    return reasons.label(word)


def of_refunds(payments: list[Payment]) -> Iterator[Line]:
    for payment in payments:
        for refund in payment.refunds.all():
            yield of_refund(payment, refund)


def of_refund(payment: Payment, refund: Refund) -> Line:
    said = {"amount": money.show(refund.amount, refund.currency or payment.currency)}
    made = first(refund.created_at, payment.captured_at, payment.created_at)
    ids = f"{refund.razorpay_refund_id}, {payment.razorpay_payment_id}"
    more = (ids, *conflicts.told(refund))
    asked, why = asked_for(payment, refund), ""
    if refund.status == Refund.Status.FAILED:
        what, tone, when = _("Refund of %(amount)s failed"), "bad", first(refund.failed_at, made)
        why = stays_ended(payment, refund, asked)
    elif refund.status == Refund.Status.PENDING:
        what, tone, when = _("Refund of %(amount)s on its way"), "wait", made
    elif not payment.captured:
        what = _("Razorpay gave back %(amount)s that was never captured; nothing is taken away.")
        tone, when = "", first(refund.processed_at, made)
    else:
        what, tone, when = _("%(amount)s refunded"), "", first(refund.processed_at, made)
    # Razorpay's seconds are whole: it may seem to be older than what asked for it.
    moment = max(at(when), asked.created_at) if asked else at(when)
    return Line(moment, "arrow-back-up", what % said, more, why, tone)


def asked_for(payment: Payment, refund: Refund) -> RefundInstruction | None:
    """The instruction of ours that this refund carries out."""
    rows = payment.refund_instructions.all()
    return next((r for r in rows if r.razorpay_refund_id == refund.razorpay_refund_id), None)


def stays_ended(payment: Payment, refund: Refund, asked: RefundInstruction | None) -> str:
    """What a refund ended by hand does not come back by itself when the money stayed."""
    decided = refund.razorpay_refund_id in payment.order.decided_refunds
    if decided and asked is not None and asked.ends.all():
        return _("No money went back. What it ended stays ended, unless you give it by hand.")
    return ""


def of_disputes(payments: list[Payment]) -> Iterator[Line]:
    for payment in payments:
        for dispute in payment.disputes.all():
            yield of_dispute(payment, dispute)


def of_dispute(payment: Payment, dispute: Dispute) -> Line:
    what = _("The buyer's bank disputes %(amount)s: %(status)s") % {
        "amount": money.show(dispute.amount, dispute.currency or payment.currency),
        "status": disputes.status(dispute),
    }
    more = [dispute.razorpay_dispute_id]
    if dispute.respond_by and dispute.status not in {*disputes.OVER, disputes.ANSWERED}:
        answer = say(gettext_noop("Answer by %(date)s."), date=at(dispute.respond_by))
        more.append(str(answer))
    more += conflicts.told(dispute)
    known = first(dispute.created_at, dispute.mark[1] if dispute.mark else 0)
    tone = "" if dispute.status in {"won", "closed"} else "bad"
    return Line(at(known), "alert-triangle", what, tuple(more), tone=tone)
