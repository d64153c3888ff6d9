"""Whether a mail is still true when it is due: what was mended meanwhile needs none, nor does what
another event overtook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orders.answers import now_for
from orders.causes import at
from orders.letters import buyer_of, change_of
from orders.models import Mail, Order

Kind = Mail.Kind
UNPAID = {Order.Status.CREATED, Order.Status.ATTEMPTED}


def still_true(mail: Mail) -> bool:
    """What no rule is about stays true."""
    if mail.order is not None:
        rule = OF_ORDERS.get(mail.kind)
        return rule is None or rule(mail, mail.order)
    change, present = change_of(mail), buyer_of(mail).email
    if mail.kind == Kind.EMAIL_CHANGED:
        return change.get("email") == present
    return "former" in change and change["former"] != present


def is_unpaid(mail: Mail, order: Order) -> bool:
    return order.status in UNPAID and not is_paid(order, 0)


def is_being_tried(mail: Mail, order: Order) -> bool:
    cycle = int(mail.fact.partition("/")[0])
    return of_subscription(order, "status") == "pending" and not is_paid(order, cycle)


def is_halted(mail: Mail, order: Order) -> bool:
    paid_until = of_subscription(order, "paid_until")
    is_over = paid_until is None or paid_until <= now_for(order)
    return of_subscription(order, "status") == "halted" and is_over


def was_resumed_too_late(mail: Mail, order: Order) -> bool:
    paid_until = of_subscription(order, "paid_until")
    return paid_until is not None and at(int(mail.fact)) > paid_until


OF_ORDERS: dict[str, Callable[[Mail, Order], bool]] = {
    Kind.FAILURE: is_unpaid,
    Kind.CYCLE_FAILURE: is_being_tried,
    Kind.HALTED: is_halted,
    Kind.HALTED_SELLER: is_halted,
    Kind.RESUMED_SELLER: was_resumed_too_late,
}


def of_subscription(order: Order, name: str) -> Any:
    """What the order's subscription says, where it has one; its room is to the right of this."""
    return getattr(getattr(order, "subscription", None), name, None)


def is_paid(order: Order, cycle: int) -> bool:
    """Whether the ledger says that this cycle was paid after all."""
    return order.reattempts.filter(cycle=cycle, reason="paid").exists()
