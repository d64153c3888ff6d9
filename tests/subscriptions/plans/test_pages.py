"""The page on which a plan is linked: which one, what it says, what it is for."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Price
from subscriptions.models import Plan, Subscription
from tests.conftest import make_gateway
from tests.gateways.people import Who
from tests.gateways.stand_in import LIVE_KEYS, connect
from tests.orders.sales.test_order_page import in_order, text_of
from tests.subscriptions.acting.conftest import Shop, sell
from tests.subscriptions.plans.conftest import LINK, address, plan_at

KNOWN = {"use": "known", "total_count": "12"}
SELLS = {"use": "sells", "total_count": "6"}


def seen(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return text_of(response.content.decode())


def sent(client: Client, url: str, fields: dict[str, str]) -> str:
    return text_of(client.post(url, fields, follow=True).content.decode())


def is_linked(plan_id: str) -> bool:
    return Plan.objects.filter(razorpay_plan_id=plan_id).exists()


def test_the_question_leads_to_the_page_and_is_answered_there(
    meera: Client, moved: Subscription, studio: Price, plan_id: str
) -> None:
    problems = meera.get("/problems/").content.decode()
    url = f"{LINK}?plan={plan_id}&mode=test"
    assert f'href="{url}"' in unescape(problems)
    form = meera.get(url).content.decode()
    assert f'value="{plan_id}"' in form
    url = address(plan_id, studio.product)
    in_order(
        seen(meera, url), "Link this plan to Studio?", plan_id, "Test", "Name at Razorpay",
        "Studio", "₹999.00 every month", "now ₹799.00 every month, 24 times",
        "New orders are made with this plan", "becomes the price of Studio", "Only recognise it",
        "Number of charges of new orders", "Link the plan",
    )  # fmt: skip
    assert not is_linked(plan_id), "nothing is linked by looking"
    in_order(sent(meera, url, KNOWN), f"{plan_id} is linked to “Studio”.", "₹799.00 every month")
    assert is_linked(plan_id)
    assert "Which product is this plan?" not in seen(meera, "/problems/")


def test_the_product_page_leads_here_with_its_product(
    meera: Client, studio: Price, gateway: Gateway
) -> None:
    page = meera.get(f"/products/{studio.product.uid}/").content.decode()
    url = f"{LINK}?for={studio.product.uid}"
    assert f'href="{url}"' in page
    assert f'value="{studio.product.uid}" selected' in meera.get(url).content.decode()


def test_new_orders_are_made_with_it(meera: Client, studio: Price, plan_id: str) -> None:
    text = sent(meera, address(plan_id, studio.product), SELLS)
    in_order(text, "₹999.00 every month, 6 times", "Former prices", "₹799.00 every month")


def test_a_plan_that_says_what_the_product_costs_is_told_so(
    meera: Client, shop: Shop, studio: Price
) -> None:
    url = address(plan_at(shop, amount=79_900), studio.product)
    assert "It says what Studio costs already." in seen(meera, url)


@pytest.mark.parametrize(
    ("plan_id", "said"),
    [
        ("", "Copy the plan ID from Razorpay."),
        ("sub_00000000000001", "A plan ID looks like plan_00000000000001."),
        ("plan_../orders/ord", "A plan ID looks like plan_00000000000001."),
        ("plan_00000000000001", "Razorpay refused: The id provided does not exist"),
    ],
)
def test_what_is_wrong_with_an_id_is_said_at_its_field(
    meera: Client, studio: Price, gateway: Gateway, plan_id: str, said: str
) -> None:
    page = meera.get(address(plan_id, studio.product)).content.decode()
    assert said in text_of(page)
    assert 'id="id_plan_error"' in page


def test_razorpay_being_away_is_said_and_nothing_is_linked(
    meera: Client, shop: Shop, studio: Price, plan_id: str
) -> None:
    shop.desk.press("api", fail="502", share=1.0)
    for text in (
        seen(meera, address(plan_id, studio.product)),
        sent(meera, address(plan_id, studio.product), KNOWN),
    ):
        assert "Razorpay cannot be reached right now." in text
    assert not is_linked(plan_id)


def test_keys_that_are_refused_are_a_problem(
    meera: Client, shop: Shop, studio: Price, plan_id: str
) -> None:
    shop.desk.press("api", fail="401", share=1.0)
    assert "Razorpay refused:" in seen(meera, address(plan_id, studio.product))
    assert "Razorpay refuses the API keys" in seen(meera, "/problems/")


def test_a_plan_that_is_linked_says_to_what(
    meera: Client, studio: Price, plan_id: str, account: Account
) -> None:
    sent(meera, address(plan_id, studio.product), KNOWN)
    other = sell(account, "Other", amount=100).product
    assert "linked already, to “Studio”" in seen(meera, address(plan_id, other))
    assert "linked already, to “Studio”" in sent(meera, address(plan_id, other), KNOWN)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose what the plan is for."),
        ({"use": "sells"}, "Say how often the buyer is charged in all."),
        ({"use": "sells", "total_count": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_missing_is_asked_for(
    meera: Client, studio: Price, plan_id: str, fields: dict[str, str], said: str
) -> None:
    assert said in sent(meera, address(plan_id, studio.product), fields)
    assert not is_linked(plan_id)


def test_what_is_archived_is_only_recognised(meera: Client, studio: Price, plan_id: str) -> None:
    studio.product.archived_at = timezone.now()
    studio.product.save()
    url = address(plan_id, studio.product)
    assert "New orders are made with this plan" not in seen(meera, url)
    sent(meera, url, SELLS)
    assert not is_linked(plan_id)
    sent(meera, url, {"use": "known"})
    assert is_linked(plan_id)


def test_the_mode_is_asked_where_both_are_connected(
    meera: Client, shop: Shop, studio: Price, account: Account, plan_id: str
) -> None:
    mode = '<select name="mode"'
    assert mode not in meera.get(LINK).content.decode()
    assert "No Razorpay account is connected in this mode." in seen(
        meera, address(plan_id, studio.product, "live")
    )
    connect(account, LIVE_KEYS)
    assert mode in meera.get(LINK).content.decode()
    refused = seen(meera, address(plan_id, studio.product, "live"))
    assert "The id provided does not exist" in refused, "it is a plan of test mode"


def test_without_razorpay_it_says_so(meera: Client, gateway: Gateway) -> None:
    gateway.disconnected_at = timezone.now()
    gateway.save()
    assert "Connect Razorpay first" in seen(meera, LINK)


def test_a_strangers_product_and_gateway_are_not_found(
    signed_in: Who, studio: Price, gateway: Gateway, stranger: Seller, plan_id: str
) -> None:
    charlie = signed_in("stranger")
    assert "Connect Razorpay first" in seen(charlie, address(plan_id, studio.product))
    make_gateway(stranger.account)
    assert "Choose one of these." in seen(charlie, address(plan_id, studio.product))
    sent(charlie, address(plan_id, studio.product), KNOWN)
    assert not is_linked(plan_id)
    assert "Studio" not in seen(charlie, LINK)


def test_who_may_only_read_may_not_link(
    signed_in: Who, moved: Subscription, studio: Price, plan_id: str
) -> None:
    bookkeeper = signed_in("read_only")
    url = address(plan_id, studio.product)
    assert [bookkeeper.get(url).status_code, bookkeeper.post(url, KNOWN).status_code] == [403, 403]
    for page in ("/problems/", f"/products/{studio.product.uid}/"):
        assert LINK not in bookkeeper.get(page).content.decode()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_both_pages_open_in_both_languages_and_are_not_kept(
    meera: Client, studio: Price, plan_id: str, language: str
) -> None:
    for url in (LINK, address(plan_id, studio.product)):
        response: Any = meera.get(url, headers={"Accept-Language": language})
        assert response.status_code == 200
        assert "no-cache" in response["Cache-Control"]
    assert meera.put(LINK).status_code == 405
