"""Every list asks the database as often for many rows as for one."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Gateway
from orders.models import Product
from tests.api.caller import Caller
from tests.api.shop import sell_to
from tests.scripts import EMAIL

pytestmark = pytest.mark.usefixtures("that_day")

# The token, the person's other tokens, the membership; then the rows.
TO_KNOW_WHO_ASKS = 3
ROWS = {
    "gateways": 1, "products": 3, "order-forms": 2, "orders": 1, "payments": 1, "refunds": 1,
    "subscriptions": 2, "plans": 1, "customers": 2, "reattempts": 1, "events": 1, "problems": 1,
}  # fmt: skip


@pytest.mark.parametrize("path", ROWS)
def test_many_rows_cost_as_many_queries_as_one(
    script: Caller, gateway: Gateway, product: Product, path: str,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    lengths = []
    for number in range(3):
        sell_to(gateway, product, number)
        with django_assert_num_queries(TO_KNOW_WHO_ASKS + ROWS[path]):
            lengths.append(len(script.get(path)["results"]))
    if path != "gateways":
        assert 1 <= lengths[0] < lengths[1] < lengths[2]


def test_a_question_about_access_costs_a_handful_of_queries(
    script: Caller, gateway: Gateway, product: Product, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        sell_to(gateway, product, number)
    resource = product.resources.order_by("pk")[0].uid
    with django_assert_max_num_queries(TO_KNOW_WHO_ASKS + 6):
        script.get("access", email="buyer1@example.com", resource=resource)
    with django_assert_max_num_queries(TO_KNOW_WHO_ASKS + 4):
        script.get("access", email=EMAIL, resource=resource)


def test_many_resources_of_a_product_are_looked_up_at_once(
    script: Caller, product: Product, django_assert_max_num_queries: Any
) -> None:
    known = [{"id": resource.uid} for resource in product.resources.all()]
    body = {"name": "Set", "price": {"amount": 100}, "resources": known * 10}
    with django_assert_max_num_queries(TO_KNOW_WHO_ASKS + 50):
        script.make("products", **body)
