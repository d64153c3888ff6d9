"""Events about a subscription that bears our note: the order's own, or a twin."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Problem
from subscriptions.models import Doubt, Subscription
from tests.conftest import Razorpay
from tests.lives import T
from tests.samples import sample
from webhooks.models import Event

TWIN = "sub_RsdTwin000001"


@pytest.fixture
def about_a_twin(subscription: Subscription) -> dict[str, Any]:
    """As Razorpay would tell that somebody authorised the second one."""
    notes = {"raseed_order": subscription.order.uid}
    entity = {"id": TWIN, "notes": notes, "status": "active"}
    return sample("subscription.activated", created_at=T, subscription=entity)


def test_a_twin_is_not_merged_into_the_order_and_is_cancelled_soon(
    razorpay: Razorpay, subscription: Subscription, about_a_twin: dict[str, Any]
) -> None:
    razorpay.tell(about_a_twin)
    event = Event.objects.get()
    assert (event.status, event.ours, event.order) == ("unmatched", True, None)
    assert "second subscription" in str(event.outcome)
    subscription.refresh_from_db()
    assert subscription.status == "created"
    assert subscription.razorpay_subscription_id == "sub_RsdSubscr00001"
    doubt = Doubt.objects.get()
    assert (doubt.razorpay_subscription_id, doubt.settled_at) == (TWIN, None)
    assert doubt.subscription == subscription


def test_it_is_noted_once_however_often_it_is_told(
    razorpay: Razorpay, about_a_twin: dict[str, Any]
) -> None:
    razorpay.tell(about_a_twin, {**about_a_twin, "created_at": T + 1})
    Doubt.objects.update(settled_at=Doubt.objects.get().asked_at)
    razorpay.tell({**about_a_twin, "created_at": T + 2})
    assert Doubt.objects.get().settled_at is not None


def test_the_lost_answer_that_made_it_is_explained(
    razorpay: Razorpay, subscription: Subscription, about_a_twin: dict[str, Any]
) -> None:
    lost = Doubt.objects.create(subscription=subscription)
    razorpay.tell(about_a_twin)
    lost.refresh_from_db()
    assert (lost.razorpay_subscription_id, lost.settled_at) == (TWIN, None)


def test_its_end_settles_the_doubt_and_clears_the_problem(
    razorpay: Razorpay, subscription: Subscription, about_a_twin: dict[str, Any]
) -> None:
    razorpay.tell(about_a_twin)
    notes = {"raseed_order": subscription.order.uid}
    razorpay.tell(
        sample(
            "subscription.cancelled",
            created_at=T + 9,
            subscription={"id": TWIN, "notes": notes, "status": "cancelled"},
        )
    )
    subscription.refresh_from_db()
    assert subscription.status == "created", "the order's own goes on"
    assert Doubt.objects.get().settled_at is not None
    assert not Problem.objects.standing().exists()


def test_what_pays_a_twin_is_not_counted_for_the_order(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    """Not even where the payment's card is the one that the order knows."""
    own = {"id": "sub_RsdSubscr00001"}
    razorpay.tell(sample("subscription.charged", created_at=T, subscription=own))
    notes = {"raseed_order": subscription.order.uid}
    razorpay.tell(
        sample(
            "subscription.charged",
            created_at=T + 9,
            subscription={"id": TWIN, "notes": notes},
            payment={"id": "pay_RsdTwin000001", "order_id": "order_RsdTwin0001"},
        )
    )
    assert subscription.order.payments.count() == 1
    assert Subscription.objects.get().cycles.count() == 1
    assert Event.objects.latest("pk").status == "unmatched"


def test_another_subscription_that_came_with_a_payment_of_ours_is_not_merged(
    razorpay: Razorpay, subscription: Subscription
) -> None:
    own = {"id": "sub_RsdSubscr00001"}
    razorpay.tell(sample("subscription.charged", created_at=T, subscription=own))
    stray = {"id": TWIN, "notes": [], "status": "halted"}
    charge = sample("subscription.charged")["payload"]["payment"]["entity"]
    razorpay.tell(
        sample("subscription.halted", created_at=T + 9, subscription=stray, payment=charge)
    )
    subscription.refresh_from_db()
    assert subscription.status == "active"


def test_an_order_without_one_takes_the_first_that_is_told_of(
    razorpay: Razorpay, subscription: Subscription, about_a_twin: dict[str, Any]
) -> None:
    Subscription.objects.update(razorpay_subscription_id=None)
    lost = Doubt.objects.create(subscription=subscription)
    razorpay.tell(about_a_twin)
    subscription.refresh_from_db()
    assert (subscription.razorpay_subscription_id, subscription.status) == (TWIN, "active")
    lost.refresh_from_db()
    assert lost.settled_at is not None


def test_another_gateways_order_has_no_twin_here(
    their_gateway: Any, subscription: Subscription, about_a_twin: dict[str, Any]
) -> None:
    """Two businesses on one Razorpay account hear of each other's subscriptions."""
    Razorpay(their_gateway).tell(about_a_twin)
    assert Event.objects.get().status == "unmatched"
    assert not Doubt.objects.exists()
