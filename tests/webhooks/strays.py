"""A payment that a buyer made elsewhere, and what a test does with it."""

from __future__ import annotations

from typing import Any

from accounts.sellers import Seller
from orders.models import Order
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks import assigning, work
from webhooks.models import Assignment, Event

STRAY: dict[str, Any] = {
    "id": "pay_Stray00000001", "order_id": "order_Elsewhere0001", "notes": [],
    "email": "ananya.iyer@example.com", "created_at": 1_770_000_000,
}  # fmt: skip


def paid_elsewhere(razorpay: Razorpay, *before: str, at: Any = None, **facts: Any) -> Event:
    """By a link that the seller sent: what was told of it `before`, then that it is captured."""
    payment = {**STRAY, **facts}
    for name in (*before, "payment.captured"):
        razorpay.tell(sample(name, created_at=at, payment=payment))
    told = Event.objects.filter(status=Event.Status.UNMATCHED, type="payment.captured")
    return told.order_by("-pk")[0]


def assign(seller: Seller, stray: Event, order: Order) -> Assignment:
    made = assigning.assign(stray, order, seller.user)
    work.work()
    stray.refresh_from_db()
    order.refresh_from_db()
    return made


def books(order: Order) -> dict[str, Any]:
    order.refresh_from_db()
    fields = ("razorpay_payment_id", "status", "captured", "amount", "captured_at", "mark")
    return {
        "order": [order.status, order.amount_paid, order.amount_refunded, order.as_of],
        "payments": list(order.payments.order_by("pk").values_list(*fields)),
        "open": sorted(map(str, order.grants.values_list("starts_at", "ends_at", "because"))),
    }
