"""Whatever dies or is lost between us and Razorpay: it is done once, and in the end it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from gateways.models import Gateway
from orders import asking, instructing
from orders.models import Customer, Instruction, Mail, Price
from subscriptions import acting, deeds
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.conftest import make_subscription
from tests.lives import DAY
from tests.subscriptions.acting.conftest import Shop, fresh
from tests.subscriptions.acting.test_doing import end_of_period, instruct

Kind = SubscriptionInstruction.Kind
BUYER, SELLER = Instruction.MadeBy.BUYER, Instruction.MadeBy.SELLER
Do = Callable[..., SubscriptionInstruction]

# What the sandbox says once if it was done once; at the end of a period it says nothing yet.
EVENTS = {
    Kind.CANCEL: "subscription.cancelled",
    Kind.CANCEL_AT_END: "",
    Kind.PAUSE: "subscription.paused",
    Kind.RESUME: "subscription.resumed",
    Kind.CHANGE_PLAN: "subscription.updated",
    Kind.CHANGE_PLAN_AT_END: "",
}
PLACES = {
    "after the commit, before the call": (deeds, "done"),
    "after the call, before the books hear of it": (asking, "pass_on"),
    "before the instruction is done": (instructing, "finish"),
}


class Killed(BaseException):
    """The process is gone: nothing of ours may catch it."""


def dies(*_args: Any, **_named: Any) -> None:
    raise Killed


@pytest.fixture
def do(running: Subscription, gold: Price, clock: Any) -> Do:
    """Give an instruction of a kind to a subscription that is in the state for it."""

    def give(kind: Kind, made_by: Instruction.MadeBy = SELLER) -> SubscriptionInstruction:
        if kind == Kind.RESUME and fresh(running).status == "active":
            instruct(running, Kind.PAUSE)
            clock.shift(60)
        price = gold if kind in {Kind.CHANGE_PLAN, Kind.CHANGE_PLAN_AT_END} else None
        return acting.instruct(fresh(running), kind, made_by, price=price)

    return give


def newest() -> SubscriptionInstruction:
    return SubscriptionInstruction.objects.order_by("-pk")[0]


def is_done_once(shop: Shop, kind: Kind) -> bool:
    event = EVENTS[kind]
    return newest().state == "done" and (not event or shop.count(event) == 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", Kind)
def test_the_process_dies(
    shop: Shop, running: Subscription, do: Do, clock: Any, kind: Kind, place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if kind == Kind.RESUME:
        instruct(running, Kind.PAUSE)
        clock.shift(60)
    with monkeypatch.context() as deadly:
        deadly.setattr(*PLACES[place], dies)
        with pytest.raises(Killed):
            do(kind)
    assert newest().state == "requested"
    clock.shift(60)
    assert acting.carry_out_due() == 1
    assert is_done_once(shop, kind)
    assert fresh(running).status == shop.there(running)["status"]
    assert fresh(running).razorpay_plan_id == shop.there(running)["plan_id"]
    assert acting.carry_out_due() == 0


@pytest.mark.parametrize("fail", ["lost", "junk"])
@pytest.mark.parametrize("kind", Kind)
def test_the_answer_is_lost(
    shop: Shop, running: Subscription, do: Do, clock: Any, kind: Kind, fail: str
) -> None:
    if kind == Kind.RESUME:
        instruct(running, Kind.PAUSE)
        clock.shift(60)
    shop.desk.press("api", fail=fail, paths="/v1/subscriptions", count=1)
    assert do(kind).state == "requested"
    assert acting.carry_out_due() == 0, "not before the call has surely ended"
    clock.shift(60)
    assert acting.carry_out_due() == 1
    assert is_done_once(shop, kind)


def test_at_the_end_of_the_period_it_ends_once(
    shop: Shop, running: Subscription, do: Do, clock: Any
) -> None:
    shop.desk.press("api", fail="lost", paths="/v1/subscriptions", count=1)
    do(Kind.CANCEL_AT_END)
    clock.shift(60)
    acting.carry_out_due()
    end_of_period(shop, running, clock)
    assert fresh(running).status == "cancelled"
    assert shop.count("subscription.cancelled") == 1


def test_an_answer_that_stays_away_is_asked_for_again_and_again(
    shop: Shop, running: Subscription, do: Do, clock: Any
) -> None:
    shop.desk.press("api", fail="lost", paths="/v1/subscriptions", count=1)
    do(Kind.CANCEL)
    shop.desk.press("api", fail="502")
    for hours in range(5):
        clock.shift(3600)
        assert acting.carry_out_due() == 1
        assert newest().state == "requested", hours
    shop.desk.press("api", fail="none")
    clock.shift(3600)
    acting.carry_out_due()
    assert is_done_once(shop, Kind.CANCEL)


def test_what_became_impossible_meanwhile_ends_refused(
    shop: Shop, running: Subscription, do: Do, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as deadly:
        deadly.setattr(deeds, "done", dies)
        with pytest.raises(Killed):
            do(Kind.PAUSE)
    shop.switch(running, "cancel")
    clock.shift(60)
    acting.carry_out_due()
    ended = newest()
    assert ended.state == "refused"
    assert ended.refusal == "Subscription cannot be paused in cancelled status."


def test_the_buyers_mails_are_owed_once_with_the_end(
    running: Subscription, do: Do, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as deadly:
        deadly.setattr(instructing, "finish", dies)
        with pytest.raises(Killed):
            do(Kind.CANCEL_AT_END, BUYER)
    kinds = [Mail.Kind.CANCELLED, Mail.Kind.CANCELLED_SELLER]
    owed = Mail.objects.filter(order=running.order, kind__in=kinds)
    assert not owed.exists()
    clock.shift(60)
    acting.carry_out_due()
    assert sorted(owed.values_list("kind", "fact")) == [(kind, newest().uid) for kind in kinds]


class TestTheRound:
    @pytest.fixture
    def other(
        self, running: Subscription, shop: Shop, gateway: Gateway, customer: Customer
    ) -> Subscription:
        """One more, which waits for its buyer."""
        return make_subscription(gateway, customer, shop.desk.subscription()["id"])

    def keep(self, subscription: Subscription) -> SubscriptionInstruction:
        return acting.keep(subscription, Kind.CANCEL, SELLER, None, None)

    def test_ones_trouble_does_not_stop_the_others(
        self, other: Subscription, running: Subscription, clock: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        first, second = self.keep(other), self.keep(running)
        real = deeds.done

        def troubled(instruction: SubscriptionInstruction) -> Any:
            if instruction == first:
                raise ValueError("what nobody thought of")
            return real(instruction)

        monkeypatch.setattr(deeds, "done", troubled)
        clock.shift(60)
        assert acting.carry_out_due() == 2
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == ("requested", "done")

    def test_what_was_kept_just_now_is_left_to_its_own_process(
        self, running: Subscription, clock: Any
    ) -> None:
        kept = self.keep(running)
        clock.shift(59)
        assert acting.carry_out_due() == 0
        clock.shift(1)
        assert acting.carry_out_due() == 1
        kept.refresh_from_db()
        assert kept.state == "done"

    def test_a_disconnected_gateway_is_not_called(self, running: Subscription, clock: Any) -> None:
        kept = self.keep(running)
        Gateway.objects.update(disconnected_at=timezone.now())
        clock.shift(DAY)
        assert acting.carry_out_due() == 0
        Gateway.objects.update(disconnected_at=None)
        assert acting.carry_out_due() == 1
        kept.refresh_from_db()
        assert kept.state == "done"
