"""Where a bill stands, as its buyer is told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import Order, Payment
from subscriptions import authorising
from subscriptions.models import Bill, Debit, Subscription

Status = Payment.Status


class State(models.TextChoices):
    PAID = "paid", _("Paid")
    CONFIRMING = "confirming", _("Being confirmed")
    # A debit of ours is on its way, and nothing failed so far.
    CHARGING = "charging", _("Being charged")
    FAILED = "failed", _("Failed")
    WAITING = "waiting", _("Not paid")
    # Nobody has heard yet what Razorpay made of it.
    PREPARING = "preparing", _("Being prepared")
    CLOSED = "closed", _("Closed")


@dataclass(frozen=True)
class Standing:
    """The state, what the last try said, and whether a debit is on its way."""

    state: State
    reason: str = ""
    is_charged_now: bool = False

    @property
    def payable(self) -> bool:
        return self.state in {State.FAILED, State.WAITING}

    @property
    def is_open(self) -> bool:
        """Whether Razorpay may know more than we do."""
        return self.payable or self.state in {State.CONFIRMING, State.CHARGING}

    @classmethod
    def of(cls, bill: Bill, *, sent: bool = False) -> Standing:
        """`sent`: Checkout has just told of a payment that we have not seen yet."""
        payments = payments_of(bill)
        failed = [payment for payment in payments if payment.failed_at]
        reason = (failed[-1].error_reason or "") if failed else ""
        charged_now = is_charged_now(bill, payments)
        state = state_of(bill, payments, sent=sent, charged_now=charged_now)
        return cls(state, reason, charged_now)


def payments_of(bill: Bill) -> list[Payment]:
    """Every try to pay it, oldest first."""
    if not bill.razorpay_order_id:
        return []
    order = bill.subscription.order
    mine = order.payments.filter(razorpay_order_id=bill.razorpay_order_id)
    return list(mine.order_by("created_at", "pk"))


def is_charged_now(bill: Bill, payments: list[Payment]) -> bool:
    """Whether a debit was begun of which nobody knows the end."""
    ended = {
        payment.razorpay_payment_id
        for payment in payments
        if payment.captured or payment.status == Status.FAILED
    }
    return any(
        debit.state != Debit.State.REFUSED and debit.razorpay_payment_id not in ended
        for debit in bill.debits.all()
    )


def state_of(bill: Bill, payments: list[Payment], *, sent: bool, charged_now: bool) -> State:
    """From the bill's payments, its subscription and the bills beside it."""
    if any(payment.captured for payment in payments):
        return State.PAID
    if not is_open(bill):
        return State.CLOSED
    statuses = {payment.status for payment in payments}
    if Status.AUTHORIZED in statuses or sent:
        return State.CONFIRMING
    if not bill.razorpay_order_id:
        return State.PREPARING
    if any(payment.failed_at for payment in payments):
        return State.FAILED
    return State.CHARGING if charged_now else State.WAITING


def is_open(bill: Bill) -> bool:
    """Whether money for it would still buy something."""
    subscription = bill.subscription
    order = subscription.order
    if subscription.status in Subscription.FINAL or order.status == Order.Status.EXPIRED:
        return False
    bills = list(subscription.bills.all())
    wanted = authorising.is_wanted(bill, bills, authorising.paid_orders(subscription))
    return wanted and order.gateway.is_connected
