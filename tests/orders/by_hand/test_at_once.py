"""People and Razorpay speak of one order at the same moment: they are heard one by one."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from gateways.models import Gateway
from orders import by_hand
from orders.models import AccessDecision, Order, Product
from subscriptions import existing_plans
from subscriptions.existing_plans import NotLinkable, Terms
from subscriptions.models import Plan
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.test_concurrency import at_once
from webhooks import work

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

Kind = AccessDecision.Kind


@pytest.mark.parametrize("again", range(5))
def test_a_decision_and_a_payment_at_once_end_as_one_after_the_other(
    razorpay: Razorpay, order: Order, owner: User, again: int
) -> None:
    videos, recipes = order.product.resources.order_by("pk")
    razorpay.post(sample("payment.captured"))

    def decide(resource: Any, kind: Kind) -> None:
        by_hand.decide(order, resource, kind, reason="At once", user=owner)

    at_once(
        lambda: work.work() and None,
        lambda: decide(videos, Kind.ENDED),
        lambda: decide(recipes, Kind.GIVEN),
    )
    work.work()
    held = dict(order.grants.values_list("resource__title", "ended_because"))
    assert held["Videos"] == "ended_by_hand"
    assert order.grants.get(resource=videos).ends_at is not None
    assert order.grants.get(resource=recipes).ends_at is None
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("sells", [True, False])
def test_a_plan_that_is_linked_twice_at_once_is_linked_once(
    gateway: Gateway, product: Product, sells: bool
) -> None:
    terms = Terms("plan_RsdTwice000001", "Studio", 99_900, "INR", "monthly", 1)

    def link() -> bool:
        try:
            existing_plans.link(gateway, product, terms, total_count=12, sells=sells, user=None)
        except NotLinkable:
            return False
        return True

    assert at_once(link, link, link).count(True) >= 1
    assert Plan.objects.filter(razorpay_plan_id=terms.plan_id).count() == 1
    assert product.prices.count() == 2
