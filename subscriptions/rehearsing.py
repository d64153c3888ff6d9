"""What has to be made at Razorpay before a price that repeats can be sold: its plan."""

from __future__ import annotations

from gateways import problems
from gateways.models import Gateway
from orders import by_mandate, refused_sales
from orders.models import Price
from orders.refused_sales import Asked
from subscriptions import plans
from subscriptions.models import Plan


def make_plan(gateway: Gateway, price: Price) -> None:
    """See that there is one. Raises as `plans.ensure` does.

    What Raseed charges itself, from a mandate, needs none.
    """
    if by_mandate.is_chosen(price):
        return
    made = Plan.objects.filter(gateway=gateway, price=price).exclude(razorpay_plan_id=None)
    # A plan that is known costs no call, and so says nothing of the keys.
    if not made.exists():
        with problems.watching_keys(gateway), refused_sales.watching(gateway, price, Asked.PLAN):
            plans.ensure(gateway, price)
