"""What counts as told by no event, and what does not."""

from __future__ import annotations

import hashlib
import json

from django.utils import timezone

from tests.webhooks.reconciling import day, ledger
from tests.webhooks.reconciling.shop import HOUR, Shop
from webhooks.models import Event


def test_a_period_that_begins_after_a_halt_has_no_event(shop: Shop) -> None:
    subscription = shop.sold()
    shop.on(subscription, "fail-next", n=4)
    shop.stage.delivers = True
    shop.go(2 * day.NEXT_MONTH + 3 * HOUR)
    shop.stage.hear()
    subscription.refresh_from_db()
    assert subscription.status == "halted"
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert (run.mended > 0, run.place["missed"]) == (True, {})


def test_what_an_event_told_that_is_parked_was_told(shop: Shop) -> None:
    """It has a problem of its own, and the webhook is not to blame."""
    shop.pay(shop.order())
    for event in shop.stage.desk.read("events")["events"]:
        body = event["body"].encode()
        Event.objects.create(
            gateway=shop.gateway,
            type=json.loads(body)["event"],
            body=body,
            body_sha256=hashlib.sha256(body).digest(),
            status=Event.Status.PARKED,
            processed_at=timezone.now(),
        )
    shop.go(HOUR)
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert (run.mended, run.place["missed"]) == (1, {})


def test_a_renewal_of_this_very_moment_was_not_missed(shop: Shop) -> None:
    shop.press("oddities", lists_lag=False)
    subscription = shop.sold()
    shop.stage.go(shop.stage.due(subscription))
    run = shop.reconcile(until=None)
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert (run.mended > 2, run.place["missed"]) == (True, {})
