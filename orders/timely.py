"""Whether a mail is still true when it is due: what was mended meanwhile needs none, nor does what
another event overtook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from orders import mails
from orders.answers import now_for
from orders.causes import at
from orders.letters import buyer_of, change_of
from orders.models import Mail, Order, Reattempt
from orders.recovering import recovered

Kind = Mail.Kind
UNPAID = {Order.Status.CREATED, Order.Status.ATTEMPTED}
PAID = {Order.Status.PAID, Order.Status.PARTIALLY_REFUNDED}
# Words of a room to our right: an unpaid charge may still be paid then.
UNPAID_CHARGE = {"pending", "halted"}
# And what an answer may say for a while of one that has halted, where our clock ran ahead.
NOT_OVER = {"active", *UNPAID_CHARGE}


def still_true(mail: Mail) -> bool:
    """What no rule is about stays true."""
    if mail.order is not None:
        rule = OF_ORDERS.get(mail.kind)
        return rule is None or rule(mail, mail.order)
    change, present = change_of(mail), buyer_of(mail).email
    if mail.kind == Kind.EMAIL_CHANGED:
        return change.get("email") == present
    return "former" in change and change["former"] != present


def has_failed(mail: Mail, order: Order) -> bool:
    """The first failure of an order, or one try of a cycle; it is the seller's news as well."""
    return is_being_tried(mail, order) if mails.place_of(mail)[0] else is_wanted(mail, order)


def is_wanted(mail: Mail, order: Order) -> bool:
    """The order, or the charge of a cycle, is unpaid and can be paid, and nobody declined it."""
    cycle, _number = mails.place_of(mail)
    if is_paid(order, cycle) or not order.gateway.is_connected:
        return False
    if cycle:
        return of_subscription(order, "status") in UNPAID_CHARGE
    is_open = order.status in UNPAID and timezone.now() < order.expires_at
    return is_open and order.declined_at is None


def is_first_news(mail: Mail, order: Order) -> bool:
    """Of an order's failure: a reminder says the same and more."""
    return is_wanted(mail, order) and not order.mails.filter(kind=Kind.REMINDER).exists()


def is_next(mail: Mail, order: Order) -> bool:
    """A reminder, unless a later one is due as well: two at once help nobody."""
    cycle, n = mails.place_of(mail)
    later = order.mails.filter(
        kind=mail.kind, fact__in=[f"{cycle}/{number}" for number in range(n + 1, 4)]
    )
    return is_wanted(mail, order) and not later.exists()


def was_recovered(mail: Mail, order: Order) -> bool:
    """Paid after all, and not by a buyer who mistyped and paid a minute later."""
    cycle, _number = mails.place_of(mail)
    failed = order.reattempts.filter(cycle=cycle, n__gt=0, state=Reattempt.State.FAILED)
    # After all three the ledger does not say that it was paid, though it may be.
    is_late = failed.exists() or recovered.is_worth_telling(order, cycle)
    return is_late and is_paid(order, cycle)


def is_being_tried(mail: Mail, order: Order) -> bool:
    """Another try follows, and the one that the mail is about is the last that was made."""
    cycle, number = mails.place_of(mail)
    if of_subscription(order, "status") != "pending" or is_paid(order, cycle):
        return False
    made = order.reattempts.filter(cycle=cycle, n__gte=number, state=Reattempt.State.FAILED)
    return not made.exists()


def is_halted(mail: Mail, order: Order) -> bool:
    """In the very period that was tried: in those after it is halted still, and that is no news.
    That it halted is the period's own fact; a status may be dated by a clock that ran ahead."""
    cycle, _number = mails.place_of(mail)
    halted = of_subscription(order, "cycles").filter(start=cycle).exclude(halted_at=None)
    if of_subscription(order, "status") not in NOT_OVER or not halted.exists():
        return False
    is_told = not of_subscription(order, "is_ours_to_charge")
    if is_told and not order.reattempts.filter(cycle=cycle, n__gt=0).exists():
        return False
    paid_until = of_subscription(order, "paid_until")
    return paid_until is None or paid_until <= now_for(order)


def was_resumed_too_late(mail: Mail, order: Order) -> bool:
    paid_until = of_subscription(order, "paid_until")
    return paid_until is not None and at(int(mail.fact)) > paid_until


OF_ORDERS: dict[str, Callable[[Mail, Order], bool]] = {
    Kind.FAILURE: is_first_news,
    Kind.FAILURE_SELLER: has_failed,
    Kind.REMINDER: is_next,
    Kind.UNPAID: is_wanted,
    Kind.UNPAID_SELLER: is_wanted,
    Kind.RECOVERED_SELLER: was_recovered,
    Kind.CYCLE_FAILURE: is_being_tried,
    Kind.HALTED: is_halted,
    Kind.HALTED_SELLER: is_halted,
    Kind.RESUMED_SELLER: was_resumed_too_late,
}


def of_subscription(order: Order, name: str) -> Any:
    """What the order's subscription says, where it has one; its room is to the right of this."""
    return getattr(getattr(order, "subscription", None), name, None)


def is_paid(order: Order, cycle: int) -> bool:
    """Whether it was paid after all: the ledger says so, or the money is there."""
    done = Q(reason="paid") | Q(state=Reattempt.State.SUCCEEDED)
    if order.reattempts.filter(done, cycle=cycle).exists():
        return True
    if not cycle:
        return order.status in PAID
    cycles = of_subscription(order, "cycles")
    return bool(cycles.filter(start=cycle, charges__payment__captured=True).exists())
