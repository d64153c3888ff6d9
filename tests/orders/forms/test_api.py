"""Order forms in the API: to look at."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIRequestFactory

from accounts.sellers import Seller
from orders.api.forms import OrderForms
from orders.models import OrderForm
from tests.orders.forms.conftest import make_form


def listed(seller: Seller, **query: str) -> list[dict[str, Any]]:
    """By the view itself, whatever its address."""
    sent = APIRequestFactory().get(
        "/", query, headers={"Authorization": f"Bearer {seller.api_token}"}
    )
    response = OrderForms.as_view({"get": "list"})(sent)
    assert response.status_code == 200, response.data
    found: list[dict[str, Any]] = response.data["results"]
    return found


def test_a_form_says_where_it_is_and_what_it_asks(seller: Seller, form: OrderForm) -> None:
    (shown,) = listed(seller)
    assert (shown["id"], shown["mode"], shown["slug"]) == (form.uid, "live", "dyeing")
    assert (shown["product"], shown["published"]) == (form.product.uid, True)
    assert shown["url"] == "http://127.0.0.1:8000/f/dyeing/"
    assert [field["kind"] for field in shown["fields"]] == [
        "name", "email", "phone", "choice", "checkbox", "text",
    ]  # fmt: skip
    assert shown["fields"][3] == {
        "kind": "choice",
        "label": "Where do you live?",
        "required": False,
        "choices": ["Chennai", "Pune"],
    }
    assert shown["fields"][1]["label"] == "E-mail"


def test_strangers_see_none_and_scripts_choose(
    seller: Seller, stranger: Seller, form: OrderForm
) -> None:
    make_form(form.product, "trial", mode="test")
    assert listed(stranger) == []
    assert [row["slug"] for row in listed(seller, mode="test")] == ["trial"]
    assert [row["published"] for row in listed(seller)] == [False, True]


def test_many_cost_as_much_as_one(
    seller: Seller, form: OrderForm, django_assert_num_queries: Any
) -> None:
    for n in range(4):
        make_form(form.product, f"f{n}")
    with django_assert_num_queries(5):
        assert len(listed(seller)) == 5
