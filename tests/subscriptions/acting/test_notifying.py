"""A change of plan does not bring Razorpay's mails back that the seller did not want."""

from __future__ import annotations

import pytest

from orders.models import Price
from subscriptions import acting
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.subscriptions.acting.conftest import Shop


@pytest.mark.parametrize("switch", [False, True])
def test_a_change_of_plan_keeps_who_writes_to_buyers(
    shop: Shop, running: Subscription, gold: Price, switch: bool
) -> None:
    account = running.gateway.account
    account.razorpay_mails_buyers = switch
    account.save()
    kind = SubscriptionInstruction.Kind.CHANGE_PLAN
    found = Subscription.objects.get(pk=running.pk)
    assert acting.instruct(found, kind, acting.MadeBy.SELLER, price=gold).state == "done"
    assert shop.there(running)["customer_notify"] is switch
