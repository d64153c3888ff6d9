"""Add a product: its name, its price, what it unlocks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orders import catalogue
from orders.models import Product, Resource
from tests.orders.products.conftest import ADD, MONTHLY, ONCE, RECIPES, VIDEOS, page_of, sheet, text


def errors(client: Client, fields: dict[str, Any]) -> dict[str, list[str]]:
    """What is said at the fields of a page that is shown again; nothing was kept."""
    response = client.post(ADD, fields)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not Product.objects.exists()
    assert not Resource.objects.exists()
    said: dict[str, list[str]] = {}
    for form in (response.context["form"], response.context["price_form"]):
        said |= {name: list(sentences) for name, sentences in form.errors.items()}
    for number, form in enumerate(response.context["rows"].forms):
        said |= {f"{number}.{name}": list(texts) for name, texts in form.errors.items()}
    if response.context["rows"].is_bound and response.context["rows"].non_form_errors():
        said["rows"] = list(response.context["rows"].non_form_errors())
    return said


def test_a_product_is_made_and_shown(meera: Client) -> None:
    response = meera.post(ADD, sheet(RECIPES, VIDEOS, {}), follow=True)
    product = Product.objects.get()
    assert response.redirect_chain == [(page_of(product), 302)]
    assert "The product was made." in response.content.decode()
    assert product.price is not None
    assert (product.price.kind, product.price.amount) == ("one_time", 49900)
    titles = [resource.title for resource in catalogue.unlocked_by([product])[product.pk]]
    assert titles == ["Recipes", "Videos"]


def test_a_subscription_keeps_all_its_terms(meera: Client) -> None:
    terms = MONTHLY | {
        "currency": "kwd", "amount": "4.51", "interval": "2", "period": "weekly",
        "total_count": "6", "trial_days": "14", "upfront_amount": "1",
    }  # fmt: skip
    meera.post(ADD, sheet(**terms))
    price = Product.objects.get().price
    assert price is not None
    assert (price.kind, price.currency, price.amount) == ("subscription", "KWD", 4510)
    assert (price.period, price.interval, price.total_count) == ("weekly", 2, 6)
    assert (price.trial_days, price.upfront_amount, price.charged_by) == (14, 1000, "razorpay")


def test_instalments_are_a_kind_of_their_own(meera: Client) -> None:
    meera.post(ADD, sheet(**MONTHLY | {"kind": "instalments"}))
    price = Product.objects.get().price
    assert price is not None
    assert (price.kind, price.total_count) == ("instalments", 12)


def test_the_fields_of_a_plan_are_not_asked_for_one_payment(meera: Client) -> None:
    hidden = {"interval": "x", "total_count": "", "upfront_amount": "free", "trial_days": "-1"}
    assert meera.post(ADD, sheet(**ONCE, **hidden)).status_code == 302
    price = Product.objects.get().price
    assert price is not None
    assert (price.period, price.total_count, price.upfront_amount) == ("", None, 0)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": " "}, "name", "Give the product a name."),
        ({"amount": ""}, "amount", "Say what it costs."),
        ({"amount": "499,5"}, "amount", "Write the amount in figures, such as 499.50."),
        ({"amount": "499.505"}, "amount", "INR has at most 2 decimals."),
        ({"amount": "0.99"}, "amount", "Razorpay takes at least ₹1.00."),
        ({"amount": "0"}, "amount", "Razorpay takes at least ₹1.00."),
        ({"amount": "9" * 20}, "amount", "The largest amount is ₹9,00,71,99,25,47,409.91."),
        ({"amount": "1.5", "currency": "JPY"}, "amount", "JPY has no decimals."),
        ({"amount": "0", "currency": "JPY"}, "amount", "Razorpay takes at least JP¥1."),
        ({"amount": "4.505", "currency": "KWD"}, "amount",
         "Razorpay takes this currency in steps of KWD0.010."),
        ({"amount": "4.5", "upfront_amount": "0.001", "currency": "BHD"}, "upfront_amount",
         "Razorpay takes this currency in steps of BHD0.010."),
        ({"currency": "QQQ"}, "currency", "“QQQ” is not a currency."),
        ({"currency": ""}, "currency", "Name the currency, such as INR."),
        ({"period": "daily", "interval": "6"}, "interval",
         "Razorpay charges every 7 days at most: choose an interval of 7 or more."),
        ({"total_count": ""}, "total_count", "Say how often the buyer is charged in all."),
        ({"total_count": "1201"}, "total_count",
         "Ensure this value is less than or equal to 1200."),
        ({"period": "yearly", "total_count": "101"}, "total_count",
         "Razorpay's subscriptions last 100 years at most."),
        ({"trial_days": "366"}, "trial_days", "Ensure this value is less than or equal to 365."),
        ({"upfront_amount": "0.5"}, "upfront_amount", "Razorpay takes at least ₹1.00."),
        ({"upfront_amount": "x"}, "upfront_amount",
         "Write the amount in figures, such as 499.50."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    meera: Client, wrong: dict[str, str], field: str, said: str
) -> None:
    assert errors(meera, sheet(**MONTHLY) | wrong) == {field: [said]}


@pytest.mark.parametrize(
    ("resource", "field", "said"),
    [
        ({"url": "https://example.com"}, "0.title", "A resource needs a title."),
        ({"title": "Videos"}, "0.url", "Give a link or a text: it is what the buyer opens."),
        *(
            ({"title": "Videos", "url": url}, "0.url",
             "Write the whole address, such as https://example.com/videos.")
            for url in ("ftp://example.com/v", "javascript:alert(1)", "example.com/v", "/v")
        ),
        ({}, "rows", "A product unlocks at least one resource."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_resource_is_said_in_its_row(
    meera: Client, resource: dict[str, str], field: str, said: str
) -> None:
    assert errors(meera, sheet(resource)) == {field: [said]}


def test_everything_wrong_is_said_at_once_and_the_cursor_goes_to_the_first(meera: Client) -> None:
    wrong = sheet({"title": "Videos"}) | {"amount": "free"}
    assert errors(meera, wrong).keys() == {"amount", "0.url"}
    shown = meera.post(ADD, wrong).content.decode()
    assert shown.count("autofocus") == 1
    assert "autofocus" in shown.split('name="amount"')[1].split(">")[0]


@pytest.mark.parametrize(
    ("pressed", "titles"),
    [
        ("add", ["A", "B", "C", ""]),
        ("remove-1", ["A", "C"]),
        ("up-2", ["A", "C", "B"]),
        ("down-0", ["B", "A", "C"]),
        ("up-0", ["A", "B", "C"]),
        ("down-2", ["A", "B", "C"]),
        ("remove-9", ["A", "B", "C"]),
        ("remove--1", ["A", "B", "C"]),
        ("paint-1", ["A", "B", "C"]),
        ("", ["A", "B", "C"]),
    ],
)
def test_rows_are_added_and_moved_without_script_and_nothing_is_saved(
    meera: Client, pressed: str, titles: list[str]
) -> None:
    typed = sheet(*({"title": title} for title in "ABC"), **MONTHLY | {"amount": "free"})
    response = meera.post(ADD, {**typed, "do": pressed})
    assert [form["title"].value() or "" for form in response.context["rows"].forms] == titles
    shown = response.content.decode()
    assert 'value="free"' in shown
    assert "errorlist" not in shown
    assert not Product.objects.exists()


def test_removing_the_only_row_leaves_a_blank_one(meera: Client) -> None:
    response = meera.post(ADD, {**sheet(VIDEOS), "do": "remove-0"})
    assert [form["title"].value() for form in response.context["rows"].forms] == [None]


def test_there_is_an_end_to_rows(meera: Client) -> None:
    many = sheet(*[VIDEOS] * 100)
    response = meera.post(ADD, {**many, "do": "add"})
    assert len(response.context["rows"].forms) == 100
    assert 'value="add"' not in response.content.decode()
    assert meera.post(ADD, sheet(*[VIDEOS] * 101)).status_code == 200
    assert not Product.objects.exists()


def test_the_enter_key_does_not_press_a_rows_button(meera: Client) -> None:
    """A browser presses the first submit button of the form."""
    form = text(meera, ADD).split('class="long-form"')[1]
    first = form.split("<button")[1].split(">")[0]
    assert 'name="do"' not in first


def test_a_page_without_its_counters_is_shown_again(meera: Client) -> None:
    assert meera.post(ADD, {"name": "Masterclass", **ONCE}).status_code == 200
    assert meera.post(ADD, {"name": "Masterclass", **ONCE, "do": "add"}).status_code == 200
    assert not Product.objects.exists()
