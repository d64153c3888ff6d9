"""What is asked for each kind of question, and when the books have its answer."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateways.models import LookUp
from gateways.razorpay.client import Razorpay
from orders import asking, refunds
from orders.looking_up.stragglers import StillAuthorized
from orders.models import Order, Refund

Kind, Why = LookUp.Kind, LookUp.Why


class Question(Protocol):
    """One kind of question. At most one process is at a row."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        """Whether the books know by now. A handler may settle the row, too, with what it merges."""

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        """Ask, and let the inbox merge the answers; whether there is nothing more to learn,
        whatever the books make of it. Raises gateways.razorpay.errors."""


class OpenOrder:
    """An order of which nothing was heard: all tries to pay it."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        order = Order.objects.filter(
            gateway=row.gateway_id, razorpay_order_id=row.razorpay_id
        ).first()
        return order is None or not waits(order, now)

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        for payment in razorpay.order_payments(row.razorpay_id):
            asking.pass_on(row.gateway_id, "payment.fetched", {"payment": payment})
        return False


def waits(order: Order, now: datetime) -> bool:
    """Whether it may still be paid. One that expired is found by its payment alone."""
    is_open = order.status in {Order.Status.CREATED, Order.Status.ATTEMPTED}
    return is_open and now < order.expires_at


class RefundState:
    """Whether a refund came through. Where both ends were told, one answer is all there is: it goes
    by a name of its own, and counts for more than whatever was told before."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        if row.why == Why.BOTH_ENDS:
            return False
        rows = Refund.objects.filter(gateway=row.gateway_id, razorpay_refund_id=row.razorpay_id)
        return rows.exclude(status=Refund.Status.PENDING).exists()

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        told = razorpay.refund_made(row.razorpay_id)
        is_over = told.get("status") in refunds.ENDS
        name = refunds.ANSWER if is_over and row.why == Why.BOTH_ENDS else "refund.fetched"
        asking.pass_on(row.gateway_id, name, {"refund": told}, int(now.timestamp()))
        return is_over


class MissingRefunds:
    """The refunds of a payment. What they come to is looked at by whoever merges them."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        return False

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        for refund in razorpay.refunds(row.razorpay_id):
            asking.pass_on(row.gateway_id, "refund.fetched", {"refund": refund})
        return False


class UnknownInvoice:
    """Whose an invoice is, and with it its payment and its subscription. Once the inbox knows that,
    it is matched now, or when the subscription turns out to be ours."""

    def is_settled(self, row: LookUp, now: datetime) -> bool:
        return False

    def ask(self, row: LookUp, razorpay: Razorpay, now: datetime) -> bool:
        invoice = razorpay.invoice(row.razorpay_id)
        told = {"invoice": invoice}
        if invoice.get("payment_id"):
            told["payment"] = razorpay.payment(str(invoice["payment_id"]))
        name = str(invoice.get("subscription_id") or "")
        subscription = razorpay.subscription(name) if name else None
        asking.pass_on(row.gateway_id, "invoice.fetched", told)
        if subscription is not None:
            heard = {"subscription": subscription}
            asking.pass_on(row.gateway_id, "subscription.fetched", heard, int(now.timestamp()))
        return subscription is not None


# Rooms to the right add their own when the process starts: rooms only import leftwards.
questions: dict[tuple[str, str], Question] = {
    (Kind.ORDER, Why.OPEN_ORDER): OpenOrder(),
    (Kind.PAYMENT, Why.STILL_AUTHORIZED): StillAuthorized(),
    (Kind.REFUND, Why.BOTH_ENDS): RefundState(),
    (Kind.REFUND, Why.PENDING_REFUND): RefundState(),
    (Kind.REFUNDS, Why.MORE_REFUNDED): MissingRefunds(),
    (Kind.INVOICE, Why.UNKNOWN_INVOICE): UnknownInvoice(),
}


def of(row: LookUp) -> Question:
    return questions[row.kind, row.why]
