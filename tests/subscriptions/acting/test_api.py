"""A script cancels, pauses, resumes and changes plans; what cannot be done has its code."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.sellers import Seller
from orders.models import Price
from subscriptions import acting
from subscriptions.models import Subscription, SubscriptionInstruction
from tests.api.caller import Caller, problem, shape
from tests.lives import DAY
from tests.scripts import iso
from tests.subscriptions.acting.conftest import Shop

ACTIONS = ("cancel", "pause", "resume", "change-plan")


@pytest.fixture
def script(seller: Seller) -> Caller:
    """Meera's script."""
    return Caller(seller.api_token)


class Told:
    """What the script tells one subscription."""

    def __init__(self, script: Caller, subscription: Subscription) -> None:
        self.script, self.path = script, f"subscriptions/{subscription.uid}"

    def done(self, action: str, **body: Any) -> Any:
        response = self.script.post(f"{self.path}/{action}", body)
        assert response.status_code == 200, response.content
        assert response.json() == self.script.get(self.path), "as it is known now"
        return response.json()

    def refused(self, action: str, code: str, status: int = 409, **body: Any) -> str:
        said = problem(self.script.post(f"{self.path}/{action}", body), code, status)
        return str(said["detail"])


@pytest.fixture
def tell(script: Caller, running: Subscription) -> Told:
    return Told(script, running)


def test_it_is_cancelled_now(tell: Told, running: Subscription) -> None:
    shape(tell.done("cancel", at_cycle_end=False), status="cancelled", cancels_at=None)
    made = SubscriptionInstruction.objects.get()
    assert (made.kind, made.made_by, made.user) == ("cancel", "script", None)
    assert tell.refused("cancel", "not_cancellable").endswith("it is over.")


def test_it_is_cancelled_at_the_end_of_its_period(tell: Told, running: Subscription) -> None:
    ends = iso(running.current_end or 0)
    shape(tell.done("cancel", at_cycle_end=True), status="active", cancels_at=ends)
    said = tell.refused("cancel", "not_cancellable", at_cycle_end=True)
    assert "it ends on" in said
    shape(tell.done("cancel"), status="cancelled", cancels_at=None)


def test_it_is_paused_and_resumed(tell: Told, clock: Any) -> None:
    shape(tell.done("pause"), status="paused", charge_at=None)
    tell.refused("pause", "not_pausable")
    clock.shift(DAY)
    shape(tell.done("resume"), status="active")
    tell.refused("resume", "not_resumable")


def test_its_plan_is_changed(tell: Told, gold: Price) -> None:
    changed = tell.done("change-plan", product=gold.product.uid)
    assert changed["razorpay_plan_id"] == gold.plans.get().razorpay_plan_id
    assert "this plan already" in tell.refused(
        "change-plan", "not_changeable", product=gold.product.uid
    )


def test_its_plan_is_changed_at_the_end_of_its_period(
    tell: Told, gold: Price, running: Subscription
) -> None:
    planned = tell.done("change-plan", product=gold.product.uid, at_cycle_end=True)
    assert planned["razorpay_plan_id"] == running.razorpay_plan_id


def test_a_product_that_is_nobodys_or_anothers_is_unknown(
    tell: Told, gold: Price, stranger: Seller
) -> None:
    gold.product.account = stranger.account
    gold.product.save()
    for product in ("prd_none", gold.product.uid):
        tell.refused("change-plan", "unknown_product", 400, product=product)


def test_what_razorpay_refuses_is_quoted(tell: Told, shop: Shop, running: Subscription) -> None:
    shop.desk.press(f"subscriptions/{running.razorpay_subscription_id}/cancel")  # not told yet
    assert tell.refused("pause", "razorpay_refused", 502) == (
        "The subscription was not paused. The answer was: "
        "“Subscription cannot be paused in cancelled status.”"
    )


def test_a_lost_answer_is_kept_and_asked_for_again(tell: Told, shop: Shop, clock: Any) -> None:
    shop.desk.press("api", fail="lost", paths="/v1/subscriptions", count=1)
    tell.refused("cancel", "outcome_unknown", 504)
    for action in ("cancel", "pause"):
        tell.refused(action, "instruction_open")
    clock.shift(60)
    acting.carry_out_due()
    shape(tell.script.get(tell.path), status="cancelled")


def test_a_plan_that_is_in_doubt_changes_nothing(tell: Told, shop: Shop, gold: Price) -> None:
    shop.desk.press("api", fail="lost", paths="/v1/plans", count=1)
    response = tell.script.post(f"{tell.path}/change-plan", {"product": gold.product.uid})
    assert response.status_code == 503
    assert response.json()["code"] == "plan_in_doubt"
    assert not SubscriptionInstruction.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_strangers_script_finds_nothing(
    running: Subscription, stranger: Seller, gold: Price, action: str
) -> None:
    body = {"product": gold.product.uid} if action == "change-plan" else {}
    Told(Caller(stranger.api_token), running).refused(action, "not_found", 404, **body)
    assert not SubscriptionInstruction.objects.exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_misspelt_is_refused_and_not_done(tell: Told, action: str) -> None:
    tell.refused(action, "unknown_field", 400, product="prd_1", at_cycle_ends=True)
    assert not SubscriptionInstruction.objects.exists()


def test_only_post_does_anything(script: Caller, running: Subscription) -> None:
    for action in ACTIONS:
        assert script.ask(f"subscriptions/{running.uid}/{action}/").status_code == 405
