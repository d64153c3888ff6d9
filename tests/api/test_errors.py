"""Whatever goes wrong is told as application/problem+json, in words and with a code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from rest_framework import exceptions
from rest_framework.request import Request

from accounts.api import errors
from accounts.models import Membership
from accounts.sellers import Seller
from gateways.models import Gateway
from tests.api.caller import Caller, problem

LISTS = [
    "gateways", "products", "orders", "payments", "refunds", "subscriptions", "plans", "customers",
    "reattempts", "events", "problems",
]  # fmt: skip


@pytest.mark.parametrize("path", [*LISTS, "access", "orders/ord_x", "events/1"])
def test_every_address_wants_a_token(db: None, path: str) -> None:
    response = Client().get(f"/api/v1/{path}/")
    problem(response, "not_authenticated", 401)
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["products", "orders", "subscriptions"])
def test_nothing_is_bought_or_made_without_a_token(db: None, path: str) -> None:
    response = Client().post(f"/api/v1/{path}/", data="{}", content_type="application/json")
    problem(response, "not_authenticated", 401)


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer nothing", "Bearer two words", "Bearer " + "x" * 5000, "Bearer \0",
     "Bearer t\u00f8ken"],
)  # fmt: skip
def test_a_token_that_is_not_known_is_refused(seller: Seller, header: str) -> None:
    response = Client().get("/api/v1/orders/", headers={"Authorization": header})
    problem(response, "authentication_failed", 401)


@pytest.mark.parametrize("header", ["Token {}", "Basic {}", "{}"])
def test_a_token_comes_as_bearer(seller: Seller, header: str) -> None:
    headers = {"Authorization": header.format(seller.api_token)}
    problem(Client().get("/api/v1/orders/", headers=headers), "not_authenticated", 401)


def test_a_token_ends_with_the_membership_and_with_the_person(seller: Seller) -> None:
    script = Caller(seller.api_token)
    assert script.get("orders")["results"] == []
    seller.user.is_active = False
    seller.user.save()
    problem(script.ask("orders/"), "authentication_failed", 401)
    seller.user.is_active = True
    seller.user.save()
    Membership.objects.all().delete()
    problem(script.ask("orders/"), "authentication_failed", 401)


def test_a_signed_in_seller_without_a_token_is_not_let_in(seller: Seller, client: Client) -> None:
    client.force_login(seller.user)
    problem(client.get("/api/v1/orders/"), "not_authenticated", 401)


@pytest.mark.parametrize(
    "path", ["", "nothing/", "orders/ord_x/pay/", "orders/%00/", "products/prd_x/"]
)
def test_what_is_not_there_is_a_problem_and_not_a_page(script: Caller, path: str) -> None:
    said = problem(script.ask(path), "not_found", 404)
    assert said["detail"] == "There is nothing at this address."


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("path", ["products/", "orders/ord_x/", "access/", "events/1/"])
def test_other_methods_are_refused(script: Caller, method: str, path: str) -> None:
    response = getattr(script.client, method)(f"/api/v1/{path}")
    problem(response, "method_not_allowed", 405)
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("path", ["payments", "customers", "reattempts", "events"])
def test_what_razorpay_tells_cannot_be_posted(script: Caller, path: str) -> None:
    script.refused(path, {}, "method_not_allowed", 405)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*"])
def test_only_json_is_spoken(script: Caller, accept: str) -> None:
    problem(script.ask("orders/", Accept=accept), "not_acceptable", 406)


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_errors_of_the_document_are_problems_too(db: None, path: str) -> None:
    problem(Client().post(path), "method_not_allowed", 405)
    problem(Client().get(path, headers={"Accept": "image/png"}), "not_acceptable", 406)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/xml"]
)
def test_only_json_is_understood(script: Caller, content_type: str) -> None:
    response = script.post("products", "name=Masterclass", content_type)
    problem(response, "unsupported_media_type", 415)


def test_an_address_without_its_slash_is_the_same(script: Caller, gateway: Gateway) -> None:
    for path in (*LISTS, f"gateways/{gateway.uid}"):
        assert script.ask(path).json() == script.ask(f"{path}/").json()
    response = script.client.post("/api/v1/orders", data="{}", content_type="application/json")
    assert "product" in problem(response, "email_required")["errors"]
    problem(script.ask("access"), "required")


def told(error: Exception) -> HttpResponse:
    """What DRF answers when a view raises this."""
    request = Request(RequestFactory().get("/api/v1/orders/"))
    response = errors.problem(error, {"request": request, "view": None})
    assert response is not None
    response.accepted_renderer = request.accepted_renderer
    response.accepted_media_type = request.accepted_media_type
    response.renderer_context = {}  # type: ignore[attr-defined]
    response.render()
    return response


def test_what_is_not_allowed_is_a_problem() -> None:
    for error in (exceptions.PermissionDenied(), PermissionDenied()):
        problem(told(error), "permission_denied", 403)


def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    response = told(exceptions.Throttled(wait=30))
    problem(response, "throttled", 429)
    assert response["Retry-After"] == "30"


def test_a_missing_row_says_nothing_of_models() -> None:
    said = problem(told(Http404("No Order matches the given query.")), "not_found", 404)
    assert "Order" not in said["detail"]


def test_what_is_no_expected_error_is_left_to_the_log() -> None:
    request = Request(RequestFactory().get("/api/v1/orders/"))
    assert errors.problem(RuntimeError("…"), {"request": request, "view": None}) is None


@pytest.mark.parametrize(
    ("response", "code", "status"),
    [
        (errors.failed(RequestFactory().get("/api/v1/orders/")), "internal_error", 500),
        (errors.bad_request(RequestFactory().get("/api/"), ValueError()), "bad_request", 400),
        (errors.not_found(RequestFactory().get("/api/"), Http404()), "not_found", 404),
    ],
)
def test_outside_of_our_views_it_is_a_problem_too(response: Any, code: str, status: int) -> None:
    problem(response, code, status)


def test_the_most_telling_error_gives_the_code_and_the_words() -> None:
    nested = exceptions.ValidationError(
        {
            "name": [exceptions.ErrorDetail("This field is required.", "required")],
            "price": {"amount": [exceptions.ErrorDetail("Too small.", "too_small")]},
            "non_field_errors": ["All of it."],
        }
    )
    said = problem(told(nested), "too_small")
    assert said["detail"] == "price.amount: Too small."
    assert said["errors"] == {
        "name": ["This field is required."], "price.amount": ["Too small."],
    }  # fmt: skip
    assert json.dumps(said)
