"""A payment that is known only by its invoice."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Gateway, LookUp
from gateways.razorpay.client import Razorpay as Api
from orders.looking_up import due
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import MONTH, T
from tests.orders.looking_up.stage import MINUTE, row
from tests.samples import sample
from webhooks.models import Event

RENEWAL: dict[str, Any] = {
    "id": "pay_Renewal000001", "order_id": "order_Renewal00001", "invoice_id": "inv_Renewal000001",
    "customer_id": "cust_RsdCust000001", "created_at": T + MONTH,
}  # fmt: skip


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What Razorpay has under an id."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("invoice", "payment", "subscription"):
        monkeypatch.setattr(Api, name, lambda _api, razorpay_id: found[razorpay_id])
    payment = sample("payment.captured", payment=RENEWAL)["payload"]["payment"]["entity"]
    invoice = sample(
        "invoice.paid",
        invoice={
            "id": "inv_Renewal000001", "order_id": "order_Renewal00001",
            "payment_id": "pay_Renewal000001", "subscription_id": "sub_RsdSubscr00001",
            "billing_start": T + MONTH, "billing_end": T + 2 * MONTH,
        },
    )["payload"]["invoice"]["entity"]  # fmt: skip
    active = lives.charged(1, T + MONTH)["payload"]["subscription"]["entity"]
    found |= {RENEWAL["id"]: payment, invoice["id"]: invoice, "sub_RsdSubscr00001": active}
    return found


@pytest.fixture
def unmatched(razorpay: Razorpay, subscription: Subscription, clock: Any) -> Event:
    razorpay.tell(lives.charged(0, T + 8))
    razorpay.tell(sample("payment.captured", created_at=T + MONTH, payment=RENEWAL))
    clock.shift(15 * MINUTE)
    event = Event.objects.get(type="payment.captured")
    assert event.status == "unmatched"
    return event


def test_whose_it_is_is_asked_and_it_is_matched(
    unmatched: Event, subscription: Subscription, there: dict[str, Any]
) -> None:
    from webhooks import work

    assert due.work_off() == 1
    work.work()
    unmatched.refresh_from_db()
    subscription.refresh_from_db()
    assert (unmatched.status, subscription.paid_until is not None) == ("processed", True)
    assert int(subscription.paid_until.timestamp()) == T + 2 * MONTH  # type: ignore[union-attr]
    assert row("unknown_invoice").done_at is not None


def test_another_shops_is_asked_about_once_and_kept(
    unmatched: Event, subscription: Subscription, there: dict[str, Any]
) -> None:
    there["inv_Renewal000001"]["subscription_id"] = "sub_AnotherShop001"
    there["sub_AnotherShop001"] = {**there["sub_RsdSubscr00001"], "id": "sub_AnotherShop001"}
    assert due.work_off() == 1
    unmatched.refresh_from_db()
    assert unmatched.status == "unmatched"
    assert row("unknown_invoice").done_at is not None
    assert set(Event.objects.filter(kind="api").values_list("status", flat=True)) == {"unmatched"}


def test_an_invoice_of_no_subscription_is_asked_about_again(
    unmatched: Event, there: dict[str, Any], gateway: Gateway
) -> None:
    there["inv_Renewal000001"]["subscription_id"] = None
    there["inv_Renewal000001"]["payment_id"] = None
    due.work_off()
    found = LookUp.objects.get(why="unknown_invoice")
    assert (found.tries, found.done_at) == (1, None)
