"""What a refund will do, in sentences, before it is made; and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import money
from orders import refundable, totals
from orders.lines import method
from orders.models import Order, Payment, Refund, RefundInstruction, Resource
from orders.pages.by_hand.views import goes_on

State = RefundInstruction.State


def way_back(payment: Payment) -> str:
    """Where the money goes: to what it was paid with."""
    paid_with = method(payment)
    if not paid_with:
        return _("The money goes back the way it was paid, usually within 5 to 7 working days.")
    said = _("The money goes back to %(paid_with)s, usually within 5 to 7 working days.")
    return said % {"paid_with": paid_with}


def consequences(
    order: Order, payments: Iterable[Payment], payment: Payment, amount: int
) -> Iterator[str]:
    """What follows for the order and for access, apart from what is chosen item by item."""
    left = refundable.left(payment)
    whole = amount >= left
    if not whole:
        rest = money.show(left - amount, payment.currency)
        yield _("Of this payment %(rest)s is left after that.") % {"rest": rest}
    if not totals.counts(order, payment):
        yield _("This payment does not count for the order, so access stays as it is.")
    elif order.price.recurs:
        yield from of_a_charge(order, whole)
    else:
        yield from of_an_order(order, payments, amount)


def of_a_charge(order: Order, whole: bool) -> Iterator[str]:
    if whole:
        yield _("The period that this charge paid becomes unpaid; other periods stay as they are.")
    else:
        yield _("The period that this charge paid stays paid.")
    if goes_on(order):
        yield _("The subscription itself goes on. If it is to stop, cancel it as well.")


def of_an_order(order: Order, payments: Iterable[Payment], amount: int) -> Iterator[str]:
    counted = [payment for payment in payments if totals.counts(order, payment)]
    remains = sum(refundable.left(payment) for payment in counted) - amount
    if remains >= order.amount:
        yield _("The order stays paid, and access with it: more came in than was asked.")
    elif remains <= 0:
        yield _("The order is then refunded in full: access ends by itself once it is processed.")


def about_access(kept: list[Resource], ended: list[Resource]) -> Iterator[str]:
    """What is chosen item by item."""
    if kept:
        yield _("Stays open: %(titles)s.") % {"titles": ", ".join(one.title for one in kept)}
    if ended:
        titles = ", ".join(one.title for one in ended)
        yield _("Ends as soon as Razorpay accepts the refund: %(titles)s.") % {"titles": titles}


def tell(request: HttpRequest, instruction: RefundInstruction) -> None:
    """What became of it, on the next page."""
    if instruction.state == State.REQUESTED:
        tell_waiting(request)
    elif instruction.state == State.REFUSED:
        messages.error(request, _("Not refunded: %(why)s") % {"why": instruction.refusal})
    else:
        tell_of(request, instruction)


def tell_waiting(request: HttpRequest) -> None:
    """The order's page says the rest, for as long as it is so."""
    said = _("The refund was requested, and Razorpay has not answered yet.")
    messages.warning(request, said)


def tell_of(request: HttpRequest, instruction: RefundInstruction) -> None:
    """Of one that Razorpay has taken on: the refund itself may still be on its way, or fail."""
    payment = instruction.payment
    refund = payment.refunds.filter(razorpay_refund_id=instruction.razorpay_refund_id).first()
    status = refund.status if refund else Refund.Status.PENDING
    said = {"amount": money.show(instruction.amount, payment.currency)}
    if status == Refund.Status.FAILED:
        text = _("The refund of %(amount)s failed at Razorpay. No money went back.")
        messages.error(request, text % said)
    elif status == Refund.Status.PROCESSED:
        messages.success(request, _("%(amount)s was refunded.") % said)
    else:
        messages.success(request, _("The refund of %(amount)s is on its way.") % said)
