"""Who looks at what is being recovered, and a Razorpay whose news come in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from orders.models import Order
from tests.conftest import Razorpay
from tests.lives import T
from tests.orders.sales.conftest import charlie, meera, see
from tests.samples import sample

__all__ = ["charlie", "meera", "see"]

Tell = Callable[..., None]
Fail = Callable[..., None]
Pay = Callable[..., None]


@pytest.fixture
def tell(clock: Any, razorpay: Razorpay) -> Tell:
    """Events that arrive a minute after they happened, and in the order given."""

    def one_after_the_other(*bodies: dict[str, Any]) -> None:
        for body in bodies:
            when = body.get("created_at") or T
            clock.move_to(datetime.fromtimestamp(when + 60, UTC))
            razorpay.tell(body)

    return one_after_the_other


def payment_of(order: Order, when: int, kind: str) -> dict[str, Any]:
    return {
        "id": f"pay_{kind}{order.pk:05}{when % 1_000_000}", "order_id": order.razorpay_order_id,
        "amount": order.amount, "currency": order.currency, "notes": [], "created_at": when,
    }  # fmt: skip


@pytest.fixture
def fail(tell: Tell) -> Fail:
    """A payment of this order fails."""

    def at(order: Order, when: int = T, reason: str = "insufficient_funds") -> None:
        payment = {**payment_of(order, when, "F"), "error_reason": reason}
        tell(sample("payment.failed", created_at=when, payment=payment))

    return at


@pytest.fixture
def pay(tell: Tell) -> Pay:
    """This order is paid."""

    def at(order: Order, when: int) -> None:
        payment = payment_of(order, when, "C")
        tell(sample("payment.captured", created_at=when, payment=payment))

    return at
