"""A refund whose answer stayed lost for so long that Razorpay may have forgotten its key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gateways.razorpay.client import Razorpay as ToRazorpay
from orders import refunding
from orders.models import Order, Payment, RefundInstruction
from tests.orders.refunding.conftest import Shop, hidden_in, look_over, page_of

REFUND = "/v1/payments/{}/refund"


@pytest.fixture
def in_doubt(meera: Client, shop: Shop, order: Order, payment: Payment) -> RefundInstruction:
    """Made at Razorpay, and its answer was lost."""
    asked = {**hidden_in(look_over(meera, payment, amount="100")), "sure": "1"}
    shop.desk.press("api", fail="lost", count=1, paths=REFUND.format(payment.razorpay_payment_id))
    meera.post(page_of(order), asked)
    return RefundInstruction.objects.get(state="requested")


def test_it_is_looked_for_before_it_is_sent_again(
    shop: Shop, payment: Payment, clock: Any, in_doubt: RefundInstruction,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    shop.desk.wait_out_the_lag()
    monkeypatch.setattr(ToRazorpay, "refund", lambda *_args, **_terms: pytest.fail("sent again"))
    clock.shift(timedelta(hours=3))
    assert refunding.make_due() == 1
    in_doubt.refresh_from_db()
    (made,) = shop.refunds(payment)
    assert (in_doubt.state, in_doubt.razorpay_refund_id) == ("done", made["id"])


def test_what_was_never_made_is_sent_again(
    meera: Client, shop: Shop, order: Order, payment: Payment, clock: Any
) -> None:
    asked = {**hidden_in(look_over(meera, payment, amount="100")), "sure": "1"}
    shop.desk.press("api", fail="502", count=1, paths=REFUND.format(payment.razorpay_payment_id))
    meera.post(page_of(order), asked)
    clock.shift(timedelta(hours=3))
    assert refunding.make_due() == 1
    assert [made["amount"] for made in shop.refunds(payment)] == [10000]
    assert RefundInstruction.objects.get().state == "done"
