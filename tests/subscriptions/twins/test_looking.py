"""Looking for twins: how often, at whose Razorpay, and what if one cannot be cancelled."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.sellers import Seller
from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from subscriptions import twins
from subscriptions.models import Doubt, Subscription
from tests.gateways.stand_in import connect, other_keys
from tests.subscriptions.twins.purchases import MONTHLY, ByForm, ByScript, Shop

DAY = 24 * 60


@pytest.fixture
def buyer(shop: Shop) -> ByForm:
    return ByForm(shop, 1, MONTHLY)


@pytest.fixture
def twin(shop: Shop, buyer: ByForm, slow_lists: None) -> str:
    """One that Razorpay's list shows in five minutes; the buyer has another."""
    shop.lose()
    buyer.press()
    shop.wait(10)
    buyer.press()
    first, second = shop.subscriptions_of(buyer.order)
    assert first["id"] != second["id"] == the_one().razorpay_subscription_id
    return str(first["id"])


def the_one() -> Subscription:
    return Subscription.objects.get()


def status(shop: Shop, razorpay_id: str) -> str:
    (found,) = [doc for doc in shop.at_razorpay("subscription") if doc["id"] == razorpay_id]
    return str(found["status"])


def test_it_is_looked_for_every_minute_then_less_often_and_never_after_a_day(
    shop: Shop, buyer: ByForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    shop.lose()
    buyer.press()
    began = timezone.now()

    def nothing(_client: Razorpay, _plan_id: str, *_uids: str) -> list[Any]:
        looks.append(round((timezone.now() - began).total_seconds() / 60))
        return []

    monkeypatch.setattr(Razorpay, "subscriptions_of", nothing)
    shop.wait(DAY + DAY // 3)
    assert looks[:10] == list(range(1, 11))
    gaps = [later - earlier for earlier, later in zip(looks, looks[1:], strict=False)]
    assert gaps == sorted(gaps)
    assert DAY <= looks[-1] < DAY * 1.2
    assert 20 < len(looks) < 80
    doubt = Doubt.objects.get()
    assert (doubt.razorpay_subscription_id, doubt.settled_at is None) == ("", False)


def test_while_razorpay_cannot_be_asked_nothing_is_concluded(shop: Shop, buyer: ByForm) -> None:
    shop.lose()
    buyer.press()
    shop.desk.press("api", fail="502")
    shop.wait(2 * DAY, step=15)
    assert Doubt.objects.get().settled_at is None
    shop.desk.press("api", fail="none")
    shop.wait(8 * 60, step=15)
    assert Doubt.objects.get().settled_at is not None
    assert the_one().razorpay_subscription_id, "the buyer may come back to it"


def test_one_list_tells_of_all_buyers_of_a_plan(
    shop: Shop, buyer: ByForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [ByScript(shop, number, MONTHLY) for number in range(2, 5)]
    buyer.press()  # makes the plan
    for other in others:
        other.product = buyer.product
        shop.lose()
        other.press()
    asked, ask = [], Razorpay.subscriptions_of

    def count(client: Razorpay, plan_id: str, *uids: str) -> list[Any]:
        asked.append(len(uids))
        return ask(client, plan_id, *uids)

    monkeypatch.setattr(Razorpay, "subscriptions_of", count)
    shop.wait(3)
    assert asked == [3, 3]
    assert not Doubt.objects.filter(settled_at=None).exists()
    assert not Subscription.objects.filter(razorpay_subscription_id=None).exists()


def test_a_gateway_that_is_disconnected_is_asked_when_it_is_back(shop: Shop, twin: str) -> None:
    Gateway.objects.update(disconnected_at=timezone.now())
    shop.wait(10)
    assert status(shop, twin) == "created"
    Gateway.objects.update(disconnected_at=None)
    shop.wait(1)
    assert status(shop, twin) == "cancelled"


def test_the_trouble_of_one_gateway_is_not_that_of_others(
    shop: Shop, twin: str, stranger: Seller, clock: Any
) -> None:
    theirs = connect(stranger.account, other_keys(shop.desk, mode="live"))
    their_buyer = ByForm(Shop(theirs, shop.desk, "", clock), 2, MONTHLY)
    shop.lose()
    their_buyer.press()
    Gateway.objects.filter(pk=theirs.pk).update(key_id="rzp_live_revoked00000000")
    Doubt.objects.filter(subscription__gateway=theirs).update(look_at=timezone.now())
    shop.wait(6)
    assert status(shop, twin) == "cancelled"
    assert Problem.objects.standing().get().gateway == theirs


class TestATwin:
    def test_that_is_over_already_is_fine(self, shop: Shop, twin: str) -> None:
        shop.desk.press(f"subscriptions/{twin}/cancel")
        shop.wait(6)
        assert not Doubt.objects.filter(settled_at=None).exists()
        assert not Problem.objects.exists()

    def test_that_somebody_paid_is_cancelled_all_the_same(self, shop: Shop, twin: str) -> None:
        shop.desk.press(f"subscriptions/{twin}/pay")
        shop.wait(6)
        assert status(shop, twin) == "cancelled"
        assert the_one().razorpay_subscription_id != twin

    def test_that_razorpay_does_not_cancel_is_told_to_the_seller(
        self, shop: Shop, twin: str, monkeypatch: pytest.MonkeyPatch, client: Any
    ) -> None:
        def refuse(_client: Razorpay, _razorpay_id: str, **_how: Any) -> None:
            raise errors.Refused("Not now")

        with monkeypatch.context() as patched:
            patched.setattr(Razorpay, "cancel_subscription", refuse)
            shop.wait(9)
        problem = Problem.objects.standing().get()
        assert (problem.kind, problem.subject) == ("late_twin", twin)
        assert the_one().order.uid in str(problem.what)
        client.force_login(shop.gateway.account.memberships.get().user)
        assert twin in client.get("/problems/").content.decode()
        shop.wait(5)
        assert status(shop, twin) == "cancelled"
        assert not Problem.objects.standing().exists(), "it is gone when it is mended"

    def test_whose_cancelling_is_in_doubt_is_cancelled_again(self, shop: Shop, twin: str) -> None:
        shop.lose(f"subscriptions/{twin}/cancel")
        shop.wait(9)
        assert status(shop, twin) == "cancelled"
        assert not Doubt.objects.filter(settled_at=None).exists()
        assert not Problem.objects.exists()


def test_nothing_in_doubt_asks_nothing(shop: Shop, buyer: ByForm) -> None:
    buyer.press()
    assert twins.look() == 0
    shop.clock.shift(3600)
    assert twins.look() == 0
