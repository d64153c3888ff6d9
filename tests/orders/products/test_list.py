"""The list of products, and one product's page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Customer, OrderForm, Price, Product
from orders.pages.products.wording import besides, in_words
from subscriptions.models import Subscription
from tests.conftest import make_gateway, make_order
from tests.orders.products.conftest import page_of, text

LIST = "/products/"


def make(account: Account, name: str, **price: Any) -> Product:
    return catalogue.create_product(
        account=account,
        name=name,
        price={"amount": 49900, **price},
        resources=[NewResource(title, text="…") for title in ("Zinc", "Alum", "Iron")],
    )


@pytest.mark.parametrize(
    ("terms", "words", "more"),
    [
        ({}, "₹499.00 once", ""),
        (
            {"kind": "subscription", "period": "monthly", "total_count": 12},
            "₹499.00 every month, 12 times",
            "",
        ),
        (
            {"kind": "subscription", "period": "daily", "interval": 10, "total_count": 1,
             "trial_days": 1, "upfront_amount": 9900},
            "₹499.00 every 10 days, 1 time",
            "₹99.00 at the start · 1 day of trial",
        ),
        (
            {"kind": "instalments", "period": "quarterly", "total_count": 4, "trial_days": 7},
            "4 instalments of ₹499.00, every quarter",
            "7 days of trial",
        ),
    ],
)  # fmt: skip
def test_a_price_in_words(terms: dict[str, Any], words: str, more: str) -> None:
    price = Price(amount=49900, currency="INR", **terms)
    assert (in_words(price), besides(price)) == (words, more)


def test_without_products_there_is_one_sentence_and_one_button(meera: Client) -> None:
    shown = text(meera, LIST)
    assert "A product is what you sell" in shown
    assert shown.count('href="/products/add/"') == 1
    assert "<table" not in shown


def test_the_list_says_what_it_costs_and_what_it_unlocks(meera: Client, account: Account) -> None:
    made = make(account, "Dyeing", kind="subscription", period="yearly", total_count=3)
    shown = text(meera, LIST)
    assert f'href="{page_of(made)}"' in shown
    assert "₹499.00 every year, 3 times" in shown
    assert "Zinc, Alum" in shown
    assert "and 1 more" in shown


def test_what_is_archived_has_a_tab_of_its_own(meera: Client, product: Product) -> None:
    assert "Nothing is archived." in text(meera, LIST, tab="archived")
    catalogue.archive(product)
    assert product.name not in text(meera, LIST)
    assert "every product is archived" in text(meera, LIST)
    assert product.name in text(meera, LIST, tab="archived")


def test_the_search_looks_into_the_names(meera: Client, product: Product) -> None:
    assert product.name in text(meera, LIST, q="dyeing master")
    assert "No product has this in its name." in text(meera, LIST, q="weaving")
    assert "No product has this in its name." in text(meera, LIST, q="%")


def test_a_list_costs_the_same_whatever_it_holds(
    meera: Client, account: Account, django_assert_max_num_queries: Any
) -> None:
    for number in range(55):
        make(account, f"Product {number}")
    with django_assert_max_num_queries(7):
        shown = text(meera, LIST)
    assert shown.count("₹499.00 once") == 50
    assert "before=" in shown


def test_a_products_page_shows_prices_resources_forms_and_its_id(
    meera: Client, product: Product, account: Account
) -> None:
    catalogue.change_price(product, {"amount": 59900})
    form = OrderForm.objects.create(
        account=account, product=product, slug="dye", mode="test", title="Dye with us"
    )
    shown = text(meera, page_of(product))
    assert f'<output aria-labelledby="label-uid">{product.uid}</output>' in shown
    assert shown.index("₹599.00 once") < shown.index("Former prices") < shown.index("₹499.00 once")
    assert 'href="https://example.com/v"' in shown
    assert f"/f/{form.slug}/" in shown
    assert "not published" in shown
    form.published_at = timezone.now()
    form.save()
    assert "not published" not in text(meera, page_of(product))


def test_paid_orders_are_counted_and_test_mode_apart(
    meera: Client, gateway: Gateway, product: Product, customer: Customer
) -> None:
    live = make_gateway(gateway.account, "live")
    for place in (gateway, live, live):
        make_order(place, product, customer, None, status="paid")
    make_order(live, product, customer, None, status="refunded")
    shown = text(meera, page_of(product))
    assert re.search(r"<dt>Orders paid</dt><dd><a [^>]*mode=live\">2</a>", shown)
    assert re.search(r"<dt>Paid in test mode</dt><dd><a [^>]*mode=test\">1</a>", shown)


def test_a_page_costs_the_same_however_much_was_sold(
    meera: Client,
    gateway: Gateway,
    product: Product,
    customer: Customer,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(1, 5):
        make_order(gateway, product, customer, None, status="paid")
        catalogue.change_price(product, {"amount": 10000 * number})
    with django_assert_max_num_queries(10):
        text(meera, page_of(product))


def test_html_is_shown_as_text(meera: Client, account: Account, subscription: Subscription) -> None:
    attack = "<script>alert(1)</script>"
    Product.objects.update(name=attack)
    product = subscription.order.product
    product.resources.update(title=attack, text=attack)
    for url in (LIST, *(page_of(product, verb) for verb in ("", "change", "price", "archive"))):
        assert attack not in text(meera, url)
