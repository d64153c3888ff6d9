"""What the other purchases of a faithful customer cost, when one of them fails."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order
from tests.conftest import Razorpay, make_order
from tests.lives import DAY, T
from tests.orders.recovering.stage import failed
from tests.samples import sample


def buy_again(razorpay: Razorpay, order: Order, number: int) -> None:
    """The same product, paid long before."""
    known_as = f"order_RsdOther00000{number}"
    make_order(order.gateway, order.product, order.customer, known_as)
    payment = {"id": f"pay_RsdOther00000{number}", "order_id": known_as}
    razorpay.tell(sample("payment.captured", created_at=T - 9 * DAY + number, payment=payment))


def statements(razorpay: Razorpay, number: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        razorpay.tell(failed(T + number, number))
    return len(asked)


def test_seven_other_orders_cost_no_more_statements_than_one(
    razorpay: Razorpay, order: Order
) -> None:
    buy_again(razorpay, order, 1)
    razorpay.tell(failed(T, 1))
    with_one = statements(razorpay, 2)
    for number in range(2, 8):
        buy_again(razorpay, order, number)
    assert statements(razorpay, 3) == with_one
