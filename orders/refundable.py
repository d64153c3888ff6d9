"""How much of a payment can still be given back, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts import money
from orders.disputes import LOST
from orders.models import Order, Payment, Refund, RefundInstruction

FAILED = Refund.Status.FAILED
# What `left` reads, for many payments at once.
TOLD = (
    "refunds",
    "disputes",
    Prefetch(
        "refund_instructions",
        RefundInstruction.objects.select_related("user").prefetch_related("ends").order_by("pk"),
    ),
)


class NotRefundable(Exception):
    """Nothing was asked of Razorpay; `code` and `status` are for scripts."""

    def __init__(self, message: str, code: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def left(payment: Payment, told: int | None = None) -> int:
    """What can still be given back, in the smallest unit.

    `told` is what Razorpay says right now was refunded. Without it: the greatest number that it
    ever said, which may count refunds that have failed since.
    """
    refunds = payment.refunds.all()
    failed = sum(refund.amount or 0 for refund in refunds if refund.status == FAILED)
    ours = sum(refund.amount or 0 for refund in refunds if refund.status != FAILED)
    said = payment.amount_refunded - failed if told is None else told
    lost = sum(dispute.amount or 0 for dispute in payment.disputes.all() if dispute.status == LOST)
    return max(0, (payment.amount or 0) - max(ours, said) - asked(payment) - lost)


def asked(payment: Payment) -> int:
    """What was asked for and has no refund's row yet."""
    known = {refund.razorpay_refund_id for refund in payment.refunds.all()}
    refused = RefundInstruction.State.REFUSED
    return sum(
        instruction.amount
        for instruction in payment.refund_instructions.all()
        if instruction.state != refused and instruction.razorpay_refund_id not in known
    )


def check(payment: Payment, amount: int | None, told: int) -> int:
    """The amount that can be given back; None asks for all that is left. Raises NotRefundable."""
    if not payment.captured:
        said = _("This payment was never captured, so there is nothing to give back.")
        raise NotRefundable(said, "not_captured")
    most = left(payment, told)
    if most == 0:
        raise NotRefundable(_("Nothing of this payment is left to refund."), "nothing_left")
    if amount is not None and amount > most:
        raise NotRefundable(too_much(payment, most), "too_much")
    return amount or most


def too_much(payment: Payment, most: int) -> str:
    shown = money.show(most, payment.currency)
    return _("At most %(amount)s of this payment can be refunded.") % {"amount": shown}


def why_not(order: Order, payments: Iterable[Payment]) -> str:
    """Why nothing of the order can be refunded; "" where something can."""
    if not order.gateway.is_connected:
        return _("its Razorpay account is disconnected")
    captured = [payment for payment in payments if payment.captured]
    if not captured:
        return _("nothing paid yet")
    if any(left(payment) for payment in captured):
        return ""
    if any(asked(payment) for payment in captured):
        return _("all of it was requested")
    return _("all of it went back")
