"""A stranger's token sees nothing of ours: in no list, behind no id, through no filter."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.models import Gateway
from orders.models import Product
from tests.api.caller import Caller, problem
from tests.api.shop import sell_to

pytestmark = pytest.mark.usefixtures("that_day")

PATHS = [
    "gateways", "products", "orders", "payments", "refunds", "subscriptions", "customers",
    "reattempts", "events", "problems",
]  # fmt: skip
# Which fields of a row a list can be asked for, under which name.
FILTERS = {
    "orders": {"razorpay_order_id": "razorpay_order_id"},
    "payments": {"razorpay_payment_id": "razorpay_payment_id", "order": "order"},
    "refunds": {"razorpay_refund_id": "razorpay_refund_id", "payment": "payment", "order": "order"},
    "subscriptions": {"razorpay_subscription_id": "razorpay_subscription_id", "order": "order"},
    "customers": {"email": "email"},
    "reattempts": {"order": "order", "state": "state"},
    "events": {"event_id": "event_id", "order": "order", "type": "type"},
    "problems": {"gateway": "gateway", "kind": "kind"},
}  # fmt: skip


@pytest.fixture
def ours(script: Caller, gateway: Gateway, product: Product) -> dict[str, Any]:
    """The oldest row of every list of ours."""
    sell_to(gateway, product, 1)
    return {path: script.get(path)["results"][-1] for path in PATHS}


def test_a_stranger_sees_none_of_it(
    ours: dict[str, Any], script: Caller, their_script: Caller
) -> None:
    for path, row in ours.items():
        assert their_script.get(path) == {"results": [], "next": None}, path
        problem(their_script.ask(f"{path}/{row['id']}/"), "not_found", 404)
        assert script.ask(f"{path}/{row['id']}/").status_code == 200


def test_a_stranger_finds_none_of_it_by_filter(
    ours: dict[str, Any], script: Caller, their_script: Caller
) -> None:
    for path, fields in FILTERS.items():
        for name, field in fields.items():
            query = {name: ours[path][field]}
            assert script.get(path, **query)["results"], (path, query)
            assert their_script.get(path, **query)["results"] == [], (path, query)


def test_what_does_not_exist_looks_the_same_as_what_is_not_theirs(
    ours: dict[str, Any], their_script: Caller
) -> None:
    for path, row in ours.items():
        none = "999999999" if path == "events" else row["id"][:-3] + "000"
        hidden, missing = (their_script.ask(f"{path}/{uid}/").content for uid in (row["id"], none))
        assert hidden == missing


def test_a_cursor_of_ours_leads_a_stranger_nowhere(
    ours: dict[str, Any], gateway: Gateway, product: Product, script: Caller, their_script: Caller
) -> None:
    sell_to(gateway, product, 2)
    following = script.get("orders", page_size="1")["next"]
    assert script.client.get(following).json()["results"]
    assert their_script.client.get(following).json() == {"results": [], "next": None}


def test_a_stranger_with_a_gateway_and_the_same_ids_sees_only_their_own(
    ours: dict[str, Any], their_script: Caller, their_gateway: Gateway
) -> None:
    resource = ours["products"]["resources"][0]
    theirs = their_script.make(
        "products", name="Theirs", price={"amount": 100},
        resources=[{"title": resource["title"], "url": resource["url"], "text": "…"}],
    )  # fmt: skip
    assert their_script.get("products")["results"] == [theirs]
    assert theirs["resources"][0]["id"] != resource["id"]
    problem(
        their_script.ask(f"access/?email=buyer1@example.com&resource={resource['id']}"),
        "not_found", 404,
    )  # fmt: skip
