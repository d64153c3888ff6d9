"""A refund that was told to be processed and to be failed, and that Razorpay now lists otherwise
than it answered."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import LookUp
from orders import asking
from orders.looking_up import due
from orders.models import Refund
from tests.conftest import Razorpay
from tests.webhooks.reconciling import ledger
from tests.webhooks.reconciling.shop import HOUR, MINUTE, Shop

OTHER = {"processed": "failed", "failed": "processed"}


@pytest.fixture(params=["processed", "failed"])
def refund(shop: Shop, request: pytest.FixtureRequest) -> dict[str, Any]:
    """As Razorpay has it; the books were told both ends, and the other one as an answer."""
    payment = shop.pay(shop.order())
    listed = shop.press(f"payments/{payment}/refund", status="pending")["refund"]
    switch = {"processed": "process", "failed": "fail"}[request.param]
    listed = {**listed, **shop.press(f"refunds/{listed['id']}/{switch}")["refund"]}
    shop.go(HOUR)
    shop.reconcile()
    tell_the_other_end(shop, listed)
    LookUp.objects.all().delete()
    return listed


def tell_the_other_end(shop: Shop, listed: dict[str, Any]) -> None:
    """By an event, and by the answer to which of them is true."""
    now = int(shop.stage.now.timestamp())
    told = {**listed, "status": OTHER[listed["status"]]}
    Razorpay(shop.gateway).tell(
        {
            "entity": "event",
            "event": f"refund.{told['status']}",
            "created_at": now,
            "payload": {"refund": {"entity": told}},
        }
    )
    asking.pass_on(shop.gateway.pk, "refund.resolved", {"refund": told}, now)
    assert Refund.objects.get().status == told["status"]


def test_the_list_is_a_reason_to_ask_by_its_id(shop: Shop, refund: dict[str, Any]) -> None:
    """The very answer of the list is in the inbox already, and says nothing new."""
    shop.go(HOUR)
    run = shop.reconcile()
    assert run.place["missed"] == {}, "its events came"
    assert Refund.objects.get().status == OTHER[refund["status"]], "a list lags: it settles nothing"
    assert LookUp.objects.get(why="both_ends").done_at is None
    shop.go(MINUTE)
    due.work_off()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []


def test_one_that_the_list_confirms_is_left_alone(shop: Shop, refund: dict[str, Any]) -> None:
    now = int(shop.stage.now.timestamp()) + 60
    asking.pass_on(shop.gateway.pk, "refund.resolved", {"refund": refund}, now)
    shop.go(HOUR)
    run = shop.reconcile()
    assert run.mended == 0
    assert not LookUp.objects.filter(why="both_ends").exists()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []


def test_no_event_is_called_missed(shop: Shop) -> None:
    """The list's answer is new to the inbox; but both ends were told by events."""
    shop.stage.delivers = True
    refund = shop.press(f"payments/{shop.pay(shop.order())}/refund")["refund"]
    shop.stage.hear()
    shop.stage.delivers = False
    tell_the_other_end(shop, refund)
    shop.go(HOUR)
    run = shop.reconcile()
    assert (run.mended, run.place["missed"]) == (1, {})
