"""What people decide about a subscription: charges go on, whatever is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateways.models import Gateway
from orders.models import Customer, Order, Resource
from subscriptions.models import Subscription
from tests import books
from tests.conftest import Razorpay, make_subscription
from tests.lives import DAY, MONTH, T, charged, halted, pending
from tests.orders.by_hand.conftest import Ask, Decide
from tests.samples import sample
from tests.scripts import iso
from webhooks import replay, work
from webhooks.models import Event

Move = Callable[[int], None]


@pytest.fixture
def bought(subscription: Subscription) -> Order:
    return subscription.order


@pytest.fixture
def circle(bought: Order) -> Resource:
    return bought.product.resources.get()


def test_a_gift_that_lasts_longer_takes_over_when_what_is_paid_ends(
    bought: Order, circle: Resource, decide: Decide, ask: Ask, razorpay: Razorpay, move: Move
) -> None:
    razorpay.tell(charged(0, T + 8))
    decide(bought, circle, "given", T + 3 * MONTH)
    assert ask(circle) == (True, iso(T + 3 * MONTH), "paid")
    move(T + MONTH + DAY)
    razorpay.tell(pending(1, 1))
    assert ask(circle) == (True, iso(T + 3 * MONTH), "by_hand"), "and not in grace"
    move(T + 2 * MONTH)
    razorpay.tell(halted(1))
    assert ask(circle) == (True, iso(T + 3 * MONTH), "by_hand")
    move(T + 3 * MONTH)
    assert ask(circle) == (False, iso(T + 3 * MONTH), "suspended")


def test_what_is_paid_longer_than_given_governs(
    bought: Order, circle: Resource, decide: Decide, ask: Ask, razorpay: Razorpay, move: Move
) -> None:
    razorpay.tell(charged(0, T + 8))
    decide(bought, circle, "given", T + 5 * DAY)
    assert ask(circle) == (True, iso(T + MONTH), "paid")
    move(T + MONTH + DAY)
    assert ask(circle) == (True, iso(T + MONTH + 7 * DAY), "grace")


def test_access_until_the_next_charge_after_a_halt(
    bought: Order, circle: Resource, decide: Decide, ask: Ask, razorpay: Razorpay, move: Move
) -> None:
    razorpay.tell(charged(0, T + 8))
    move(T + MONTH + 4 * DAY)
    razorpay.tell(pending(1, 1), halted(1))
    assert ask(circle)[2] == "suspended"
    decide(bought, circle, "given", T + 2 * MONTH)
    assert ask(circle) == (True, iso(T + 2 * MONTH), "by_hand")
    razorpay.tell(charged(1, T + MONTH + 5 * DAY))
    move(T + MONTH + 6 * DAY)
    assert ask(circle) == (True, iso(T + 2 * MONTH + 5 * DAY), "paid")


def test_a_gift_extends_a_trial(
    gateway: Gateway, customer: Customer, decide: Decide, ask: Ask, razorpay: Razorpay, move: Move
) -> None:
    bought = make_subscription(gateway, customer, trial_days=14).order
    circle = bought.product.resources.get()
    start = {"start_at": T + 14 * DAY, "current_start": None, "current_end": None}
    razorpay.tell(sample("subscription.authenticated", created_at=T, subscription=start))
    decide(bought, circle, "given", T + 40 * DAY)
    assert ask(circle) == (True, iso(T + 40 * DAY), "trial")
    move(T + 15 * DAY)
    assert ask(circle) == (True, iso(T + 40 * DAY), "by_hand")


def test_what_is_ended_stays_ended_when_the_next_charge_is_paid(
    bought: Order, circle: Resource, decide: Decide, ask: Ask, razorpay: Razorpay, move: Move
) -> None:
    razorpay.tell(charged(0, T + 8))
    decide(bought, circle, "ended")
    ended = (False, iso(T + 3600), "ended_by_hand")
    assert ask(circle) == ended
    move(T + MONTH + 60)
    razorpay.tell(charged(1, T + MONTH + 8))
    assert ask(circle) == ended
    decide(bought, circle, "undone")
    assert ask(circle) == (True, iso(T + 2 * MONTH), "paid")


def test_ended_in_grace_is_ended(
    bought: Order, circle: Resource, decide: Decide, ask: Ask, razorpay: Razorpay, move: Move
) -> None:
    razorpay.tell(charged(0, T + 8))
    move(T + MONTH + DAY)
    razorpay.tell(pending(1, 1))
    assert ask(circle)[2] == "grace"
    decide(bought, circle, "ended")
    assert ask(circle) == (False, iso(T + MONTH + DAY), "ended_by_hand")


def test_an_order_whose_subscription_is_still_being_made_can_be_decided_about(
    subscription: Subscription, bought: Order, circle: Resource, decide: Decide, ask: Ask
) -> None:
    subscription.delete()
    decide(bought, circle, "given")
    assert ask(circle) == (True, None, "by_hand")


@pytest.mark.parametrize("kind", ["given", "ended", "undone"])
def test_replays_in_any_order_end_in_the_same_grants(
    gateway: Gateway, bought: Order, circle: Resource, decide: Decide, razorpay: Razorpay,
    move: Move, kind: str,
) -> None:  # fmt: skip
    razorpay.tell(charged(0, T + 8))
    decide(bought, circle, kind, T + 3 * MONTH)
    move(T + MONTH + 4 * DAY)
    razorpay.tell(pending(1, 1), halted(1))
    before: Any = books.of(gateway)
    replay.replay(Event.objects.all())
    work.work()
    assert books.of(gateway) == before
    bought.grants.all().delete()
    replay.replay(Event.objects.order_by("-pk"))
    work.work()
    assert books.of(gateway) == before
