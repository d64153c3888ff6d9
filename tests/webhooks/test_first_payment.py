"""payment.captured, from POST to grant."""

from __future__ import annotations

from orders.models import Grant, Mail, Order, Payment
from tests.conftest import Razorpay
from tests.samples import sample
from webhooks.models import Event


def test_a_captured_payment_opens_what_was_bought(razorpay: Razorpay, order: Order) -> None:
    response = razorpay.post(sample("payment.captured"))
    assert response.json() == {"status": "accepted"}

    from webhooks import work

    work.work()

    event = Event.objects.get()
    assert event.status == "processed", event.error
    order.refresh_from_db()
    assert (order.status, order.amount_paid) == ("paid", 49900)
    assert Payment.objects.get().captured
    assert Grant.objects.filter(order=order, ends_at=None, because="paid").count() == 2
    assert Mail.objects.get().kind == "receipt"
    assert str(event.outcome) == f"₹499.00 captured; order {order.uid} is paid."
