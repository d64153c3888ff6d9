"""Who charges what repeats: a plain choice, and what it means is said where it is made."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orders import catalogue
from orders.models import Price, Product
from tests.orders.products.conftest import ADD, MONTHLY, page_of, sheet, text

BY_RASEED = {**MONTHLY, "charged_by": "raseed"}
FOR_EVER = "Three re-attempts, a day apart; nobody can change that."


def added(client: Client, **price: Any) -> Price:
    assert client.post(ADD, sheet(**price)).status_code == 302
    return Price.objects.get()


def refusal(client: Client, **price: Any) -> str:
    response = client.post(ADD, sheet(**price))
    assert response.status_code == 200
    assert not Product.objects.exists()
    return str(response.content.decode())


def test_both_ways_say_who_charges_by_what_and_what_happens_when_it_fails(meera: Client) -> None:
    shown = text(meera, ADD)
    assert "Who charges the buyer" in shown
    for said in (
        "E-mandate and NACH are not offered.",
        "If a charge fails, Raseed tries again",
        "If a charge fails, Razorpay tries again",
        "there are three re-attempts, a day apart; nobody can change that.",
    ):
        assert said in shown


def test_raseed_is_chosen_and_stays_chosen(meera: Client) -> None:
    price = added(meera, **BY_RASEED)
    assert price.charged_by == "raseed"
    product = page_of(price.product)
    shown = text(meera, product)
    assert "Raseed charges it, from the mandate that the buyer gives by card or UPI." in shown
    assert FOR_EVER in shown
    assert "Link a Razorpay plan" not in shown
    form = meera.get(f"{product}price/").context["price_form"]
    assert form["charged_by"].value() == "raseed"


def test_razorpay_charges_unless_something_else_is_said(meera: Client) -> None:
    price = added(meera, **MONTHLY)
    assert price.charged_by == "razorpay"
    shown = text(meera, page_of(price.product))
    assert "Razorpay charges it, as a subscription of its own." in shown
    assert FOR_EVER in shown


def test_what_is_paid_once_is_charged_by_nobody(meera: Client, product: Product) -> None:
    assert "charges it" not in text(meera, page_of(product))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"currency": "USD"}, "in rupees (INR) only"),
        ({"trial_days": "7"}, "no trial where Raseed charges"),
        ({"period": "daily", "interval": "6"}, "choose an interval of 7 or more"),
        ({"amount": "99999.01"}, "A mandate allows ₹99,999.00 at once, at most."),
        ({"amount": "99999", "upfront_amount": "1"}, "A mandate allows ₹99,999.00 at once"),
    ],
)
def test_what_a_mandate_cannot_do_is_said_at_its_field(
    meera: Client, changed: dict[str, str], said: str
) -> None:
    assert said in refusal(meera, **BY_RASEED | changed)


def test_the_same_may_be_charged_by_razorpay(meera: Client) -> None:
    assert added(meera, **MONTHLY | {"trial_days": "7"}).trial_days == 7


def test_a_large_charge_says_that_the_bank_asks_each_time(meera: Client) -> None:
    at_the_limit = added(meera, **BY_RASEED | {"amount": "15000"}).product
    asks = "Above ₹15,000.00 the bank asks the buyer to approve each charge"
    assert asks not in text(meera, page_of(at_the_limit))
    catalogue.change_price(
        at_the_limit,
        {
            "kind": "subscription", "amount": 1500001, "currency": "INR", "period": "monthly",
            "total_count": 12, "charged_by": "raseed",
        },
    )  # fmt: skip
    assert asks in text(meera, page_of(at_the_limit))


def test_there_is_no_setting_for_the_re_attempts(meera: Client) -> None:
    """Neither their number nor the delay between them has a field anywhere."""
    for path in (ADD, "/settings/selling/"):
        shown = meera.get(path).context
        forms = [shown[name] for name in ("form", "price_form") if name in shown]
        fields = [name for form in forms for name in form.fields]
        assert fields
        assert not [name for name in fields if "attempt" in name or "retr" in name]
