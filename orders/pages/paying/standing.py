"""Where an order stands, as its buyer is told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders import checkout, linking
from orders.models import Order, Payment

# Of a subscription: the mandate stands, and the money came or comes by itself.
SET_UP = {"authenticated", "active", "pending", "halted", "paused", "completed"}
OVER = {"cancelled", "expired"}


class State(models.TextChoices):
    PAID = "paid", _("Paid")
    # The mandate stands, and the first charge is still to come.
    STARTED = "started", _("Started")
    CONFIRMING = "confirming", _("Being confirmed")
    FAILED = "failed", _("Failed")
    WAITING = "waiting", _("Not paid")
    # Nobody has heard yet what Razorpay made of it.
    PREPARING = "preparing", _("Being prepared")
    REFUNDED = "refunded", _("Refunded")
    EXPIRED = "expired", _("Expired")
    CLOSED = "closed", _("Closed")


@dataclass(frozen=True)
class Standing:
    """The state, what a failed try said, and whether the order can be paid now."""

    state: State
    payable: bool
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether Razorpay may know more than we do."""
        return self.state in {State.CONFIRMING, State.FAILED, State.WAITING}

    @classmethod
    def of(cls, order: Order, *, sent: bool = False) -> Standing:
        """`sent`: Checkout has just told of a payment that we have not seen yet."""
        payments = list(order.payments.order_by("created_at", "pk"))
        state = state_of(order, payments, sent=sent)
        reasons = [payment.error_reason or "" for payment in payments if payment.failed_at]
        if state == State.WAITING and not linking.known_as(order):
            state = before_it_is_known(order)
        payable = state in {State.WAITING, State.FAILED} and order.gateway.is_connected
        return cls(state, payable and bool(linking.known_as(order)), reasons[-1] if reasons else "")


def before_it_is_known(order: Order) -> State:
    """An order that Razorpay has not named. It expires by the clock, not by a task."""
    if checkout.is_open(order):
        return State.PREPARING
    return State.EXPIRED if order.expires_at <= timezone.now() else State.WAITING


def state_of(order: Order, payments: list[Payment], *, sent: bool) -> State:
    """From the order, its subscription if it has one, and its payments."""
    settled = {
        Order.Status.PAID: State.PAID,
        Order.Status.PARTIALLY_REFUNDED: State.PAID,
        Order.Status.REFUNDED: State.REFUNDED,
        Order.Status.EXPIRED: State.EXPIRED,
    }.get(Order.Status(order.status))
    if settled is not None:
        return settled
    subscription = getattr(order, "subscription", None)
    if subscription is not None and subscription.status in SET_UP:
        return State.STARTED if subscription.status == "authenticated" else State.PAID
    if subscription is not None and subscription.status in OVER:
        return State.CLOSED
    statuses = {payment.status for payment in payments}
    if Payment.Status.AUTHORIZED in statuses or sent:
        return State.CONFIRMING
    return State.FAILED if Payment.Status.FAILED in statuses else State.WAITING
