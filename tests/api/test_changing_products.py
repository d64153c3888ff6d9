"""Products are changed through the API by the rules of their pages."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from django.test import Client

from accounts.models import Account, AuditEntry
from accounts.sellers import Seller
from gateways.models import Gateway
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Order, OrderForm, Price, Product, Resource
from subscriptions.models import Plan, Subscription
from tests.api.caller import Caller, shape
from tests.api.changes import changed, done, not_changed
from tests.api.test_products import MONTHLY, VIDEOS
from tests.orders.forms.conftest import PLANS

RECIPES = {"title": "Recipes", "text": "…"}


def path_to(product: Product, verb: str = "") -> str:
    return f"products/{product.uid}" + (f"/{verb}" if verb else "")


def log() -> list[str]:
    rows = AuditEntry.objects.filter(user=None).order_by("pk")
    return [str(row.what) for row in rows if str(row.what).startswith("Through the API")]


class TestPrice:
    def test_new_orders_cost_it_and_placed_ones_keep_theirs(
        self, script: Caller, product: Product, order: Order
    ) -> None:
        said = changed(script, path_to(product), price={"amount": 59900})
        shape(said, price={"amount": 59900, "currency": "INR"}, plan=None)
        order.refresh_from_db()
        assert (order.amount, order.price.amount, order.price.replaced_at is None) == (
            49900, 49900, False,
        )  # fmt: skip
        assert log() == [
            "Through the API: Price of “Natural Dyeing Masterclass” changed from ₹499.00 once to "
            "₹599.00 once."
        ]

    def test_the_same_price_is_no_change(self, script: Caller, product: Product) -> None:
        changed(script, path_to(product), price={"amount": 49900, "currency": "INR"})
        assert Price.objects.count() == 1
        assert log() == []

    def test_a_plan_takes_the_place_of_a_price_and_back(
        self, script: Caller, product: Product
    ) -> None:
        shape(changed(script, path_to(product), plan=MONTHLY)["plan"], period="monthly")
        shape(changed(script, path_to(product), price={"amount": 100}), plan=None)
        assert log()[0].endswith("changed from ₹499.00 once to ₹499.00 (1 × month, 12 ×).")
        assert Price.objects.filter(product=product, replaced_at=None).count() == 1

    def test_a_running_subscription_keeps_its_price(
        self, script: Caller, subscription: Subscription
    ) -> None:
        order = subscription.order
        changed(script, path_to(order.product), plan={**MONTHLY, "amount": 59900})
        order.refresh_from_db()
        assert order.price.amount == 49900

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"price": {"amount": 100}, "plan": MONTHLY}, "price_or_plan"),
            ({"price": None}, "null"),
            ({"price": {"amount": 99}}, "too_small"),
            ({"price": {"amount": 499.0}}, "invalid"),
            ({"plan": {**MONTHLY, "period": "daily"}}, "too_often"),
            ({"name": ""}, "blank"),
            ({"name": "x" * 201}, "max_length"),
            ({"mode": "test"}, "unknown_field"),
            ({"archived_at": None}, "unknown_field"),
            ({"resources": []}, "empty"),
            ({"resources": [VIDEOS] * 101}, "max_length"),
            ({"resources": [{"title": "Nothing to open"}]}, "invalid"),
            ({"resources": [{"id": "res_nobody"}]}, "unknown_resource"),
            ({"resources": [{"id": "\0"}]}, "null_characters_not_allowed"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_is_changed(
        self, script: Caller, product: Product, body: Any, code: str
    ) -> None:
        not_changed(script, path_to(product), {"name": "Changed", **body}, code)
        shape(script.get(path_to(product)), name="Natural Dyeing Masterclass")
        assert (Price.objects.count(), Resource.objects.count()) == (1, 2)

    def test_the_plan_of_what_is_sold_now_is_made_at_once(
        self, script: Caller, connected: Any, product: Product
    ) -> None:
        OrderForm.objects.create(
            account=product.account, product=product, slug="dyeing", mode="test",
            published_at=product.created_at,
        )  # fmt: skip
        changed(script, path_to(product), plan=MONTHLY)
        assert Plan.objects.get().razorpay_plan_id

    def test_what_razorpay_refuses_of_it_is_among_the_problems(
        self, script: Caller, gateway: Gateway, product: Product
    ) -> None:
        OrderForm.objects.create(
            account=product.account, product=product, slug="dyeing", mode="test",
            published_at=product.created_at,
        )  # fmt: skip
        said = {"error": {"code": "BAD_REQUEST_ERROR", "description": "The amount is too odd."}}
        with responses.RequestsMock() as wire:
            wire.post(PLANS, status=400, json=said)
            shape(changed(script, path_to(product), plan=MONTHLY), price=None)
        problem = script.one("problems")
        assert problem["kind"] == "refused_sale"
        assert "The amount is too odd." in problem["what"]


class TestResources:
    @pytest.fixture
    def known(self, product: Product) -> list[Resource]:
        return catalogue.unlocked_by([product])[product.pk]

    def test_the_list_is_what_new_buyers_get_in_its_order(
        self, script: Caller, product: Product, known: list[Resource]
    ) -> None:
        videos, recipes = known
        said = changed(
            script, path_to(product),
            resources=[{"id": recipes.uid}, {"title": "Calls", "text": "…"}, {"id": videos.uid}],
        )  # fmt: skip
        assert [row["title"] for row in said["resources"]] == ["Recipes", "Calls", "Videos"]
        assert said["resources"][0] == {
            "id": recipes.uid, "title": "Recipes", "url": "", "text": "…",
        }  # fmt: skip
        assert script.one("products") == said == script.get(path_to(product))

    def test_one_is_edited_by_what_is_said_of_it(
        self, script: Caller, product: Product, known: list[Resource]
    ) -> None:
        rows = [{"id": known[0].uid, "title": "Films"}, {"id": known[1].uid, "text": "More"}]
        said = changed(script, path_to(product), resources=rows)["resources"]
        assert [(row["id"], row["title"], row["url"], row["text"]) for row in said] == [
            (known[0].uid, "Films", "https://example.com/v", ""),
            (known[1].uid, "Recipes", "", "More"),
        ]

    def test_it_must_stay_something_to_open(
        self, script: Caller, product: Product, known: list[Resource]
    ) -> None:
        rows = [{"id": known[0].uid}, {"id": known[1].uid, "text": ""}]
        said = not_changed(script, path_to(product), {"resources": rows}, "invalid")
        assert said["errors"].keys() == {"resources.1.url"}

    def test_what_is_left_out_is_kept_for_those_who_bought(
        self, script: Caller, product: Product, order: Order, known: list[Resource]
    ) -> None:
        said = changed(script, path_to(product), resources=[{"id": known[0].uid}])
        assert [row["title"] for row in said["resources"]] == ["Videos"]
        assert product.resources.count() == 2
        not_changed(
            script, path_to(product), {"resources": [{"id": known[1].uid}]}, "unknown_resource"
        )

    def test_nothing_said_of_them_changes_nothing(self, script: Caller, product: Product) -> None:
        said = changed(script, path_to(product), name="Indigo")
        assert (said["name"], len(said["resources"])) == ("Indigo", 2)
        assert changed(script, path_to(product)) == said

    def test_what_another_product_unlocks_too_stays(
        self, script: Caller, product: Product, order: Order, known: list[Resource]
    ) -> None:
        catalogue.create_product(
            account=product.account, name="Other", price={"amount": 100}, resources=[known[1]]
        )
        body = {"name": "Changed", "price": {"amount": 100}, "resources": [{"id": known[0].uid}]}
        said = not_changed(script, path_to(product), body, "still_held", 409)
        assert "Another product unlocks “Recipes” too" in said["detail"]
        now = script.get(path_to(product))
        assert (now["name"], now["price"]["amount"]) == ("Natural Dyeing Masterclass", 49900)

    def test_one_of_another_product_is_shared_and_not_edited_from_here(
        self, script: Caller, product: Product, known: list[Resource]
    ) -> None:
        other = catalogue.create_product(
            account=product.account, name="Other", price={"amount": 100},
            resources=[NewResource("Calls", text="…")],
        )  # fmt: skip
        calls = catalogue.unlocked_by([other])[other.pk][0]
        rows = [{"id": calls.uid}, *({"id": row.uid} for row in known)]
        said = changed(script, path_to(product), resources=rows + rows)
        assert [row["title"] for row in said["resources"]] == ["Calls", "Videos", "Recipes"]
        assert Resource.objects.count() == 3
        edit = {"resources": [{"id": known[0].uid, "title": "Mine"}]}
        not_changed(script, path_to(other), edit, "not_unlocked")

    def test_a_strangers_is_unknown(self, script: Caller, product: Product, stranger: Any) -> None:
        theirs = Resource.objects.create(account=stranger.account, title="Theirs", text="secret")
        body = {"resources": [{"id": theirs.uid}]}
        not_changed(script, path_to(product), body, "unknown_resource")


class TestArchive:
    def test_it_is_put_away_and_sold_again(self, script: Caller, product: Product) -> None:
        put_away = done(script, path_to(product, "archive"))
        assert put_away["archived_at"]
        assert done(script, path_to(product, "archive")) == put_away, "again: since then"
        script.refused(
            "orders", {"product": product.uid, "email": "a@b.example"}, "no_gateway", 409
        )
        assert done(script, path_to(product, "unarchive"))["archived_at"] is None
        assert done(script, path_to(product, "unarchive"))["archived_at"] is None
        assert log() == [
            "Through the API: Product “Natural Dyeing Masterclass” archived.",
            "Through the API: Product “Natural Dyeing Masterclass” is for sale again.",
        ]


def test_the_log_of_the_pages_names_the_person(
    client: Client, seller: Seller, product: Product
) -> None:
    client.force_login(seller.user)
    page = f"/products/{product.uid}"
    client.post(f"{page}/price/", {"kind": "one_time", "amount": "599", "currency": "INR"})
    client.post(f"{page}/price/", {"kind": "one_time", "amount": "599", "currency": "INR"})
    for verb in ("archive", "unarchive"):
        client.post(f"{page}/{verb}/")
    rows = AuditEntry.objects.filter(user=seller.user).order_by("-pk")[:3]
    assert [str(row.what) for row in reversed(rows)] == [
        "Price of “Natural Dyeing Masterclass” changed from ₹499.00 once to ₹599.00 once.",
        "Product “Natural Dyeing Masterclass” archived.",
        "Product “Natural Dyeing Masterclass” is for sale again.",
    ]


def test_a_stranger_finds_and_changes_nothing(
    their_script: Caller, product: Product, account: Account
) -> None:
    not_changed(their_script, path_to(product), {"name": "x"}, "not_found", 404)
    for verb in ("archive", "unarchive"):
        their_script.refused(path_to(product, verb), {}, "not_found", 404)
    product.refresh_from_db()
    assert (product.name, product.archived_at) == ("Natural Dyeing Masterclass", None)
