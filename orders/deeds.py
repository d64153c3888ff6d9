"""The lines of a story that are about what people told us to have Razorpay do: a refund here, and
whatever a room to the right keeps as `instructions` of an order's subscription."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import money
from accounts.sentences import say
from orders.lines import Line
from orders.models import Instruction, Order, Payment, RefundInstruction

State = Instruction.State
Deed = tuple[Instruction, str]  # with what was asked for, in words


def of(order: Order, payments: Iterable[Payment]) -> Iterator[Line]:
    """Who asked for what, and that it was done, or why not."""
    told = {refund.razorpay_refund_id for payment in payments for refund in payment.refunds.all()}
    for instruction, what in deeds(order, payments):
        more = (by_whom(instruction), *details(instruction))
        yield Line(instruction.created_at, "user", _("Requested: %(what)s") % {"what": what}, more)
        if instruction.state == State.REFUSED:
            title = _("Not done: %(what)s") % {"what": what}
            yield Line(ended(instruction), "x", title, why=instruction.refusal, tone="bad")
        elif instruction.state == State.DONE and not tells_of_itself(instruction, told):
            title = _("Done at Razorpay: %(what)s") % {"what": what}
            yield Line(ended(instruction), "check", title, tone="good")


def tells_of_itself(instruction: Instruction, refunds: set[str]) -> bool:
    """A refund has a line of its own as soon as the books know it."""
    return getattr(instruction, "razorpay_refund_id", "") in refunds


def coming(order: Order, payments: Iterable[Payment]) -> Iterator[Line]:
    """What Razorpay is asked again, until it answers."""
    for instruction, what in deeds(order, payments):
        if instruction.state == State.REQUESTED:
            title = _("Razorpay is asked again: %(what)s") % {"what": what}
            said = _("It has not answered yet. However often it is asked, it is done once.")
            yield Line(instruction.due_at, "refresh", title, (said,))


def deeds(order: Order, payments: Iterable[Payment]) -> Iterator[Deed]:
    """`payments` are fetched with their instructions; a subscription's are asked for here."""
    for payment in payments:
        for refund in payment.refund_instructions.all():
            yield refund, _("refund of %(amount)s") % {"amount": amount(refund, payment)}
    subscription = getattr(order, "subscription", None)
    if subscription is not None:
        rows = subscription.instructions.select_related("user", "price__product").order_by("pk")
        for instruction in rows:
            yield instruction, instruction.get_kind_display().lower()


def amount(refund: RefundInstruction, payment: Payment) -> str:
    return money.show(refund.amount, payment.currency)


def ended(instruction: Instruction) -> datetime:
    return instruction.done_at or instruction.created_at


def by_whom(instruction: Instruction) -> str:
    """A person by name; else what they asked through."""
    name = instruction.user or instruction.get_made_by_display()
    return _("By %(name)s") % {"name": name}


def details(instruction: Instruction) -> Iterator[str]:
    """What only some of them have."""
    price, effective_at = (getattr(instruction, name, None) for name in ("price", "effective_at"))
    if price is not None:
        values = {"product": price.product, "amount": money.show(price.amount, price.currency)}
        yield _("To %(product)s, %(amount)s") % values
    if effective_at is not None:
        yield str(say(gettext_noop("Takes effect on %(date)s."), date=effective_at))
    if isinstance(instruction, RefundInstruction):
        yield from meaning(instruction)


def meaning(refund: RefundInstruction) -> Iterator[str]:
    """Why money goes back, and what the buyer may no longer open."""
    if refund.reason:
        yield _("Reason: %(reason)s") % {"reason": refund.reason}
    titles = ", ".join(resource.title for resource in refund.ends.all())
    if titles:
        yield _("It ends access to %(titles)s.") % {"titles": titles}


def waiting(payments: Iterable[Payment]) -> list[str]:
    """The amounts of the refunds that Razorpay has not answered yet."""
    return [
        amount(refund, payment)
        for payment in payments
        for refund in payment.refund_instructions.all()
        if refund.state == State.REQUESTED
    ]
