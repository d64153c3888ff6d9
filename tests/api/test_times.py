"""Every time is ISO 8601 in UTC, every id a string, every amount an integer, in any browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Product
from tests.api.caller import ISO, Caller
from tests.api.shop import sell_to
from tests.api.test_schema import PATHS

pytestmark = pytest.mark.usefixtures("that_day")

TIMES = {"since", "due_at", "charge_at", "until", "cycle", "current_start", "current_end"}
AMOUNTS = {"amount", "amount_paid", "amount_refunded", "overpaid", "upfront_amount", "fee", "tax"}
OF_BOTH_MODES = {"products", "customers"}


@pytest.fixture
def rows(script: Caller, gateway: Gateway, product: Product) -> dict[str, list[Any]]:
    sell_to(gateway, product, 1)
    return {path: script.get(path)["results"] for path in PATHS}


def fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Every named value, however deep."""
    for name, inner in value.items():
        yield name, inner
        for item in inner if isinstance(inner, list) else [inner]:
            if isinstance(item, dict):
                yield from fields(item)


def is_time(name: str) -> bool:
    return name in TIMES or name.endswith(("_at", "_until"))


def test_every_row_has_ids_modes_amounts_and_times_of_one_kind(
    rows: dict[str, list[Any]],
) -> None:
    for path, listed in rows.items():
        for row in listed:
            assert row["mode"] == (None if path in OF_BOTH_MODES else "test"), path
            for name, value in fields(row):
                if name == "id":
                    assert isinstance(value, str), path
                elif name in AMOUNTS:
                    assert type(value) in (int, type(None)), (path, name)
                elif is_time(name) and value is not None:
                    assert ISO.fullmatch(value), (path, name, value)


def test_times_are_utc_also_in_a_signed_in_sellers_browser(
    script: Caller, seller: Seller, rows: dict[str, list[Any]], product: Product
) -> None:
    script.client.force_login(seller.user)
    assert {path: script.get(path)["results"] for path in PATHS} == rows
    resource = product.resources.order_by("pk")[0].uid
    answer = script.get("access", email="buyer1@example.com", resource=resource)
    assert ISO.fullmatch(answer["until"])
    assert all(ISO.fullmatch(told["at"]) for told in answer["story"])
