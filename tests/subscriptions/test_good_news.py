"""Money for a charge that had failed is news by when it came, not by when or how we heard of it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from orders.models import Mail
from subscriptions.models import Subscription
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, T, charge_of, charged, pending
from tests.samples import sample

RENEWAL = T + MONTH
PAID_AT = RENEWAL + DAY + 3600


def invoice_alone(paid_at: int | None = PAID_AT) -> dict[str, Any]:
    """A paid invoice, as it is told before its payment is."""
    own = charge_of(1)
    fields = {
        "id": own["invoice_id"], "order_id": own["order_id"], "payment_id": own["id"],
        "subscription_id": "sub_RsdSubscr00001", "billing_start": RENEWAL,
        "billing_end": RENEWAL + MONTH, "paid_at": paid_at,
    }  # fmt: skip
    body = sample("invoice.paid", created_at=PAID_AT, invoice=fields)
    del body["payload"]["payment"]
    return body


TOLD = (pending(1, 1), invoice_alone(), charged(1, PAID_AT))


def state() -> str:
    return Mail.objects.get(kind=Mail.Kind.RECOVERED_SELLER).state


@pytest.mark.parametrize("bodies", list(permutations(TOLD)))
@pytest.mark.parametrize(("heard", "expected"), [(3600, "waiting"), (9 * DAY, "too_old")])
def test_no_order_of_arrival_makes_old_news_new(
    razorpay: Razorpay, clock: Any, subscription: Subscription, bodies: Any, heard: int,
    expected: str,
) -> None:  # fmt: skip
    clock.shift(PAID_AT + heard - (T + 3600))
    for body in bodies:
        razorpay.tell(body)
    assert state() == expected
    Mail.objects.filter(kind=Mail.Kind.RECOVERED_SELLER).delete()
    clock.shift(60)
    razorpay.tell(*({**body, "more": 1} for body in bodies))
    assert state() == expected, "told once more, all of it being known"


@pytest.mark.parametrize(("heard", "expected"), [(3600, "waiting"), (9 * DAY, "too_old")])
def test_an_invoice_that_does_not_say_when_is_no_younger_than_its_failure(
    razorpay: Razorpay, clock: Any, subscription: Subscription, heard: int, expected: str
) -> None:
    clock.shift(PAID_AT + heard - (T + 3600))
    razorpay.tell(pending(1, 1), invoice_alone(paid_at=None))
    assert state() == expected
