"""What a buyer sees, and who sees nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from orders import catalogue
from orders.models import FormField, OrderForm, Price, Product
from orders.pages.forms import wording
from tests.conftest import make_gateway
from tests.gateways.people import Who
from tests.orders.forms.conftest import make_form


def text(client: Client, form: OrderForm, **headers: str) -> str:
    response = client.get(form.public_path, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def test_it_says_who_sells_what_for_how_much(buyer: Client, form: OrderForm) -> None:
    page = text(buyer, form)
    for said in (
        "Dastakari Store",
        "<h1>Natural Dyeing Masterclass</h1>",
        '<span class="figure">₹499.00</span> <span class="rhythm">once</span>',
        "Pay ₹499.00</button>",
        "Payment handled by Razorpay. Receipts by Raseed.",
        "Phone <span",
        "Where do you live?",
    ):
        assert said in page


def test_it_speaks_the_buyers_language(buyer: Client, form: OrderForm) -> None:
    assert '<html lang="hi">' in text(buyer, form, **{"Accept-Language": "hi"})
    assert '<html lang="en">' in text(buyer, form, **{"Accept-Language": "fr"})


def test_what_a_seller_types_is_shown_as_text_with_its_lines(
    buyer: Client, form: OrderForm
) -> None:
    attack = "<script>alert(1)</script>"
    Account.objects.update(name=attack)
    OrderForm.objects.update(title=attack, text=f"One\nTwo\n\n{attack}")
    FormField.objects.exclude(kind="choice").update(label=attack)
    FormField.objects.filter(kind="choice").update(choices=[attack, "b"])
    page = text(buyer, form)
    assert attack not in page
    assert "<p>One<br>Two</p>" in page


def test_it_is_stored_nowhere(buyer: Client, form: OrderForm) -> None:
    assert "no-store" in buyer.get(form.public_path)["Cache-Control"]


@pytest.mark.parametrize("how", ["draft", "archived", "product archived", "unknown"])
def test_what_is_not_open_says_so(buyer: Client, meera: Client, form: OrderForm, how: str) -> None:
    now = timezone.now()
    path = form.public_path
    if how == "draft":
        OrderForm.objects.update(published_at=None)
    elif how == "archived":
        OrderForm.objects.update(archived_at=now)
    elif how == "product archived":
        Product.objects.update(archived_at=now)
    else:
        path = "/f/nothing/"
    for client in (buyer, meera):
        for send in (client.get, client.post):
            response = send(path)
            assert response.status_code == 404
            assert "This form is not open" in response.content.decode()


@pytest.mark.parametrize("slug", ["x.y", "%00", "%2e%2e", "गेटवे", "a'b"])
def test_an_address_that_never_was_is_404(buyer: Client, form: OrderForm, slug: str) -> None:
    assert buyer.get(f"/f/{slug}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("staff", 200), ("read_only", 200), ("stranger", 404)]
)
def test_a_test_form_opens_for_members_only(
    signed_in: Who, form: OrderForm, gateway: Gateway, who: str, status: int
) -> None:
    OrderForm.objects.update(mode="test")
    response = signed_in(who).get(form.public_path)
    assert response.status_code == status
    assert ("TEST: no real money moves." in response.content.decode()) is (status == 200)
    assert Client().get(form.public_path).status_code == 404
    assert Client().post(form.public_path).status_code == 404


def test_a_live_form_does_not_say_test(buyer: Client, form: OrderForm) -> None:
    assert "TEST" not in text(buyer, form)


def test_nobody_fills_it_in_in_vain(buyer: Client, form: OrderForm, live: Gateway) -> None:
    Gateway.objects.update(disconnected_at=timezone.now())
    page = text(buyer, form)
    assert "This form cannot take payments right now." in page
    assert "Pay ₹499.00" not in page


@pytest.mark.parametrize("fields", [1, 12])
def test_it_costs_the_same_whatever_it_asks(
    buyer: Client, form: OrderForm, fields: int, django_assert_num_queries: Any
) -> None:
    for n in range(fields):
        FormField.objects.create(form=form, position=10 + n, kind="text", label=f"{n}")
    with django_assert_num_queries(5):
        text(buyer, form)


PLAN = {"kind": "subscription", "amount": 49900, "period": "monthly", "total_count": 12}


@pytest.mark.parametrize(
    ("terms", "button", "beside"),
    [
        ({"kind": "one_time", "amount": 1249900}, "Pay ₹12,499.00", ["once"]),
        (PLAN, "Subscribe: ₹499.00 every month", ["every month, 12 times"]),
        (
            {**PLAN, "period": "weekly", "interval": 2, "trial_days": 7, "upfront_amount": 9900},
            "Subscribe: ₹499.00 every 2 weeks",
            [
                "every 2 weeks, 12 times",
                "The first 7 days are free.",
                "₹99.00 more at the start.",
            ],
        ),
        (
            {**PLAN, "kind": "instalments", "total_count": 3},
            "Pay ₹499.00 every month",
            ["every month, 3 times"],
        ),
    ],
)
def test_the_button_says_what_it_costs(
    terms: dict[str, Any], button: str, beside: list[str]
) -> None:
    price = Price(currency="INR", **terms)
    assert wording.button(price) == button
    assert [wording.rhythm(price), *wording.terms(price)] == beside


def test_forms_of_two_sellers_do_not_mix(buyer: Client, form: OrderForm, stranger: Any) -> None:
    theirs = catalogue.create_product(
        account=stranger.account, name="Theirs", price={"amount": 100}, resources=[]
    )
    make_gateway(stranger.account, "live")
    other = make_form(theirs, "theirs", published_at=timezone.now())
    assert "Elsewhere" in text(buyer, other)
    assert "Dastakari" not in text(buyer, other)
