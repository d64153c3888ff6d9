"""Buyers of a product get what is added to it later."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Gateway
from orders import catalogue, catching_up, tasks
from orders.catalogue import NewResource
from orders.models import Order, Product, Resource
from subscriptions.models import Subscription
from tests.conftest import Razorpay, make_order
from tests.lives import MONTH, T, charged
from tests.orders.by_hand.conftest import Ask, Decide
from tests.samples import sample
from tests.scripts import iso


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The worker hears it at once; what it was told."""
    heard: list[tuple[Any, ...]] = []

    def hear(*told: Any) -> None:
        heard.append(told)
        tasks.settle_buyers(*told)

    monkeypatch.setattr(tasks.settle_buyers, "delay", hear)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # it is the test's own
    return heard


def change(product: Product, *added: str, name: str = "Masterclass") -> None:
    """What the page of the product does, with resources added to those that it has."""
    known = catalogue.unlocked_by([product])[product.pk]
    rows = [(one.uid, NewResource(one.title, one.url, one.text)) for one in known]
    new = [("", NewResource(title, text="…")) for title in added]
    seen = [one.uid for one in known]
    catalogue.change_product(product, name=name, resources=[*rows, *new], seen=seen)


@pytest.fixture
def add(django_capture_on_commit_callbacks: Any) -> Any:
    """Add a resource to a product, and let what follows happen."""

    def added(product: Product, title: str) -> Resource:
        with django_capture_on_commit_callbacks(execute=True):
            change(product, title)
        return Resource.objects.get(title=title)

    return added


def test_who_paid_gets_it_and_the_story_says_why(
    order: Order, razorpay: Razorpay, add: Any, ask: Ask
) -> None:
    razorpay.tell(sample("payment.captured"))
    bonus = add(order.product, "Bonus")
    assert ask(bonus) == (True, None, "paid")
    change_told = order.grant_changes.latest("pk")
    assert str(change_told.what) == "Access to Bonus, without end."
    assert str(change_told.why) == "“Masterclass” unlocks more now."


def test_who_did_not_pay_or_got_it_back_does_not(
    gateway: Gateway, order: Order, razorpay: Razorpay, add: Any, ask: Ask
) -> None:
    bonus = add(order.product, "Bonus")
    assert ask(bonus) == (False, None, "not_paid")
    refund = sample("refund.processed", created_at=T + 1800)
    razorpay.tell(sample("payment.captured"), refund)
    told = order.grant_changes.count()
    assert ask(add(order.product, "Second bonus"))[0] is False
    assert order.grant_changes.count() == told, "and nothing is told of it"


def test_a_subscription_gets_it_to_the_end_of_what_is_paid(
    subscription: Subscription, razorpay: Razorpay, add: Any, ask: Ask
) -> None:
    razorpay.tell(charged(0, T + 8))
    bonus = add(subscription.order.product, "Bonus")
    assert ask(bonus) == (True, iso(T + MONTH), "paid")


def test_what_was_ended_by_hand_stays_ended(
    order: Order, razorpay: Razorpay, decide: Decide, add: Any, ask: Ask
) -> None:
    razorpay.tell(sample("payment.captured"))
    videos = order.product.resources.order_by("pk")[0]
    decide(order, videos, "ended")
    assert ask(add(order.product, "Bonus"))[0] is True
    assert ask(videos)[2] == "ended_by_hand"


def test_many_buyers_are_served_in_batches(
    gateway: Gateway, order: Order, razorpay: Razorpay, add: Any, rung: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(catching_up, "BATCH", 2)
    for number in range(5):
        order_id = f"order_RsdBuyer{number:04}"
        make_order(gateway, order.product, order.customer, order_id)
        told = {"notes": [], "id": f"pay_RsdBuyer{number:06}", "order_id": order_id}
        razorpay.tell(sample("payment.captured", payment=told))
    bonus = add(order.product, "Bonus")
    assert bonus.grants.count() == 5
    assert len(rung) == 4, "two, two, one and none left"


def test_a_change_that_adds_nothing_touches_no_order(
    order: Order, razorpay: Razorpay, rung: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    razorpay.tell(sample("payment.captured"))
    with django_capture_on_commit_callbacks(execute=True):
        change(order.product, name="Renamed")
    assert not catching_up.lacking(order.product).exists()
    assert len(rung) == 1
    assert order.grant_changes.count() == 2


def test_a_broker_that_is_down_fails_nobodys_page_and_the_next_change_finds_them(
    order: Order, razorpay: Razorpay, ask: Ask, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    razorpay.tell(sample("payment.captured"))

    def is_down(*told: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(tasks.settle_buyers, "delay", is_down)
        bonus = add(order.product, "Bonus")
    assert ask(bonus) == (False, None, "not_paid")
    add(order.product, "Second bonus")
    assert ask(bonus) == (True, None, "paid")
