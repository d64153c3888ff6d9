"""What Raseed charges itself is one order, too: its bills, debits, mandates and re-attempts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orders.models import Product
from subscriptions.models import Bill, Cycle, Debit, Mandate, Subscription
from tests import lives
from tests.subscriptions.debiting.conftest import clock, desk, due, placed, stage, subscription
from tests.subscriptions.debiting.stage import Stage
from tests.subscriptions.debiting.test_law import STORIES
from tests.webhooks.rebuilding.shop import Shop
from webhooks.rebuilding import rebuild

__all__ = ["clock", "desk", "due", "placed", "stage", "subscription"]


@pytest.mark.parametrize("story", STORIES[:2], ids=lambda story: story.__name__)
def test_a_story_as_a_part(
    stage: Stage,
    due: Subscription,
    product: Product,
    story: Callable[[Stage, Subscription], None],
) -> None:
    shop = Shop(due.gateway, product)
    other = shop.sell(lives.paid_and_refunded())
    story(stage, due)
    assert Debit.objects.count() > 1
    assert Mandate.objects.exists()
    account = due.gateway.account
    ours, others = (rebuild.compare(account, (pk,)) for pk in (due.order_id, other.pk))
    whole = rebuild.compare(account)
    assert ours.differences == others.differences == whole.differences == []
    assert ours.rows + others.rows == whole.rows - 1, "the gateway's own"
    Cycle.objects.filter(pk=due.cycles.order_by("-start")[0].pk).update(end=1)
    Bill.objects.filter(authorises=True).update(step=7)
    found = rebuild.compare(account, (due.order_id,)).differences
    assert len(found) == 2
    assert found == rebuild.compare(account).differences
    assert rebuild.compare(account, (other.pk,)).differences == []
