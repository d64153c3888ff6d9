"""Disputes of which no event told: Razorpay ticks them apart from the 17, and few sellers do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.sellers import Seller
from gateways.models import Gateway, Problem
from gateways.razorpay import client, errors
from gateways.razorpay.client import Json, Razorpay
from orders.models import Dispute, Order
from tests.gateways.stand_in import connect
from tests.subscriptions.debiting.stage import Stage
from tests.webhooks.reconciling import ledger
from tests.webhooks.reconciling.shop import DAY, HOUR, Shop, finish
from webhooks.models import Event
from webhooks.reconciling import disputed, objects


def paid(shop: Shop) -> tuple[Order, str]:
    """An order that is paid, and known to be: and its payment."""
    shop.stage.delivers = True
    order = shop.order()
    payment = shop.pay(order)
    shop.stage.hear()
    shop.stage.delivers = False
    return order, payment


def opened(shop: Shop, payment: str, **terms: object) -> str:
    return str(shop.press(f"payments/{payment}/dispute", **terms)["dispute"]["id"])


def standing() -> list[str]:
    return list(Problem.objects.standing().filter(kind="dispute").values_list("subject", flat=True))


def has_access(order: Order) -> bool:
    return order.grants.filter(ends_at=None).exists()


def test_a_dispute_is_found_and_what_became_of_it(shop: Shop) -> None:
    order, payment = paid(shop)
    name = opened(shop, payment)
    shop.go(HOUR)
    run = shop.reconcile()
    row = Dispute.objects.get()
    assert (row.razorpay_dispute_id, row.status, row.amount) == (name, "open", 49_900)
    assert standing() == [name]
    assert (run.state, run.mended, run.place["missed"]) == ("done", 1, {})
    assert has_access(order)
    shop.press(f"disputes/{name}/lose")
    shop.go(HOUR)
    shop.reconcile()
    order.refresh_from_db()
    assert (order.status, order.amount_refunded) == ("refunded", 49_900)
    assert not has_access(order)
    assert standing() == []
    assert ledger.differences(shop.stage.desk, shop.gateway) == []


def test_a_run_that_finds_nothing_new_keeps_nothing(shop: Shop) -> None:
    _order, payment = paid(shop)
    name = opened(shop, payment)
    shop.go(HOUR)
    shop.reconcile()
    shop.press(f"disputes/{name}/win")
    shop.go(HOUR)
    shop.reconcile()
    kept = Event.objects.count()
    run = shop.reconcile()
    assert (run.mended, Event.objects.count()) == (0, kept)
    assert str(run.outcome).startswith("The books are equal to Razorpay's.")


@pytest.mark.parametrize("end", ["win", "lose", "close"])
def test_events_that_come_after_all_change_nothing(shop: Shop, end: str) -> None:
    """All that the bank did, told late and in any order, and a step that a list has still."""
    order, payment = paid(shop)
    name = opened(shop, payment)
    shop.press(f"disputes/{name}/review")
    shop.go(HOUR)
    shop.press(f"disputes/{name}/{end}")
    shop.go(HOUR)
    shop.reconcile()
    order.refresh_from_db()
    before = (order.status, order.amount_refunded, Dispute.objects.get().status, standing())
    shop.stage.delivers, shop.stage.heard = True, 0
    shop.stage.hear()
    order.refresh_from_db()
    after = (order.status, order.amount_refunded, Dispute.objects.get().status, standing())
    assert after == before
    assert shop.reconcile().mended == 0


def test_one_that_was_opened_long_ago_is_asked_about_while_it_is_open(shop: Shop) -> None:
    order, payment = paid(shop)
    name = opened(shop, payment)
    shop.go(HOUR)
    shop.reconcile()
    shop.go(disputed.UNTIL_DECIDED + 10 * DAY)
    shop.press(f"disputes/{name}/lose")
    shop.reconcile()
    order.refresh_from_db()
    assert order.amount_refunded == 49_900
    assert shop.reconcile().looked_at == 0, "and no longer when it is decided"


def test_what_was_decided_while_disconnected_is_known_afterwards(shop: Shop) -> None:
    order, payment = paid(shop)
    name = opened(shop, payment)
    shop.go(HOUR)
    shop.reconcile()
    Gateway.objects.update(disconnected_at=shop.stage.now)
    shop.go(20 * DAY)
    shop.press(f"disputes/{name}/lose")
    shop.go(HOUR)
    Gateway.objects.update(disconnected_at=None)
    shop.reconcile()
    order.refresh_from_db()
    assert (order.status, standing()) == ("refunded", [])


def test_one_dispute_by_its_id_of_a_payment_that_nobody_told(shop: Shop) -> None:
    order = shop.order()
    name = opened(shop, shop.pay(order), amount=900)
    shop.go(HOUR)
    questions = objects.questions(shop.gateway, name)
    run = shop.reconcile(subject=name, questions=questions)
    assert (run.state, Dispute.objects.get().amount) == ("done", 900)
    assert objects.is_known(shop.gateway, name)
    ours = Dispute.objects.get().uid
    assert objects.questions(shop.gateway, ours) == questions


def test_another_shops_is_counted_and_not_kept(shop: Shop, stranger: Seller) -> None:
    stage = Stage(shop.stage.desk, connect(stranger.account), shop.stage.travelled, False)
    theirs = Shop(stage, 50)
    name = opened(theirs, theirs.pay(theirs.order()))
    shop.go(HOUR)
    run = shop.reconcile()
    assert (run.place["not_ours"], Dispute.objects.count()) == (2, 0)
    by_name = shop.reconcile(subject=name, questions=objects.questions(shop.gateway, name))
    assert str(by_name.outcome) == "It belongs to no order here."
    assert (Dispute.objects.count(), Event.objects.count()) == (0, 0)


def test_more_than_a_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    _order, payment = paid(shop)
    names = {opened(shop, payment, amount=100) for _ in range(5)}
    shop.go(HOUR)
    for module in (client, disputed):
        monkeypatch.setattr(module, "PAGE", 2)
    shop.reconcile()
    assert set(Dispute.objects.values_list("razorpay_dispute_id", flat=True)) == names


def test_keys_that_may_not_read_disputes_cost_the_run_nothing_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every account has this part of the API: the money is compared all the same."""
    order = shop.order()
    shop.pay(order)
    shop.go(HOUR)
    lists = Razorpay.listed

    def listed(asking: Razorpay, what: str, **window: Any) -> list[Json]:
        if what == "dispute":
            raise errors.Refused("The requested URL was not found on the server.")
        return lists(asking, what, **window)

    monkeypatch.setattr(Razorpay, "listed", listed)
    run = shop.reconcile()
    order.refresh_from_db()
    assert (run.state, order.status) == ("done", "paid")
    assert "Could not be compared: Razorpay's list of disputes." in str(run.outcome)


def test_a_list_that_fails_is_asked_again(shop: Shop) -> None:
    _order, payment = paid(shop)
    opened(shop, payment)
    shop.go(HOUR)
    shop.press("api", fail="500", count=1, share=1, paths="/v1/disputes")
    run = shop.begin()
    finish(run)
    assert run.state == "waiting"
    shop.go(timedelta(minutes=2))
    finish(run)
    assert (run.state, Dispute.objects.count()) == ("done", 1)


def test_a_decision_that_razorpay_takes_back_is_not_told_every_day(shop: Shop) -> None:
    """In the books it stays decided, whatever is asked."""
    _order, payment = paid(shop)
    opened(shop, payment)
    shop.go(HOUR)
    shop.reconcile()
    Dispute.objects.update(status="won", mark=[1, int(shop.stage.now.timestamp()), ""])
    shop.go(HOUR)
    run = shop.reconcile()
    assert (run.mended, Dispute.objects.get().status) == (0, "won")
