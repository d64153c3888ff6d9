"""What no honest script sends: bytes, numbers, nests and characters that break things."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateways.models import Gateway
from orders.models import Order, Product
from tests.api.caller import Caller, problem
from tests.api.test_orders import buy
from tests.api.test_products import MONTHLY, VIDEOS, body, plan

PATHS = ["products", "orders", "subscriptions"]


def raw(amount: str) -> str:
    """A product's body with an amount that Python's json would not write."""
    return json.dumps(body(price={"amount": "HERE"})).replace('"HERE"', amount)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "text",
    ["{", "}", "{'name': 1}", '{"name": }', '{"name": "x",}', "nothing", b'{"name": "\xff"}',
     b"\x80\x04K\x01.", "[" * 100_000, '{"name":' * 50_000, "[" * 5_000 + "]" * 5_000],
)  # fmt: skip
def test_what_is_no_json_is_told_and_never_an_error_of_ours(
    script: Caller, path: str, text: Any
) -> None:
    problem(script.post(path, text), "parse_error")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("text", ["[]", "null", "1", '"text"', "true", '[{"name": "x"}]'])
def test_json_that_is_no_object_is_refused(script: Caller, path: str, text: str) -> None:
    said = problem(script.post(path, text), "null" if text == "null" else "invalid")
    assert said["errors"] == {}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("text", ["", "{}"])
def test_an_empty_body_lacks_fields(script: Caller, path: str, text: str) -> None:
    said = problem(script.post(path, text), "required" if path == "products" else "email_required")
    assert ("name" if path == "products" else "product") in said["errors"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_json_has_no_number_for_is_refused(script: Caller, number: str) -> None:
    said = problem(script.post("products", raw(number)), "parse_error")
    assert said["detail"] == f"JSON parse error - {number} is no number in JSON."


@pytest.mark.parametrize(
    ("number", "code"),
    [("9" * 5000, "parse_error"), ("-" + "9" * 5000, "parse_error"), ("9" * 40, "max_value"),
     ("1e400", "invalid"), ("4.99e4", "invalid"), ("49900.0", "invalid"), ("-0", "min_value")],
)  # fmt: skip
def test_numbers_of_any_size_are_refused_in_our_words(
    script: Caller, number: str, code: str
) -> None:
    said = problem(script.post("products", raw(number)), code)
    assert "sys." not in said["detail"]


@pytest.mark.parametrize("bad", ["\0", "a\0b", "\ud800", "x\udfff"])
@pytest.mark.parametrize(
    "where", ["name", "title", "url", "text", "id", "currency", "mode", "kind"]
)
def test_characters_that_no_column_holds_are_refused(script: Caller, bad: str, where: str) -> None:
    sent = {
        "name": body(name=bad), "mode": body(mode=bad), "kind": plan(kind=bad),
        "currency": body(price={"amount": 100, "currency": bad}),
    }.get(where) or body(resources=[{**VIDEOS, where: bad}])  # fmt: skip
    response = script.post("products", sent)
    assert response.status_code == 400, response.content
    problem(response, response.json()["code"])
    assert not Product.objects.exists()


@pytest.mark.parametrize("bad", ["\0", "\ud800"])
@pytest.mark.parametrize("where", ["product", "name", "mode", "email"])
def test_so_they_are_in_a_purchase(
    script: Caller, gateway: Gateway, product: Product, bad: str, where: str
) -> None:
    response = script.post("orders", buy(product, **{where: bad}))
    problem(response, response.json()["code"])
    assert not Order.objects.exists()


def test_a_name_of_a_field_may_be_nonsense_too(script: Caller) -> None:
    said = problem(script.post("products", '{"\\ud800": 1, "": 2}'), "unknown_field")
    assert "\\ud800" in said["errors"]
    said = problem(script.post("products", {"x" * 100_000: 1}), "unknown_field")
    assert len(json.dumps(said)) < 1000


def test_what_was_wrong_is_repeated_but_not_at_length(script: Caller) -> None:
    said = script.refused("products", plan(kind="x" * 1_000_000), "invalid_choice")
    assert len(json.dumps(said)) < 2000


@pytest.mark.parametrize("path", PATHS)
def test_a_body_of_megabytes_is_too_large(script: Caller, path: str) -> None:
    huge = b'{"name": "' + b"x" * 3_000_000 + b'"}'
    problem(script.post(path, huge), "too_large", 413)


def test_a_byte_order_mark_and_other_unicode_encodings_are_read(script: Caller) -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert script.post("products", json.dumps(body()).encode(encoding)).status_code == 201


@pytest.mark.parametrize("value", [[], {}, "x", 1.5, True, None, "9" * 400, -1, 10**30])
@pytest.mark.parametrize("field", [*MONTHLY, "trial_days", "upfront_amount", "kind", "charged_by"])
def test_a_value_of_the_wrong_kind_is_never_an_error_of_ours(
    script: Caller, field: str, value: Any
) -> None:
    response = script.post("products", plan(**{field: value}))
    said = problem(response, response.json()["code"])
    assert list(said["errors"]) == [f"plan.{field}"]
