"""What people decide about an order that is paid once: the newest decision counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account
from gateways.models import Gateway
from orders import settling
from orders.models import AccessDecision, Grant, Order, Resource
from tests import books
from tests.conftest import Razorpay, make_gateway, make_order
from tests.lives import DAY, T, paid_and_refunded
from tests.orders.by_hand.conftest import Ask, Decide
from tests.samples import sample
from tests.scripts import EMAIL, Api, iso
from webhooks import replay, work
from webhooks.models import Event

NOW = T + 3600
Move = Callable[[int], None]


@pytest.fixture
def videos(order: Order) -> Resource:
    return order.product.resources.order_by("pk")[0]


@pytest.fixture
def recipes(order: Order) -> Resource:
    return order.product.resources.order_by("pk")[1]


def test_what_is_given_is_open_before_any_money_and_ends(
    order: Order, videos: Resource, recipes: Resource, decide: Decide, ask: Ask, move: Move
) -> None:
    decide(order, videos, "given", T + 10 * DAY)
    assert ask(videos) == (True, iso(T + 10 * DAY), "by_hand")
    assert ask(recipes) == (False, None, "not_paid"), "the other one stays closed"
    move(T + 10 * DAY)
    assert ask(videos) == (False, iso(T + 10 * DAY), "period_over")


def test_what_is_given_without_an_end_has_none(
    order: Order, videos: Resource, decide: Decide, ask: Ask
) -> None:
    decide(order, videos, "given")
    assert ask(videos) == (True, None, "by_hand")


def test_money_tells_its_own_reason_over_a_gift(
    order: Order, videos: Resource, decide: Decide, ask: Ask, razorpay: Razorpay
) -> None:
    decide(order, videos, "given", T + 10 * DAY)
    razorpay.tell(sample("payment.captured"))
    assert ask(videos) == (True, None, "paid")


def test_a_gift_outlives_a_refund(
    order: Order, videos: Resource, recipes: Resource, decide: Decide, ask: Ask,
    razorpay: Razorpay, move: Move,
) -> None:  # fmt: skip
    razorpay.tell(*paid_and_refunded())
    move(T + DAY)
    assert ask(videos) == (False, iso(T + 7200), "refunded")
    decide(order, videos, "given", T + 10 * DAY)
    assert ask(videos) == (True, iso(T + 10 * DAY), "by_hand")
    assert ask(recipes) == (False, iso(T + 7200), "refunded")
    move(T + 10 * DAY)
    assert ask(videos) == (False, iso(T + 10 * DAY), "refunded")


def test_what_is_ended_is_closed_at_once_and_undone_it_is_back(
    order: Order, videos: Resource, recipes: Resource, decide: Decide, ask: Ask,
    razorpay: Razorpay,
) -> None:  # fmt: skip
    razorpay.tell(sample("payment.captured"))
    decide(order, videos, "ended")
    assert ask(videos) == (False, iso(NOW), "ended_by_hand")
    assert ask(recipes) == (True, None, "paid")
    decide(order, videos, "undone")
    assert ask(videos) == (True, None, "paid")


def test_what_was_ended_before_it_was_paid_stays_closed_until_it_is_given(
    order: Order, videos: Resource, decide: Decide, ask: Ask, razorpay: Razorpay, move: Move
) -> None:
    decide(order, videos, "ended")
    assert ask(videos) == (False, iso(NOW), "ended_by_hand")
    move(T + DAY)
    razorpay.tell(sample("payment.captured", created_at=T + DAY))
    assert ask(videos) == (False, iso(NOW), "ended_by_hand")
    decide(order, videos, "given", T + 2 * DAY)
    assert ask(videos) == (True, None, "paid"), "what is paid is not cut short by a gift"


def test_any_resource_of_the_account_may_be_given(
    order: Order, account: Account, decide: Decide, ask: Ask
) -> None:
    other = Resource.objects.create(account=account, title="Other")
    assert ask(other) == (False, None, "not_bought")
    decide(order, other, "given", T + DAY)
    assert ask(other) == (True, iso(T + DAY), "by_hand")
    decide(order, other, "ended")
    assert ask(other) == (False, iso(NOW), "ended_by_hand")
    decide(order, other, "undone")
    assert ask(other) == (False, None, "not_bought")
    assert AccessDecision.objects.count() == 3, "what was decided is kept"


def test_ending_one_order_leaves_what_another_opens(
    gateway: Gateway, order: Order, videos: Resource, decide: Decide, ask: Ask,
    razorpay: Razorpay,
) -> None:  # fmt: skip
    make_order(gateway, order.product, order.customer, "order_RsdOther000001")
    other = {"id": "pay_RsdOther000001", "order_id": "order_RsdOther000001", "notes": []}
    razorpay.tell(sample("payment.captured"), sample("payment.captured", payment=other))
    decide(order, videos, "ended")
    assert ask(videos) == (True, None, "paid")


def test_a_gift_on_a_test_order_opens_no_live_door(
    order: Order, account: Account, videos: Resource, decide: Decide, ask: Ask
) -> None:
    make_gateway(account, "live")
    decide(order, videos, "given")
    assert ask(videos) == (False, None, "not_bought"), "live is meant"
    assert ask(videos, mode="test") == (True, None, "by_hand")


def test_the_story_says_who_and_why(
    order: Order, videos: Resource, decide: Decide, razorpay: Razorpay, api: Api
) -> None:
    razorpay.tell(sample("payment.captured"))
    decide(order, videos, "given")
    decide(order, videos, "ended")
    why = "By hand, Meera Joshi: A friend of the house"
    told = api.get("access", email=EMAIL, resource=videos.uid)["story"][-2:]
    assert [line["why"] for line in told] == [why, why]
    assert told[0]["what"] == "Access to Videos stays as it was."
    assert told[1]["what"] == "Access to Videos ended."


def test_replays_in_any_order_end_in_the_same_grants(
    gateway: Gateway, order: Order, videos: Resource, recipes: Resource, account: Account,
    decide: Decide, razorpay: Razorpay, move: Move,
) -> None:  # fmt: skip
    other = Resource.objects.create(account=account, title="Other")
    captured, *_rest, refunded = paid_and_refunded()
    razorpay.tell(captured)
    decide(order, videos, "given", T + 10 * DAY)
    decide(order, recipes, "ended")
    decide(order, other, "given")
    razorpay.tell(refunded)
    move(T + DAY)
    before, told = books.of(gateway), order.grant_changes.count()
    decisions = list(AccessDecision.objects.values())
    for _again in range(2):
        replay.replay(Event.objects.all())
        work.work()
        assert books.of(gateway) == before
    assert order.grant_changes.count() == told
    Grant.objects.all().delete()
    replay.replay(Event.objects.order_by("-pk"))
    work.work()
    assert books.of(gateway) == before, "lost books come back with what was decided"
    assert list(AccessDecision.objects.values()) == decisions


def test_what_cannot_be_settled_was_not_decided(
    order: Order, videos: Resource, decide: Decide, monkeypatch: Any
) -> None:
    def breaks(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setitem(settling.ways, "one_time", breaks)
    with pytest.raises(RuntimeError):
        decide(order, videos, "given")
    assert not AccessDecision.objects.exists()
