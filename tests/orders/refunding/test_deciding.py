"""A refund in part that was made elsewhere: access stays, and the seller is asked what it means."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from gateways.models import Problem
from orders import refunding
from orders.models import AccessDecision, Order, Payment, Resource
from tests.orders.refunding.conftest import Shop, open_to, press, standing, text_of
from tests.orders.refunding.conftest import page_of as refund_page_of


def page_of(order: Order) -> str:
    return f"{refund_page_of(order)}decide/"


def elsewhere(shop: Shop, payment: Payment, amount: int) -> None:
    """On Razorpay's own Dashboard."""
    shop.hears("payments", payment.razorpay_payment_id, "refund", amount=amount)


def asked() -> Problem | None:
    return Problem.objects.standing().filter(kind="partial_refund").first()


def ids(order: Order) -> list[str]:
    refunds = order.payments.values_list("refunds__razorpay_refund_id", flat=True)
    return sorted(refunds)


def test_access_stays_and_the_seller_is_asked_once(
    meera: Client, shop: Shop, order: Order, payment: Payment
) -> None:
    elsewhere(shop, payment, 10000)
    elsewhere(shop, payment, 5000)
    assert standing(order) == ("partially_refunded", 49900, 15000)
    assert open_to(order) == {"Videos", "Recipes"}
    problem = asked()
    assert problem is not None
    assert (problem.subject, problem.count) == (order.uid, 2), "once for each of the refunds"
    assert str(problem.what) == f"₹150.00 of order {order.uid} was refunded in part."
    shop.hears("payments", payment.razorpay_payment_id, "refund", amount=100, status="pending")
    again = asked()
    assert again is not None
    assert (again.pk, again.count) == (problem.pk, 2), "what changes nothing is not told again"
    response = meera.get(f"/orders/{order.uid}/")
    said = "₹150.00 was refunded in part. Which items may the buyer still open?"
    assert said in text_of(response)
    assert f'href="{page_of(order)}"' in response.content.decode()


def test_keeping_all_is_one_press(
    meera: Client, shop: Shop, order: Order, payment: Payment, owner: User
) -> None:
    elsewhere(shop, payment, 10000)
    assert "What may Ananya Iyer still open?" in text_of(meera.get(page_of(order)))
    response = meera.post(page_of(order), {"refund": ids(order), "keep": "1"})
    text = text_of(meera.get(response["Location"]))
    assert "Decided: everything stays open." in text
    assert "which items may the buyer" not in text.lower()
    assert "Access to Videos, Recipes stays as it was." in text
    assert "Why: By hand, Meera Joshi: Refunded in part" in text
    assert open_to(order) == {"Videos", "Recipes"}
    assert asked() is None
    order.refresh_from_db()
    assert order.decided_refunds == ids(order)
    elsewhere(shop, payment, 100)
    assert asked() is not None, "another refund is another question"


def test_an_item_can_be_ended(
    meera: Client, shop: Shop, order: Order, payment: Payment, videos: Resource, recipes: Resource
) -> None:
    elsewhere(shop, payment, 10000)
    choice = {videos.uid: "keep", recipes.uid: "end"}
    response = meera.post(page_of(order), {"refund": ids(order), **choice}, follow=True)
    assert "Decided: what was chosen has ended." in text_of(response)
    assert open_to(order) == {"Videos"}
    assert asked() is None
    decided = AccessDecision.objects.get()
    assert (decided.resource, decided.kind, decided.reason) == (
        recipes, "ended", "Refunded in part",
    )  # fmt: skip
    again = meera.post(page_of(order), {"refund": ids(order), **choice}, follow=True)
    assert "There is nothing to decide" in text_of(again)
    assert AccessDecision.objects.count() == 1


def test_only_what_the_page_showed_is_decided(
    meera: Client, shop: Shop, order: Order, payment: Payment
) -> None:
    elsewhere(shop, payment, 10000)
    shown = ids(order)
    elsewhere(shop, payment, 20000)
    meera.post(page_of(order), {"refund": [*shown, "rfnd_MadeUp0000001"], "keep": "1"})
    order.refresh_from_db()
    assert order.decided_refunds == shown
    assert asked() is not None
    assert "₹200.00 was refunded in part." in text_of(meera.get(f"/orders/{order.uid}/"))


def test_two_people_decide_once(
    order: Order, shop: Shop, payment: Payment, recipes: Resource, owner: User
) -> None:
    elsewhere(shop, payment, 10000)
    said: dict[str, Any] = {"kept": [], "ended": [recipes], "user": owner}
    assert refunding.decide(order, ids(order), **said)
    assert not refunding.decide(order, ids(order), **said)
    assert AccessDecision.objects.count() == 1


def test_the_rest_that_goes_back_answers_it(shop: Shop, order: Order, payment: Payment) -> None:
    elsewhere(shop, payment, 10000)
    assert asked() is not None
    elsewhere(shop, payment, 39900)
    assert standing(order) == ("refunded", 49900, 49900)
    assert asked() is None


def test_one_that_we_made_asks_nothing_also_beside_one_made_elsewhere(
    meera: Client, shop: Shop, order: Order, payment: Payment
) -> None:
    press(meera, payment, amount="10")
    assert asked() is None
    elsewhere(shop, payment, 10000)
    assert "₹100.00 was refunded in part." in text_of(meera.get(f"/orders/{order.uid}/"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_where_nothing_was_refunded_there_is_nothing_to_decide(
    meera: Client, order: Order, method: str
) -> None:
    response = getattr(meera, method)(page_of(order), follow=True)
    assert "There is nothing to decide" in text_of(response)
