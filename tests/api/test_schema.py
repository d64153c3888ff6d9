"""The OpenAPI document is valid and describes what is really sent; its pages load."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from gateways.models import Gateway
from orders.models import Product
from tests.api.caller import Caller
from tests.api.shop import sell_to
from tests.api.test_products import body, plan

PATHS = [
    "gateways", "products", "order-forms", "orders", "payments", "refunds", "subscriptions",
    "plans", "customers", "reattempts", "events", "problems",
]  # fmt: skip

# What is done to one row.
ACTIONS = {
    "customers": ["merge"],
    "order-forms": ["archive", "publish", "unpublish"],
    "orders": ["decide-refunds", "meant"],
    "products": ["archive", "unarchive"],
    "subscriptions": ["cancel", "change-plan", "pause", "resume"],
}


@pytest.fixture(scope="module")
def document() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def exactly(schema: Any) -> Any:
    """As JSON Schema: null where it may be null, and no key that is not described."""
    if isinstance(schema, list):
        return [exactly(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: exactly(value) for key, value in schema.items()}
    if "properties" in found:
        found.setdefault("additionalProperties", False)
    if found.pop("nullable", False) is True:
        return {"anyOf": [found, {"type": "null"}]}
    return found


def check(document: Any, schema: Any, value: Any) -> None:
    components = exactly(document["components"])
    jsonschema.Draft202012Validator({**exactly(schema), "components": components}).validate(value)


def answer_of(document: Any, path: str, method: str, status: str) -> Any:
    (content,) = document["paths"][path][method]["responses"][status]["content"].values()
    return content["schema"]


def test_the_document_is_valid_and_holds_every_resource(document: Any) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]
    assert set(document["paths"]) == {
        "/api/v1/access/",
        *(f"/api/v1/{path}/" for path in PATHS),
        *(f"/api/v1/{path}/{{id}}/" for path in PATHS),
        *(f"/api/v1/{path}/{{id}}/{verb}/" for path in ACTIONS for verb in ACTIONS[path]),
    }
    scheme = document["components"]["securitySchemes"]
    assert scheme == {"bearer": {"type": "http", "scheme": "bearer"}}


@pytest.mark.usefixtures("that_day")
def test_every_list_and_row_is_as_described(
    document: Any, script: Caller, gateway: Gateway, product: Product
) -> None:
    sell_to(gateway, product, 1)
    for path in PATHS:
        listed = script.get(path)
        assert listed["results"], path
        check(document, answer_of(document, f"/api/v1/{path}/", "get", "200"), listed)
        schema = answer_of(document, f"/api/v1/{path}/{{id}}/", "get", "200")
        for row in listed["results"]:
            check(document, schema, row)


@pytest.mark.usefixtures("that_day")
def test_an_answer_about_access_is_as_described(
    document: Any, script: Caller, gateway: Gateway, product: Product
) -> None:
    sell_to(gateway, product, 1)
    schema = answer_of(document, "/api/v1/access/", "get", "200")
    resource = product.resources.order_by("pk")[0].uid
    for email in ("buyer1@example.com", "nobody@example.com"):
        check(document, schema, script.get("access", email=email, resource=resource))


def test_what_is_made_is_as_described(
    document: Any, script: Caller, connected: Gateway, product: Product
) -> None:
    def made(path: str, sent: dict[str, Any]) -> Any:
        operation = document["paths"][f"/api/v1/{path}/"]["post"]
        asked = operation["requestBody"]["content"]["application/json"]["schema"]
        check(document, asked, sent)
        answer = script.make(path, **sent)
        check(document, answer_of(document, f"/api/v1/{path}/", "post", "201"), answer)
        return answer

    made("products", body())
    repeated = made("products", plan(trial_days=14, upfront_amount=9900))
    buyer = {"email": "ananya.iyer@example.com", "name": "Ananya Iyer", "mode": "test"}
    made("orders", {"product": product.uid, **buyer})
    made("subscriptions", {"product": repeated["id"], **buyer})


def test_a_product_and_an_address_are_asked_for(document: Any) -> None:
    asked = document["components"]["schemas"]["PurchaseFields"]
    assert set(asked["required"]) == {"email", "product"}


def test_every_operation_may_answer_with_a_problem(document: Any, script: Caller) -> None:
    for path, operations in document["paths"].items():
        for method in operations:
            operation = operations[method]
            content = operation["responses"]["default"]["content"]
            assert list(content) == ["application/problem+json"]
            schema = answer_of(document, path, method, "default")
    check(document, schema, script.ask("orders/ord_none/").json())
    check(document, schema, script.ask("access/").json())


def test_the_document_is_served_to_anybody(db: None, document: Any) -> None:
    response = Client().get("/api/schema/")
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["paths"].keys() == document["paths"].keys()
    response = Client().get("/api/schema/", headers={"Accept": "application/json"})
    assert response.json()["info"]["title"] == "Raseed"


def test_the_pages_to_read_it_load_from_here_alone(db: None) -> None:
    response = Client().get("/api/docs/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "swagger-ui" in page
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page
    assert "<script>" not in page, "the content policy forbids scripts inside the page"
    script = Client().get("/api/docs/?script")
    assert script.status_code == 200
    assert "SwaggerUIBundle" in script.content.decode()
