"""What a person does to a subscription is done at Razorpay, and the books follow at once."""

from __future__ import annotations

import time
from typing import Any

import pytest

from orders.causes import at
from orders.checkout import NotYet
from orders.models import Instruction, Price
from subscriptions import acting
from subscriptions.models import Subscription, SubscriptionInstruction
from subscriptions.objections import NotPossible
from tests import books
from tests.lives import DAY
from tests.subscriptions.acting.conftest import EMAIL, Shop, fresh
from tests.subscriptions.conftest import Ask
from webhooks import replay, work
from webhooks.models import Event

Kind = SubscriptionInstruction.Kind
SELLER = Instruction.MadeBy.SELLER


def instruct(
    subscription: Subscription, kind: Kind, price: Price | None = None
) -> SubscriptionInstruction:
    return acting.instruct(subscription, kind, SELLER, price=price)


def end_of_period(shop: Shop, subscription: Subscription, clock: Any) -> None:
    """A minute after the running period, with everything that was sent."""
    clock.move_to(at((subscription.current_end or 0) + 60))
    shop.desk.press("clock", seconds=1)
    shop.catch_up()


@pytest.mark.parametrize(
    ("kind", "status", "event"),
    [
        (Kind.CANCEL, "cancelled", "subscription.cancelled"),
        (Kind.PAUSE, "paused", "subscription.paused"),
    ],
)
def test_it_is_done_there_and_known_here_before_any_webhook_comes(
    shop: Shop, running: Subscription, kind: Kind, status: str, event: str
) -> None:
    made = instruct(running, kind)
    assert (made.state, made.tries, made.refusal) == ("done", 1, "")
    assert made.done_at
    assert shop.there(running)["status"] == fresh(running).status == status
    assert shop.count(event) == 1


def test_what_is_paused_is_resumed(shop: Shop, running: Subscription, clock: Any) -> None:
    instruct(running, Kind.PAUSE)
    assert fresh(running).charge_at is None
    clock.shift(DAY)
    assert instruct(fresh(running), Kind.RESUME).state == "done"
    assert shop.there(running)["status"] == fresh(running).status == "active"
    assert fresh(running).charge_at == running.current_end


@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.CANCEL_AT_END, Kind.PAUSE])
def test_access_stays_to_the_end_of_what_is_paid(
    shop: Shop, running: Subscription, answer: Ask, kind: Kind
) -> None:
    end = running.current_end or 0
    instruct(running, kind)
    shop.catch_up()
    for seconds, allowed in ((end - 60, True), (end + 60, kind == Kind.CANCEL_AT_END)):
        # At the end of the period grace lasts until Razorpay says that it is cancelled.
        assert answer(fresh(running), seconds).allowed is allowed


def test_the_webhooks_of_what_was_done_change_nothing_nor_does_a_replay(
    shop: Shop, running: Subscription, clock: Any
) -> None:
    clock.shift(2)  # seconds between what Razorpay dates and our asking
    instruct(running, Kind.CANCEL)
    before = books.of(shop.gateway)
    clock.shift(60)
    shop.catch_up()
    assert fresh(running).status == "cancelled"
    after = books.of(shop.gateway)
    assert followed(after) == followed(before)
    replay.replay(Event.objects.all())
    work.work()
    assert books.of(shop.gateway) == after


def test_a_pause_is_not_undone_by_what_was_told_before_it(
    shop: Shop, running: Subscription
) -> None:
    instruct(running, Kind.PAUSE)
    shop.catch_up()
    assert fresh(running).status == "paused"


def followed(everything: dict[str, Any]) -> dict[str, Any]:
    """What follows from the subscription's row."""
    return {name: everything[name] for name in ("orders", "cycles", "grants", "mails", "charges")}


class TestAtTheEndOfThePeriod:
    def test_it_goes_on_until_then(self, shop: Shop, running: Subscription) -> None:
        made = instruct(running, Kind.CANCEL_AT_END)
        assert (made.state, made.effective_at) == ("done", at(running.current_end or 0))
        assert shop.there(running)["status"] == fresh(running).status == "active"

    def test_then_it_is_cancelled_and_never_charged_again(
        self, shop: Shop, running: Subscription, clock: Any
    ) -> None:
        instruct(running, Kind.CANCEL_AT_END)
        end_of_period(shop, running, clock)
        assert fresh(running).status == "cancelled"
        assert shop.count("subscription.charged") == 1

    def test_its_end_is_razorpays_where_our_books_are_behind(
        self, shop: Shop, running: Subscription
    ) -> None:
        Subscription.objects.update(current_end=running.current_start)
        assert instruct(running, Kind.CANCEL_AT_END).effective_at == at(running.current_end or 0)

    def test_without_a_period_it_is_refused_in_razorpays_words(
        self, shop: Shop, subscription: Subscription
    ) -> None:
        Subscription.objects.update(current_end=1, status="active")
        made = instruct(subscription, Kind.CANCEL_AT_END)
        assert made.state == "refused"
        assert made.refusal.endswith("since no billing cycle is going on")


class TestAnotherPlan:
    def test_now_its_resources_are_open_and_the_former_stay_as_paid(
        self, shop: Shop, running: Subscription, gold: Price, answer: Ask
    ) -> None:
        made = instruct(running, Kind.CHANGE_PLAN, gold)
        there, here = shop.there(running), fresh(running)
        assert made.state == "done"
        assert there["plan_id"] == here.razorpay_plan_id == gold.plans.get().razorpay_plan_id
        (room,) = gold.product.resources.all()
        end = running.current_end or 0
        for resource in (None, room):
            assert answer(here, end - 60, resource).allowed
        assert not answer(here, end + 60).allowed
        assert answer(here, end + 60, room).allowed, "in grace, as the plan in force"

    def test_the_charges_that_are_left_stay(
        self, shop: Shop, running: Subscription, gold: Price
    ) -> None:
        left = shop.there(running)["remaining_count"]
        instruct(running, Kind.CHANGE_PLAN, gold)
        assert shop.there(running)["remaining_count"] == left == 11

    def test_at_the_end_of_the_period_it_waits_till_then(
        self, shop: Shop, running: Subscription, gold: Price, clock: Any, answer: Ask
    ) -> None:
        made = instruct(running, Kind.CHANGE_PLAN_AT_END, gold)
        assert (made.state, made.effective_at) == ("done", at(running.current_end or 0))
        assert fresh(running).has_scheduled_changes
        (room,) = gold.product.resources.all()
        assert not answer(fresh(running), int(time.time()), room).allowed
        end_of_period(shop, running, clock)
        after = fresh(running)
        assert after.razorpay_plan_id == gold.plans.get().razorpay_plan_id
        assert not after.has_scheduled_changes
        assert answer(after, (running.current_end or 0) + DAY, room).because == "paid"

    def test_while_one_is_planned_no_other_is(
        self, shop: Shop, running: Subscription, gold: Price
    ) -> None:
        instruct(running, Kind.CHANGE_PLAN_AT_END, gold)
        for kind in (Kind.CHANGE_PLAN, Kind.CHANGE_PLAN_AT_END):
            with pytest.raises(NotPossible, match="a change is planned already"):
                instruct(fresh(running), kind, gold)

    def test_what_is_paid_by_upi_is_refused_by_razorpay_if_we_do_not_know_it(
        self, shop: Shop, subscription: Subscription, gold: Price
    ) -> None:
        shop.switch(subscription, "pay", email=EMAIL, method="upi")
        Subscription.objects.update(payment_method=None)
        made = instruct(fresh(subscription), Kind.CHANGE_PLAN, gold)
        assert made.state == "refused"
        assert made.refusal == "subscriptions cannot be updated when payment mode is UPI"
        assert fresh(subscription).razorpay_plan_id == subscription.razorpay_plan_id

    def test_a_plan_that_cannot_be_had_leaves_no_instruction(
        self, shop: Shop, running: Subscription, gold: Price
    ) -> None:
        shop.desk.press("api", fail="lost", paths="/v1/plans", count=1)
        with pytest.raises(NotYet) as caught:
            instruct(running, Kind.CHANGE_PLAN, gold)
        assert caught.value.code == "plan_in_doubt"
        assert not SubscriptionInstruction.objects.exists()


def test_after_a_refusal_it_can_be_asked_again(shop: Shop, running: Subscription) -> None:
    shop.desk.press("api", fail="401", count=1)
    assert instruct(running, Kind.PAUSE).state == "refused"
    assert instruct(running, Kind.PAUSE).state == "done"
    assert shop.count("subscription.paused") == 1


def test_razorpay_cannot_be_reached_nothing_is_done(
    shop: Shop, running: Subscription, settings: Any
) -> None:
    settings.RAZORPAY_API_URL = "http://127.0.0.1:9"
    made = instruct(running, Kind.CANCEL)
    assert made.state == "refused"
    assert "cannot be reached" in made.refusal
    assert fresh(running).status == "active"
