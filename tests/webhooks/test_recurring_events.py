"""What the events of subscriptions and invoices change, seen through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from gateways.models import Problem
from orders.models import Mail
from subscriptions.models import Subscription
from tests import lives
from tests.conftest import Razorpay
from tests.lives import DAY, MONTH, T
from tests.samples import sample
from tests.scripts import Api, iso
from webhooks.models import Event

ORDER = "order_RsdOrder000001"
PAYMENT = "pay_RsdCard0000001"
SUBSCRIPTION = "sub_RsdSubscr00001"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime.fromtimestamp(T + 60, UTC), tick=False) as travelled:
        yield travelled


def mails() -> set[str]:
    return set(Mail.objects.filter(state="waiting").values_list("kind", flat=True))


def test_invoice_paid(razorpay: Razorpay, subscription: Subscription, api: Api) -> None:
    """With a subscription_id, as the API's invoices have; the published bodies lack it."""
    razorpay.tell(sample("invoice.paid", invoice={"subscription_id": SUBSCRIPTION}))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert found["paid_until"] == iso(T + MONTH)
    payment = api.one("payments", razorpay_payment_id="pay_RsdSubs0000001")
    assert payment["subscription"] == found["id"]
    assert mails() == {"receipt"}


def test_invoice_paid_without_a_subscription_waits_for_what_ties_it(
    razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    razorpay.tell(sample("invoice.paid"))
    assert Event.objects.get().status == "unmatched"
    razorpay.tell(sample("subscription.charged"))
    assert set(Event.objects.values_list("status", flat=True)) == {"processed"}
    assert subscription.invoices.get().status == "paid"


def test_subscription_authenticated(
    razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    razorpay.tell(sample("subscription.authenticated"))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["paid_until"]) == ("authenticated", None)
    assert api.access(subscription.order.product)["because"] == "not_paid"


def test_subscription_authenticated_with_a_trial(
    razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    price = subscription.order.price
    price.trial_days = 7
    price.save()
    start = T + 7 * DAY
    razorpay.tell(sample("subscription.authenticated", subscription={"start_at": start}))
    answer = api.access(subscription.order.product)
    assert (answer["allowed"], answer["because"], answer["until"]) == (True, "trial", iso(start))


def test_subscription_activated(razorpay: Razorpay, subscription: Subscription, api: Api) -> None:
    razorpay.tell(sample("subscription.activated"))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert found["status"] == "active"
    answer = api.access(subscription.order.product)
    assert (answer["because"], answer["until"]) == ("grace", iso(T + 7 * DAY))


def test_subscription_charged(razorpay: Razorpay, subscription: Subscription, api: Api) -> None:
    razorpay.tell(sample("subscription.charged"))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["paid_count"]) == ("active", 1)
    assert found["paid_until"] == iso(T + MONTH)
    assert found["access_until"] == iso(T + MONTH + 7 * DAY)
    payment = api.one("payments", razorpay_payment_id="pay_RsdSubs0000001")
    assert (payment["subscription"], payment["captured"]) == (found["id"], True)
    answer = api.access(subscription.order.product)
    assert (answer["because"], answer["until"]) == ("paid", iso(T + MONTH))
    assert mails() == {"receipt"}


def test_subscription_pending_repeats_and_each_is_news(
    clock: Any, razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    clock.move_to(datetime.fromtimestamp(T + MONTH + 60, UTC))
    razorpay.tell(lives.charged(0, T + 8), lives.pending(1, 1))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["auth_attempts"]) == ("pending", 1)
    answer = api.access(subscription.order.product)
    assert (answer["because"], answer["until"]) == ("grace", iso(T + MONTH + 7 * DAY))

    def ledger() -> list[tuple[int, str, str]]:
        rows = api.get("reattempts", subscription=found["id"])["results"]
        return [(r["n"], r["state"], r["due_at"]) for r in rows]

    dates = [iso(T + MONTH + n * DAY) for n in (1, 2, 3)]
    assert ledger() == [(n, "scheduled", dates[n - 1]) for n in (1, 2, 3)]
    clock.shift(DAY)
    razorpay.tell(lives.pending(1, 2))
    assert [(n, state) for n, state, _due in ledger()] == [
        (1, "failed"), (2, "scheduled"), (3, "scheduled"),
    ]  # fmt: skip
    assert Mail.objects.filter(kind="cycle_failure").count() == 2
    answer = api.access(subscription.order.product)
    assert answer["until"] == iso(T + MONTH + 7 * DAY), "a repeat does not extend the grace"


def test_subscription_halted(
    clock: Any, razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    clock.move_to(datetime.fromtimestamp(T + MONTH + 3 * DAY + 90, UTC))
    razorpay.tell(*lives.halted_after_four_failures())
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["access_until"]) == ("halted", iso(T + MONTH))
    answer = api.access(subscription.order.product)
    assert (answer["allowed"], answer["because"]) == (False, "suspended")
    rows = api.get("reattempts", subscription=found["id"])["results"]
    assert [(r["n"], r["state"], r["counted"]) for r in rows] == [
        (n, "failed", True) for n in (1, 2, 3)
    ]
    assert {"halted", "halted_seller"} <= mails()


def test_subscription_paused(razorpay: Razorpay, subscription: Subscription, api: Api) -> None:
    razorpay.tell(*lives.paused_and_resumed_in_time()[:2])
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["access_until"]) == ("paused", iso(T + MONTH))
    answer = api.access(subscription.order.product)
    assert (answer["allowed"], answer["until"]) == (True, iso(T + MONTH))


def test_subscription_resumed(razorpay: Razorpay, subscription: Subscription, api: Api) -> None:
    razorpay.tell(*lives.paused_and_resumed_in_time())
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["access_until"]) == ("active", iso(T + MONTH + 7 * DAY))


def test_subscription_resumed_after_its_end_waits_for_the_next_charge(
    clock: Any, razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    clock.move_to(datetime.fromtimestamp(T + MONTH + 2 * DAY + 60, UTC))
    razorpay.tell(*lives.paused_beyond_its_end())
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["access_until"]) == ("active", iso(T + MONTH))
    answer = api.access(subscription.order.product)
    assert (answer["allowed"], answer["because"]) == (False, "period_over")
    assert "resumed_seller" in mails()


def test_subscription_updated_to_an_unknown_plan_asks_the_seller(
    razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    razorpay.tell(sample("subscription.charged"), sample("subscription.updated"))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["razorpay_plan_id"], found["quantity"]) == ("plan_RsdPlan000002", 2)
    assert api.access(subscription.order.product)["allowed"] is True, "former resources stay"
    assert Problem.objects.standing().get().kind == "unknown_plan"


def test_subscription_cancelled(razorpay: Razorpay, subscription: Subscription, api: Api) -> None:
    razorpay.tell(sample("subscription.charged"), sample("subscription.cancelled"))
    # A snapshot of another kind that comes later, and is newer, does not bring it back.
    razorpay.tell(sample("subscription.resumed", created_at=T + 90 * DAY))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["access_until"]) == ("cancelled", iso(T + MONTH))
    assert api.access(subscription.order.product)["until"] == iso(T + MONTH)


def test_subscription_completed(razorpay: Razorpay, subscription: Subscription, api: Api) -> None:
    razorpay.tell(sample("subscription.charged"), sample("subscription.completed"))
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert (found["status"], found["paid_count"]) == ("completed", 11)
    assert found["access_until"] == iso(T + MONTH), "its current_end was paid by nobody"


def test_a_refunded_charge_unpays_only_its_own_cycle(
    clock: Any, razorpay: Razorpay, subscription: Subscription, api: Api
) -> None:
    clock.move_to(datetime.fromtimestamp(T + MONTH + DAY + 60, UTC))
    first, second, refund = lives.one_charge_refunded()
    razorpay.tell(first, second)
    assert api.access(subscription.order.product)["until"] == iso(T + 2 * MONTH)
    razorpay.tell(refund)
    found = api.one("subscriptions", razorpay_subscription_id=SUBSCRIPTION)
    assert found["paid_until"] == iso(T + MONTH)
    answer = api.access(subscription.order.product)
    assert (answer["allowed"], answer["because"]) == (False, "refunded")
