"""POST and GET products: a price or a plan, and what is unlocked."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Account
from orders import catalogue
from orders.models import Order, Price, Product, Resource
from tests.api.caller import ISO, Caller, shape

VIDEOS = {"title": "Videos", "url": "https://example.com/videos"}
PRICE = {"amount": 49900, "currency": "INR"}
MONTHLY = {
    "amount": 49900, "currency": "INR", "period": "monthly", "interval": 1, "total_count": 12,
}  # fmt: skip


def body(**changed: Any) -> dict[str, Any]:
    """A product's body; a value of ... takes the field away."""
    whole = {"name": "Masterclass", "price": PRICE, "resources": [VIDEOS], **changed}
    return {name: value for name, value in whole.items() if value is not ...}


def plan(**changed: Any) -> dict[str, Any]:
    return body(price=..., plan={**MONTHLY, **changed})


def test_a_product_with_a_price_is_made_and_answers_with_everything(script: Caller) -> None:
    made = script.make("products", **body())
    (resource,) = made["resources"]
    assert made == {
        "id": made["id"], "name": "Masterclass", "mode": None, "price": PRICE, "plan": None,
        "resources": [{"id": resource["id"], **VIDEOS, "text": ""}],
        "created_at": made["created_at"], "archived_at": None,
    }  # fmt: skip
    assert made["id"].startswith("prd_")
    assert resource["id"].startswith("res_")
    assert ISO.fullmatch(made["created_at"])
    assert script.get(f"products/{made['id']}") == made
    assert script.get("products")["results"] == [made]


def test_a_plan_instead_of_a_price_makes_a_subscription(script: Caller) -> None:
    made = script.make("products", **plan())
    assert made["price"] is None
    assert made["plan"] == {
        **MONTHLY, "kind": "subscription", "charged_by": "razorpay", "trial_days": 0,
        "upfront_amount": 0,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["subscription", "instalments"])
@pytest.mark.parametrize("charged_by", ["razorpay", "raseed"])
def test_a_plan_keeps_its_kind_trial_upfront_amount_and_who_charges(
    script: Caller, kind: str, charged_by: str
) -> None:
    asked = {
        "period": "weekly", "interval": 2, "total_count": 6, "kind": kind,
        "trial_days": 14 if charged_by == "razorpay" else 0,
        "upfront_amount": 9900, "charged_by": charged_by,
    }  # fmt: skip
    made = script.make("products", **plan(**asked))
    shape(made["plan"], **asked)
    price = Price.objects.get(product__uid=made["id"])
    assert {name: getattr(price, name) for name in asked} == asked


def test_rupees_are_meant_where_no_currency_is_named(script: Caller) -> None:
    made = script.make("products", **body(price={"amount": 49900}))
    assert made["price"] == PRICE


def test_other_currencies_have_other_least_amounts(script: Caller) -> None:
    made = script.make("products", **body(price={"amount": 1, "currency": "JPY"}))
    assert made["price"] == {"amount": 1, "currency": "JPY"}


def test_a_resource_that_exists_is_named_by_its_id(script: Caller) -> None:
    (first,) = script.make("products", **body())["resources"]
    text = {"title": "Recipes", "text": "Indigo, madder, रसीद"}
    made = script.make("products", **body(resources=[{"id": first["id"]}, text]))
    assert made["resources"][0] == first
    shape(made["resources"][1], **text, url="")
    assert Resource.objects.count() == 2


def test_a_resource_of_another_account_is_as_unknown_as_none(
    script: Caller, their_script: Caller
) -> None:
    (theirs,) = their_script.make("products", **body(name="Theirs"))["resources"]
    for unknown in (theirs["id"], "res_nothing"):
        said = script.refused(
            "products", body(resources=[VIDEOS, {"id": unknown}]), "unknown_resource"
        )
        assert said["errors"] == {"resources.1.id": [f"There is no resource {unknown}."]}
    assert not Product.objects.filter(account__name="Dastakari Store").exists()
    assert Resource.objects.count() == 1


def test_a_product_is_for_both_modes_and_says_so(script: Caller) -> None:
    assert script.make("products", **body(mode="live"))["mode"] is None
    script.refused("products", body(mode="sandbox"), "invalid_choice")


@pytest.mark.parametrize(
    ("wrong", "code", "fields"),
    [
        (body(name=...), "required", {"name"}),
        (body(name="  "), "blank", {"name"}),
        (body(name="x" * 201), "max_length", {"name"}),
        (body(name=["Masterclass"]), "invalid", {"name"}),
        (body(price=...), "price_or_plan", {"price"}),
        (body(plan=MONTHLY), "price_or_plan", {"price"}),
        (body(price={}), "required", {"price.amount"}),
        (body(price=[PRICE]), "invalid", {"price"}),
        (body(price=49900), "invalid", {"price"}),
        (body(price={"amount": -1}), "min_value", {"price.amount"}),
        (body(price={"amount": 0}), "min_value", {"price.amount"}),
        (body(price={"amount": 99}), "too_small", {"price.amount"}),
        (body(price={"amount": 2**53}), "max_value", {"price.amount"}),
        (body(price={"amount": 499.5}), "invalid", {"price.amount"}),
        (body(price={"amount": 499.0}), "invalid", {"price.amount"}),
        (body(price={"amount": "49900"}), "invalid", {"price.amount"}),
        (body(price={"amount": True}), "invalid", {"price.amount"}),
        (body(price={"amount": None}), "null", {"price.amount"}),
        (body(price={"amount": 100, "currency": "QQQ"}), "unknown_currency", {"price.currency"}),
        (body(price={"amount": 100, "currency": "RUPEES"}), "unknown_currency", {"price.currency"}),
        (body(price={"amount": 100, "currency": ["INR"]}), "invalid", {"price.currency"}),
        (body(price={"amount": 100, "curency": "USD"}), "unknown_field", {"price.curency"}),
        (plan(trail_days=14), "unknown_field", {"plan.trail_days"}),
        (plan(kind="one_time"), "invalid_choice", {"plan.kind"}),
        (plan(period="hourly"), "invalid_choice", {"plan.period"}),
        (plan(period="daily"), "too_often", {"plan.interval"}),
        (plan(interval=0), "min_value", {"plan.interval"}),
        (plan(total_count=0), "min_value", {"plan.total_count"}),
        (plan(total_count=1201), "max_value", {"plan.total_count"}),
        (plan(trial_days=-1), "min_value", {"plan.trial_days"}),
        (plan(trial_days=366), "max_value", {"plan.trial_days"}),
        (plan(upfront_amount=99), "too_small", {"plan.upfront_amount"}),
        (plan(upfront_amount=-1), "min_value", {"plan.upfront_amount"}),
        (plan(charged_by="bank"), "invalid_choice", {"plan.charged_by"}),
        (plan(charged_by="raseed", currency="USD"), "inr_only", {"plan.currency"}),
        (plan(charged_by="raseed", trial_days=7), "no_trial", {"plan.trial_days"}),
        (plan(charged_by="raseed", amount=9999901), "above_mandate", {"plan.amount"}),
        (
            plan(charged_by="raseed", amount=9999900, upfront_amount=100),
            "above_mandate",
            {"plan.upfront_amount"},
        ),
        (plan(charged_by="raseed", period="daily", interval=6), "too_often", {"plan.interval"}),
        (plan(amount=99), "too_small", {"plan.amount"}),
        (body(price={"amount": 1234, "currency": "KWD"}), "too_fine", {"price.amount"}),
        (plan(amount=1230, currency="BHD", upfront_amount=15), "too_fine", {"plan.upfront_amount"}),
        (plan(period="yearly", total_count=101), "too_long", {"plan.total_count"}),
        (plan(period="monthly", interval=2, total_count=601), "too_long", {"plan.total_count"}),
        (body(resources=...), "required", {"resources"}),
        (body(resources=[]), "empty", {"resources"}),
        (body(resources=None), "null", {"resources"}),
        (body(resources={}), "not_a_list", {"resources"}),
        (body(resources=["res_1"]), "invalid", {"resources.0"}),
        (body(resources=[VIDEOS] * 101), "max_length", {"resources"}),
        (body(resources=[{"url": VIDEOS["url"]}]), "invalid", {"resources.0.title"}),
        (body(resources=[{**VIDEOS, "titel": ""}]), "unknown_field", {"resources.0.titel"}),
        (body(description="…"), "unknown_field", {"description"}),
    ],
)
def test_what_is_wrong_with_a_product_is_told_by_field_and_nothing_is_kept(
    script: Caller, wrong: dict[str, Any], code: str, fields: set[str]
) -> None:
    said = script.refused("products", wrong, code)
    assert said["errors"].keys() == fields
    (field,) = fields
    assert said["detail"] == f"{field}: {said['errors'][field][0]}"
    assert not Product.objects.exists()
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/v", "javascript:alert(1)", "example.com/v", "/v", "https://", "data:,x",
     "https://example.com/" + "v" * 500],
)  # fmt: skip
def test_a_resource_opens_only_what_a_browser_may_open(script: Caller, url: str) -> None:
    said = script.refused(
        "products",
        body(resources=[VIDEOS, {"title": "V", "url": url}]),
        "max_length" if len(url) > 500 else "invalid",
    )
    assert list(said["errors"]) == ["resources.1.url"]


def test_everything_wrong_is_told_at_once(script: Caller) -> None:
    said = script.refused(
        "products", body(name="", price={"amount": -1}, resources=[{}]), "min_value"
    )
    assert said["errors"].keys() == {"name", "price.amount", "resources.0.title"}


def test_the_price_in_force_is_shown_and_an_archived_product_stays_in_the_list(
    script: Caller, account: Account, product: Product, order: Order
) -> None:
    catalogue.change_price(product, {"amount": 59900, "currency": "INR"})
    assert script.one("products")["price"] == {"amount": 59900, "currency": "INR"}
    assert script.one("orders")["amount"] == 49900
