"""Where the seller reads what Razorpay refused: at the price, at its field, among the problems."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import OrderForm, Price, Product
from orders.refused_sales import Asked
from tests.conftest import make_gateway
from tests.gateways.people import Who
from tests.orders.forms.conftest import make_form
from tests.orders.products.conftest import MONTHLY
from tests.orders.refusing.conftest import (
    PLANS,
    SORRY,
    Wire,
    asked_of,
    make_circle,
    price_of,
    refuse,
    refusing,
    standing,
)
from tests.scripts import Api


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def errors_in(page: str) -> dict[str, str]:
    """What stands at each field of the price."""
    found = re.findall(r'id="id_(\w+)_error">\s*<li>.*?<span>(.*?)</span>', page, re.DOTALL)
    return dict(found)


class TestProductPage:
    def test_it_stands_at_the_price(self, meera: Client, live: Gateway, product: Product) -> None:
        refuse(live, product)
        page = text(meera, f"/products/{product.uid}/")
        card = page[page.index("price-words") : page.index("What it unlocks")]
        assert f"“{SORRY}” (amount)" in card
        assert "Change the price, or ask Razorpay" in card
        assert f'href="/products/{product.uid}/price/"' in card
        assert "Test" not in card

    def test_of_a_test_gateway_it_says_so(
        self, meera: Client, gateway: Gateway, product: Product
    ) -> None:
        refuse(gateway, product)
        page = text(meera, f"/products/{product.uid}/")
        assert "Test</span>" in page[page.index("price-words") : page.index("What it unlocks")]

    def test_who_may_only_look_reads_it_without_a_button(
        self, signed_in: Who, live: Gateway, product: Product
    ) -> None:
        refuse(live, product)
        page = text(signed_in("read_only"), f"/products/{product.uid}/")
        assert SORRY in page
        assert "/price/" not in page

    def test_of_another_product_nothing_is_said(
        self, meera: Client, live: Gateway, product: Product, circle: Product
    ) -> None:
        refuse(live, product)
        for path in (f"/products/{circle.uid}/", f"/products/{circle.uid}/price/"):
            assert SORRY not in text(meera, path)


class TestPricePage:
    @pytest.mark.parametrize(
        ("asked", "named", "place"),
        [
            (Asked.PLAN, "item.amount", "amount"),
            (Asked.PLAN, "currency", "currency"),
            (Asked.PLAN, "period", "period"),
            (Asked.PLAN, "interval", "interval"),
            (Asked.SUBSCRIPTION, "addons", "upfront_amount"),
            (Asked.SUBSCRIPTION, "total_count", "total_count"),
        ],
    )
    def test_it_stands_at_the_field_when_the_page_opens(
        self, meera: Client, live: Gateway, asked: Asked, named: str, place: str
    ) -> None:
        circle = make_circle(live, upfront_amount=9900)
        refuse(live, circle, asked, "Not for you.", named)
        page = text(meera, f"/products/{circle.uid}/price/")
        assert errors_in(page) == {place: "Razorpay refused it: “Not for you.”"}
        assert f'aria-describedby="id_{place}' in page
        assert 'value="499.00"' in page

    def test_without_a_field_it_stands_above(
        self, meera: Client, live: Gateway, circle: Product
    ) -> None:
        refuse(live, circle, Asked.SUBSCRIPTION, "The requested URL was not found.", "")
        page = text(meera, f"/products/{circle.uid}/price/")
        assert errors_in(page) == {}
        assert "“The requested URL was not found.”" in page[: page.index("price-fields")]

    def test_in_both_modes_it_is_said_once_at_the_field(
        self, meera: Client, live: Gateway, gateway: Gateway, product: Product
    ) -> None:
        refuse(live, product)
        refuse(gateway, product)
        page = text(meera, f"/products/{product.uid}/price/")
        assert page.count("Razorpay refused it:") == 1

    def test_what_is_typed_is_judged_by_itself(
        self, meera: Client, live: Gateway, product: Product
    ) -> None:
        refuse(live, product, field="currency")
        path = f"/products/{product.uid}/price/"
        response = meera.post(path, {"kind": "one_time", "amount": "x", "currency": "INR"})
        assert list(errors_in(response.content.decode())) == ["amount"]
        meera.post(path, {"kind": "one_time", "amount": "39", "currency": "INR"})
        assert not standing().exists()

    def test_where_a_form_sells_it_razorpay_is_asked_at_once(
        self, meera: Client, product: Product, live: Gateway, wire: Wire
    ) -> None:
        make_form(product, published_at=timezone.now())
        refusing(wire, PLANS, field="interval")
        path = f"/products/{product.uid}/price/"
        response = meera.post(path, MONTHLY, follow=True)
        assert response.redirect_chain == [(path, 302)]
        page = response.content.decode()
        assert f"Razorpay refused the plan of this product: “{SORRY}”" in page
        assert list(errors_in(page)) == ["interval"]
        assert asked_of(wire)[0]["item"]["amount"] == 49950

    @pytest.mark.parametrize("published_at", [None, "archived"])
    def test_where_none_does_it_is_not(
        self, meera: Client, product: Product, live: Gateway, wire: Wire, published_at: Any
    ) -> None:
        form = make_form(product)
        if published_at:
            OrderForm.objects.filter(pk=form.pk).update(archived_at=timezone.now())
        response = meera.post(f"/products/{product.uid}/price/", MONTHLY)
        assert response["Location"] == f"/products/{product.uid}/"
        assert not wire.calls

    def test_while_razorpay_is_away_the_price_is_changed_all_the_same(
        self, meera: Client, product: Product, live: Gateway, wire: Wire
    ) -> None:
        make_form(product, published_at=timezone.now())
        wire.post(PLANS, status=429, json={})
        response = meera.post(f"/products/{product.uid}/price/", MONTHLY)
        assert response["Location"] == f"/products/{product.uid}/"
        assert price_of(product).amount == 49950


class TestElsewhere:
    def test_the_problems_lead_to_the_product(
        self, meera: Client, live: Gateway, product: Product
    ) -> None:
        refuse(live, product)
        page = text(meera, "/problems/")
        assert "Razorpay refuses a sale" in page
        assert f"“{SORRY}” (amount)" in page
        assert f'href="/products/{product.uid}/">Open the product' in page
        assert '<span class="count">1</span>' in page

    def test_a_strangers_pages_say_nothing(
        self, signed_in: Who, stranger: Seller, live: Gateway, product: Product
    ) -> None:
        refuse(live, product)
        assert SORRY not in text(signed_in("stranger"), "/problems/")
        assert Api(stranger.api_token).get("problems", kind="refused_sale")["results"] == []

    def test_scripts_read_it_too(self, api: Api, live: Gateway, product: Product) -> None:
        refuse(live, product)
        (told,) = api.get("problems", kind="refused_sale")["results"]
        assert told["what"].endswith(f"“{SORRY}” (amount)")
        assert (told["subject"], told["mode"]) == (price_of(product).uid, "live")

    def test_the_forms_page_says_it_in_its_own_mode(
        self, meera: Client, live: Gateway, product: Product
    ) -> None:
        form, trial = make_form(product), make_form(product, "trial", mode="test")
        refuse(live, product)
        assert SORRY in text(meera, f"/forms/{form.uid}/")
        assert SORRY not in text(meera, f"/forms/{trial.uid}/")
        refuse(make_gateway(live.account, "test"), product, description="Not in test.")
        assert "Not in test." in text(meera, f"/forms/{trial.uid}/")
        assert "Not in test." not in text(meera, f"/forms/{form.uid}/")

    def test_html_is_text_everywhere(self, meera: Client, live: Gateway, product: Product) -> None:
        attack = "<script>alert(1)</script>"
        Product.objects.update(name=attack)
        product.refresh_from_db()
        form = make_form(product)
        refuse(live, product, description=attack, field="amount")
        for path in (
            f"/products/{product.uid}/",
            f"/products/{product.uid}/price/",
            f"/forms/{form.uid}/",
            "/problems/",
        ):
            page = text(meera, path)
            assert attack not in page
            assert "“&lt;script&gt;alert(1)&lt;/script&gt;”" in page

    def test_a_price_costs_the_page_one_query(
        self,
        meera: Client,
        live: Gateway,
        product: Product,
        django_assert_max_num_queries: Any,
    ) -> None:
        for _ in range(3):
            Price.objects.filter(replaced_at=None).update(replaced_at=timezone.now())
            Price.objects.create(product=product, amount=100)
            refuse(live, product)
        with django_assert_max_num_queries(10):
            text(meera, f"/products/{product.uid}/")
