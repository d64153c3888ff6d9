"""Lists: newest first, by cursor, the same rows once whatever is added meanwhile."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateways.models import Gateway
from orders.models import Customer, Order, Product, Reattempt
from tests.api.caller import Caller, problem
from tests.conftest import make_order


def make_orders(gateway: Gateway, product: Product, customer: Customer, *numbers: int) -> None:
    for number in numbers:
        make_order(gateway, product, customer, f"order_RsdPage{number:06}")


def pages(script: Caller, path: str) -> list[list[Any]]:
    """Every page, following `next` as a script does."""
    address: str | None = f"http://testserver/api/v1/{path}"
    found = []
    while address:
        answer = script.client.get(address).json()
        assert answer.keys() == {"results", "next"}
        found.append(answer["results"])
        address = answer["next"]
    return found


def ids(rows: list[Any]) -> list[str]:
    return [row["razorpay_order_id"] for row in rows]


def test_the_newest_come_first_and_next_leads_to_the_rest(
    script: Caller, gateway: Gateway, product: Product, customer: Customer
) -> None:
    make_orders(gateway, product, customer, *range(7))
    found = pages(script, "orders/?page_size=3&mode=test")
    assert [len(page) for page in found] == [3, 3, 1]
    assert ids(sum(found, [])) == [f"order_RsdPage{n:06}" for n in reversed(range(7))]


def test_what_is_added_meanwhile_moves_nothing(
    script: Caller, gateway: Gateway, product: Product, customer: Customer
) -> None:
    make_orders(gateway, product, customer, *range(4))
    first = script.get("orders", page_size="2")
    make_orders(gateway, product, customer, 90, 91)
    Order.objects.filter(razorpay_order_id="order_RsdPage000002").delete()
    second = script.client.get(first["next"]).json()
    assert ids(first["results"]) == ["order_RsdPage000003", "order_RsdPage000002"]
    assert ids(second["results"]) == ["order_RsdPage000001", "order_RsdPage000000"]
    assert second["next"] is None


def test_next_keeps_the_filters(
    script: Caller, gateway: Gateway, product: Product, customer: Customer
) -> None:
    make_orders(gateway, product, customer, *range(3))
    query = parse_qs(urlsplit(script.get("orders", page_size="1", mode="test")["next"]).query)
    assert query.keys() == {"cursor", "page_size", "mode"}


@pytest.mark.parametrize(
    ("asked", "given"),
    [("1", 1), ("200", 200), ("201", 200), ("9" * 50, 200), ("0", 50), ("x", 50)],
)
def test_a_page_holds_fifty_and_two_hundred_at_most(
    script: Caller, gateway: Gateway, product: Product, customer: Customer, asked: str, given: int
) -> None:
    price = product.prices.get()
    Order.objects.bulk_create(
        Order(
            gateway=gateway, customer=customer, product=product, price=price, amount=1,
            currency="INR", razorpay_order_id=f"order_{number}",
        )
        for number in range(201)
    )  # fmt: skip
    found = script.get("orders", page_size=asked)
    assert len(found["results"]) == given
    assert found["next"]


@pytest.mark.usefixtures("that_day")
def test_reattempts_come_by_due_date_also_where_dates_are_equal(
    script: Caller, gateway: Gateway, product: Product, customer: Customer
) -> None:
    make_orders(gateway, product, customer, *range(4))
    for order in Order.objects.all():
        for n in (1, 2):
            Reattempt.objects.create(
                order=order, n=n, state="scheduled", made_by="raseed",
                due_at=f"2026-11-2{n}T00:00:00Z",
            )  # fmt: skip
    for size in (1, 2, 3, 5):
        found = sum(pages(script, f"reattempts/?page_size={size}"), [])
        assert [row["n"] for row in found] == [1] * 4 + [2] * 4
        assert len({row["id"] for row in found}) == 8


def cursor(text: str) -> str:
    return base64.b64encode(text.encode()).decode().replace("=", "%3D")


@pytest.mark.parametrize("path", ["orders", "reattempts", "events", "products"])
@pytest.mark.parametrize(
    "value",
    ["x", "\u00e9", cursor("p=abc"), cursor("p=1e5"), cursor("r=x"), cursor("o=-1"),
     cursor("p=\0"), cursor("o=\u00b2")],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_is_refused(script: Caller, path: str, value: str) -> None:
    problem(script.ask(f"{path}/?cursor={value}"), "invalid_cursor")


def test_a_cursor_far_away_finds_nothing(script: Caller, order: Order) -> None:
    for position in ("p=-5", "p=" + "9" * 18, "o=99999999999999999"):
        answer = script.ask(f"orders/?cursor={cursor(position)}").json()
        assert answer["next"] is None
