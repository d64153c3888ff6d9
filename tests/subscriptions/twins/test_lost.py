"""Answers of Razorpay's that never come: what the buyer, the script and the seller then see."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.razorpay import errors
from gateways.razorpay.client import Razorpay
from orders import linking
from orders.models import Order
from subscriptions.models import Doubt, Plan
from tests.subscriptions.twins.conftest import Buy
from tests.subscriptions.twins.purchases import MONTHLY, ONCE, ByForm, ByScript, Purchase, Shop


@pytest.fixture
def buyer(shop: Shop) -> ByForm:
    return ByForm(shop, 1, MONTHLY)


def test_a_buyer_waits_until_the_list_shows_it_and_pays_it(shop: Shop, buyer: Purchase) -> None:
    shop.lose()
    page = buyer.press()
    assert "Your order is being prepared" in page
    assert "You have paid nothing." in page
    assert "data-subscription" not in page
    shop.wait(1)
    assert "Your order is being prepared" in buyer.pay_page(buyer.order)
    shop.wait(2)
    assert "data-subscription" in buyer.pay_page(buyer.order)
    buyer.check(made=1)


def test_the_page_asks_by_itself_and_then_opens_checkout(shop: Shop, buyer: Purchase) -> None:
    shop.lose()
    page = buyer.press()
    path = f"/pay/{buyer.order.uid}/"
    assert f'hx-get="{path}"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    waiting = buyer.client.get(path, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in waiting
    shop.wait(3)
    ready = buyer.client.get(path, headers={"HX-Request": "true"})
    assert ready["HX-Refresh"] == "true"
    assert "data-subscription" in buyer.pay_page(buyer.order)


def test_a_page_that_is_reloaded_asks_razorpay_once_in_five_seconds(
    shop: Shop, buyer: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.lose()
    buyer.press()
    asked = []

    def count(_client: Razorpay, plan_id: str, *uids: str) -> list[Any]:
        asked.append(uids)
        return []

    monkeypatch.setattr(Razorpay, "subscriptions_of", count)
    for _turn in range(5):
        buyer.pay_page(buyer.order)
    assert asked == [], "it was asked when the form was sent"
    shop.clock.shift(6)
    for _turn in range(5):
        buyer.pay_page(buyer.order)
    assert asked == [(buyer.order.uid,)]


def test_for_ten_minutes_nothing_new_is_made_and_what_appears_later_is_cancelled(
    buy: Buy, shop: Shop, slow_lists: None
) -> None:
    purchase = buy(**MONTHLY)
    shop.lose()
    for _minute in range(10):
        purchase.press()
        assert len(shop.subscriptions_of(purchase.order)) == 1
        shop.wait(1)
    purchase.press()
    own, (first, second) = linking.known_as(purchase.order), shop.subscriptions_of(purchase.order)
    assert own == second["id"]
    shop.wait(7)
    purchase.check(made=2)
    assert [doc["status"] for doc in shop.subscriptions_of(purchase.order)] == [
        "cancelled", "created"
    ]  # fmt: skip
    twin = Doubt.objects.get(razorpay_subscription_id=first["id"])
    assert twin.settled_at is not None


def test_both_answers_are_lost(
    buy: Buy, shop: Shop, slow_lists: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first that is found is the order's, the other is cancelled."""
    purchase, create = buy(**MONTHLY), Razorpay.create_subscription

    def lose(client: Razorpay, terms: dict[str, Any]) -> None:
        create(client, terms)
        raise errors.unknown(TimeoutError())

    monkeypatch.setattr(Razorpay, "create_subscription", lose)
    for _try in range(2):
        purchase.press()
        shop.wait(10)
    assert len(shop.subscriptions_of(purchase.order)) == 2
    purchase.go_on()
    purchase.check(made=2)
    first, second = shop.subscriptions_of(purchase.order)
    assert (first["status"], second["status"]) == ("created", "cancelled")


@pytest.mark.parametrize("terms", [ONCE, MONTHLY], ids=["once", "monthly"])
@pytest.mark.parametrize("fail", ["lost", "junk", "500", "502", "429"])
def test_whatever_fails_four_times_it_becomes_one_order(
    buy: Buy, shop: Shop, terms: dict[str, Any], fail: str
) -> None:
    purchase = buy(**terms)
    shop.desk.press("api", fail=fail)
    for _try in range(4):
        purchase.press()
        shop.wait(3)
    shop.desk.press("api", fail="none")
    purchase.go_on()
    purchase.check()


def test_a_lost_plan_is_found_and_the_buyer_goes_on_by_itself(shop: Shop, buyer: Purchase) -> None:
    shop.lose("plans")
    assert "Your order is being prepared" in buyer.press()
    assert Plan.objects.get().razorpay_plan_id is None
    shop.wait(3)
    assert "data-subscription" in buyer.pay_page(buyer.order)
    buyer.check(made=1)


def test_a_process_that_ended_before_it_asked_for_a_plan_shuts_for_ten_minutes_at_most(
    shop: Shop, buyer: Purchase
) -> None:
    shop.desk.press("api", fail="502", paths="/v1/plans", count=1)  # not done
    buyer.press()
    shop.wait(9)
    assert "Your order is being prepared" in buyer.pay_page(buyer.order)
    shop.wait(1)
    assert "data-subscription" in buyer.pay_page(buyer.order)
    buyer.check(made=1)


def test_an_order_that_is_paid_once_is_ready_at_once(shop: Shop) -> None:
    """The same receipt gets the same order: the pay page of the redirect sends it again."""
    buyer = ByForm(shop, 1, ONCE)
    shop.lose("orders")
    assert "data-order" in buyer.press()
    buyer.check()


def test_the_seller_and_a_stranger_see_no_twin(shop: Shop, slow_lists: None) -> None:
    """Until it is found it is known to nobody; the API shows the order's own."""
    script = ByScript(shop, 1, MONTHLY)
    shop.lose()
    script.press()
    shop.wait(10)
    script.press()
    first, second = shop.subscriptions_of(script.order)
    listed = script.see(script.api.client.get("/api/v1/subscriptions/"))
    assert second["id"] in listed
    assert first["id"] not in listed


def test_answers_survive_a_lost_answer(shop: Shop) -> None:
    """What was typed is committed with the order, before Razorpay is called."""
    buyer = ByForm(shop, 1, MONTHLY)
    buyer.form.fields.create(position=2, kind="text", label="Anything else?")
    page = buyer.client.get(buyer.form.public_path)
    asked = buyer.form.fields.get(kind="text")
    shop.lose()
    typed = {"ticket": page.context["ticket"], "email": buyer.email, f"answer-{asked.pk}": "No"}
    buyer.client.post(buyer.form.public_path, typed)
    order = Order.objects.get()
    assert order.form == buyer.form
    assert order.answers == [{"label": "Anything else?", "value": "No"}]
