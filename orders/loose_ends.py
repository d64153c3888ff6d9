"""What refunds leave open: some of it only Razorpay can tell, some only the seller can say."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import lookups, problems
from gateways.models import LookUp, Problem
from orders import totals
from orders.models import Order, Payment, Refund

KIND = Problem.Kind.PARTIAL_REFUND


def ask_for_missing(payment: Payment) -> None:
    """A payment that says more was refunded than our rows know is a reason to ask."""
    known = sum(
        refund.amount or 0
        for refund in payment.refunds.all()
        if refund.status != Refund.Status.FAILED
    )
    if payment.amount_refunded <= known:
        why = LookUp.Why.MORE_REFUNDED
        lookups.settled(payment.gateway_id, [payment.razorpay_payment_id], why)
    else:
        lookups.ask(
            payment.gateway_id,
            LookUp.Kind.REFUNDS,
            payment.razorpay_payment_id,
            LookUp.Why.MORE_REFUNDED,
            # The refund's own event is usually on its way.
            wait=lookups.PATIENCE,
        )


def undecided(order: Order, payments: Iterable[Payment]) -> list[Refund]:
    """Refunds in part, made elsewhere, of which nobody has said yet what they mean for access.

    A charge of a subscription pays for itself alone: there only the payment counts. `payments` are
    fetched with their refunds and disputes.
    """
    if not order.price.recurs and order.status != Order.Status.PARTIALLY_REFUNDED:
        return []
    in_part = [
        payment
        for payment in payments
        if totals.counts(order, payment)
        and (not order.price.recurs or totals.gone_back(payment) < (payment.amount or 0))
    ]
    return [
        refund
        for payment in in_part
        for refund in payment.refunds.all()
        if refund.status == Refund.Status.PROCESSED
        and refund.razorpay_refund_id not in order.decided_refunds
    ]


def ask_what_it_means(order: Order, payments: list[Payment]) -> None:
    """Ask the seller about refunds in part, once, until it is said. The order is locked."""
    if not any(payment.refunds.all() for payment in payments):
        return
    if undecided(order, payments):
        # Perhaps said in this very transaction, on another instance.
        order.refresh_from_db(fields=["decided_refunds"])
    left = undecided(order, payments)
    problems.keep(order.gateway, KIND, order.uid, question(order, left) if left else None)


def question(order: Order, refunds: list[Refund]) -> tuple[Sentence, Sentence]:
    """What happened, and what is asked."""
    what = say(
        gettext_noop("%(amount)s of order %(order)s was refunded in part."),
        amount=(total(refunds), order.currency),
        order=order.uid,
    )
    return what, say(gettext_noop("Say on its page which items the buyer may still open."))


def total(refunds: Iterable[Refund]) -> int:
    """How much they come to, in the smallest unit."""
    return sum(refund.amount or 0 for refund in refunds)
