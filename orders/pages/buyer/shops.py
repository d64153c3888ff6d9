"""Everything that a visitor bought, business by business."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Q, Value, When

from orders.models import Customer, Order
from orders.pages.buyer import purchases, superseded
from orders.pages.buyer.purchases import Purchase


@dataclass(frozen=True)
class Shop:
    """One business, and what this customer bought there."""

    customer: Customer
    purchases: list[Purchase]

    @property
    def must_write(self) -> bool:
        """Whether anything goes on that only the business can cancel."""
        return any(one.goes_on and not one.may_cancel for one in self.purchases)


def of(customers: list[Customer]) -> list[Shop]:
    """Everything these customers bought: what failed first, then what is paid, tests last.

    Anybody may order in the name of an address: nobody pushes away what was paid for.
    """
    agreed = Q(amount_paid__gt=0) | Q(subscription__authenticated_at__gt=0)
    serious = Case(When(agreed, then=Value(0)), default=Value(1))
    orders = Order.objects.filter(customer__in=customers)
    newest = list(purchases.of(orders.order_by("gateway__mode", serious, "-pk")))
    hidden = superseded.left_out(newest)
    shown = [purchase for purchase in newest if purchase.order.pk not in hidden]
    bought = sorted(shown, key=lambda purchase: purchase.is_only_a_test or not purchase.failed)
    return [
        Shop(customer, [one for one in bought if one.order.customer_id == customer.pk])
        for customer in customers
    ]
