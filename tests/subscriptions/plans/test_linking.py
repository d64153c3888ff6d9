"""A plan that exists at Razorpay is linked to a product, and its subscriptions follow."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from accounts.sellers import Seller
from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Problem
from orders.models import Price, Product
from subscriptions import existing_plans, starting, tasks
from subscriptions.existing_plans import NotLinkable
from subscriptions.models import Plan, Subscription
from tests.gateways.stand_in import LIVE_KEYS, connect
from tests.scripts import EMAIL, Api
from tests.subscriptions.acting.conftest import Shop, sell
from tests.subscriptions.plans.conftest import plan_at


def link(gateway: Gateway, plan_id: str, product: Product, **how: Any) -> Plan:
    terms = existing_plans.fetch(gateway, plan_id)
    return existing_plans.link(
        gateway, product, terms, **{"total_count": 6, "sells": False, "user": None} | how
    )


def refusal(gateway: Gateway, plan_id: str, product: Product, **how: Any) -> str:
    with pytest.raises(NotLinkable) as caught:
        link(gateway, plan_id, product, **how)
    return str(caught.value)


def opens(api: Api, title: str) -> tuple[bool, str]:
    """Whether Ananya may open it, and why."""
    resources = api.get("products")["results"]
    (uid,) = [one["id"] for row in resources for one in row["resources"] if one["title"] == title]
    found = api.get("access", email=EMAIL, resource=uid)
    return found["allowed"], found["because"]


def asked() -> list[str]:
    """The plans of which the seller is asked what they pay for."""
    standing = Problem.objects.standing().filter(kind=Problem.Kind.UNKNOWN_PLAN)
    return list(standing.values_list("subject", flat=True))


class TestRecognised:
    def test_the_question_is_answered_and_its_resources_open(
        self, gateway: Gateway, moved: Subscription, studio: Price, plan_id: str, api: Api
    ) -> None:
        assert asked() == [plan_id]
        assert opens(api, "Studio room") == (False, "not_bought")
        link(gateway, plan_id, studio.product)
        assert asked() == []
        assert opens(api, "Studio room") == (True, "paid")
        assert opens(api, "Circle") == (True, "paid"), "what was paid for stays to its end"
        told = moved.order.grant_changes.latest("pk")
        assert str(told.why) == f"Plan {plan_id} pays for “Studio” now."

    def test_a_question_that_nothing_asks_any_more_is_answered_too(
        self, gateway: Gateway, studio: Price, plan_id: str
    ) -> None:
        kind = Problem.Kind.UNKNOWN_PLAN
        problems.report(gateway, kind, what=say("What."), mend=say("Mend."), subject=plan_id)
        link(gateway, plan_id, studio.product)
        assert asked() == []

    def test_new_orders_stay_as_they_are(
        self, gateway: Gateway, studio: Price, plan_id: str
    ) -> None:
        plan = link(gateway, plan_id, studio.product)
        assert studio.product.price == studio
        assert (plan.price.amount, plan.price.period) == (99_900, "monthly")
        assert plan.price.replaced_at is not None

    def test_its_subscription_is_shown_at_the_plans_price(
        self, gateway: Gateway, moved: Subscription, studio: Price, plan_id: str, meera: Any
    ) -> None:
        link(gateway, plan_id, studio.product)
        assert "₹999.00" in meera.get(f"/subscriptions/{moved.uid}/").content.decode()

    def test_two_plans_may_pay_for_one_product(
        self, gateway: Gateway, shop: Shop, studio: Price
    ) -> None:
        for _twice in range(2):
            link(gateway, plan_at(shop), studio.product)
        assert studio.product.prices.count() == 3


class TestForNewOrders:
    def test_its_terms_become_the_price_and_new_orders_use_it(
        self, gateway: Gateway, studio: Price, plan_id: str
    ) -> None:
        plan = link(gateway, plan_id, studio.product, sells=True, total_count=6)
        price = studio.product.price
        assert price == plan.price
        assert price
        assert (price.amount, price.currency, price.total_count) == (99_900, "INR", 6)
        one = starting.start(gateway.account, studio.product, EMAIL, "Ananya", None)
        assert one.razorpay_plan_id == plan_id

    def test_the_same_terms_change_no_price(
        self, gateway: Gateway, shop: Shop, studio: Price
    ) -> None:
        plan_id = plan_at(shop, amount=79_900)
        plan = link(gateway, plan_id, studio.product, sells=True, total_count=24)
        assert plan.price == studio
        assert studio.product.prices.count() == 1

    def test_a_price_that_has_its_plan_keeps_it(
        self, gateway: Gateway, shop: Shop, studio: Price
    ) -> None:
        first, second = plan_at(shop, amount=79_900), plan_at(shop, amount=79_900)
        link(gateway, first, studio.product, sells=True, total_count=24)
        said = refusal(gateway, second, studio.product, sells=True, total_count=24)
        assert said.startswith(f"New orders are made with {first} already")
        assert link(gateway, second, studio.product).price != studio

    def test_a_trial_goes_on_and_another_currency_starts_afresh(
        self, gateway: Gateway, shop: Shop, account: Account, plan_id: str
    ) -> None:
        trial = sell(account, "Trial", amount=79_900, trial_days=7)
        link(gateway, plan_id, trial.product, sells=True)
        assert trial.product.price
        assert trial.product.price.trial_days == 7
        abroad = plan_at(shop, amount=1_900, currency="USD")
        link(gateway, abroad, trial.product, sells=True)
        assert (str(trial.product.price), trial.product.price.trial_days) == ("$19.00", 0)

    def test_what_is_paid_once_becomes_what_repeats(
        self, gateway: Gateway, product: Product, plan_id: str
    ) -> None:
        link(gateway, plan_id, product, sells=True)
        assert product.price
        assert (product.price.kind, product.price.total_count) == ("subscription", 6)


class TestRefused:
    def test_a_plan_pays_for_one_product(
        self, gateway: Gateway, product: Product, studio: Price, plan_id: str
    ) -> None:
        link(gateway, plan_id, studio.product)
        linked = "This plan is linked already, to “Studio”."
        assert refusal(gateway, plan_id, product) == linked
        assert Plan.objects.filter(razorpay_plan_id=plan_id).count() == 1

    def test_also_when_two_link_it_at_once(
        self, gateway: Gateway, product: Product, studio: Price, plan_id: str
    ) -> None:
        terms = existing_plans.fetch(gateway, plan_id)
        link(gateway, plan_id, studio.product)
        for sells in (True, False):
            with pytest.raises(NotLinkable, match="Studio"):
                existing_plans.link(gateway, product, terms, total_count=6, sells=sells, user=None)
        assert product.prices.count() == 1, "nothing is half done"

    @pytest.mark.parametrize(
        "answer",
        [
            {"period": "fortnightly"},
            {"interval": None},
            {"item": []},
            {"item": {"amount": "99900", "currency": "INR"}},
            {"item": {"amount": 0, "currency": "INR"}},
            {"item": {"amount": 100, "currency": "???"}},
        ],
        ids=str,
    )
    def test_terms_that_no_price_has_are_not_guessed(
        self, gateway: Gateway, studio: Price, plan_id: str, monkeypatch: Any, answer: Any
    ) -> None:
        plain = {"period": "monthly", "interval": 1, "item": {"amount": 100, "currency": "INR"}}
        monkeypatch.setattr(
            "gateways.razorpay.client.Razorpay.plan", lambda *asked: {**plain, **answer}
        )
        assert "does not understand the terms" in refusal(gateway, plan_id, studio.product)


def test_two_shops_on_one_razorpay_account_link_it_each_for_itself(
    gateway: Gateway, studio: Price, stranger: Seller, plan_id: str
) -> None:
    link(gateway, plan_id, studio.product)
    theirs = sell(stranger.account, "Elsewhere", amount=100)
    plan = link(connect(stranger.account), plan_id, theirs.product)
    assert plan.price.product == theirs.product
    assert Plan.objects.filter(razorpay_plan_id=plan_id).count() == 2


def test_modes_do_not_mix(gateway: Gateway, account: Account, studio: Price, plan_id: str) -> None:
    live = connect(account, LIVE_KEYS)
    link(gateway, plan_id, studio.product, sells=True)
    assert Plan.objects.filter(gateway=live).count() == 0


def test_many_subscriptions_are_settled_in_batches(
    gateway: Gateway, moved: Subscription, studio: Price, plan_id: str, api: Api,
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    rung: list[tuple[int, int]] = []

    def hear(*told: int) -> None:
        rung.append((told[0], told[1]))
        tasks.settle_subscribers(*told)

    monkeypatch.setattr(tasks.settle_subscribers, "delay", hear)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # it is the test's own
    monkeypatch.setattr(existing_plans, "BATCH", 1)
    with django_capture_on_commit_callbacks(execute=True):
        plan = link(gateway, plan_id, studio.product)
    assert rung == [(plan.pk, moved.pk)], "the next batch was empty"
    assert opens(api, "Studio room") == (True, "paid")


def test_what_is_linked_stays_not_ours_if_it_was_started_elsewhere(
    shop: Shop, gateway: Gateway, studio: Price, plan_id: str
) -> None:
    link(gateway, plan_id, studio.product)
    theirs = shop.desk.client.subscription.create({"plan_id": plan_id, "total_count": 6})
    before = Subscription.objects.count()
    bodies = shop.desk.bodies(f"subscriptions/{theirs['id']}/pay", email=EMAIL)
    shop.tell(bodies)
    assert Subscription.objects.count() == before
