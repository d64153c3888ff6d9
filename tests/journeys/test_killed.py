"""kill -9 between "made at Razorpay" and "saved here", on real processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from orders import once
from tests.journeys.conftest import execute, own_services
from tests.journeys.installation import (
    GRACE,
    SANDBOX_KEY,
    SANDBOX_SECRET,
    Installation,
    eventually,
)
from tests.journeys.middle import Middle
from tests.journeys.shop import EMAIL, Shop
from tests.servers import free_port

# Processes that die are the same on both; here they die between real servers.
pytestmark = [pytest.mark.frontdoor, pytest.mark.served, pytest.mark.timeout(300)]

PLAN = {"amount": 29900, "currency": "INR", "period": "monthly", "total_count": 12}
PRICE = {"amount": 49900, "currency": "INR"}


@pytest.fixture
def middle() -> Iterator[Middle]:
    with Middle(free_port()) as between:
        yield between


@pytest.fixture
def killable(middle: Middle, tmp_path: Path) -> Iterator[Installation]:
    """An installation that speaks to its sandbox through the one in the middle."""
    services = own_services()
    running = Installation(
        data=tmp_path / "raseed",
        env={**services, "RAZORPAY_API_URL": middle.url},
        sandbox_port=middle.sandbox_port,
    )
    try:
        running.start()
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop()
        if services:
            name = services["DATABASE_URL"].rpartition("/")[2]
            execute(os.environ["DATABASE_URL"], f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def kill_web(installation: Installation) -> None:
    """kill -9 the processes that answer requests; without them the desk stops the others."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if b"granian" in command and str(installation.data).encode() in environment:
            os.kill(int(process.name), signal.SIGKILL)
    assert installation.process is not None
    installation.process.wait(GRACE)


def send(shop: Shop, path: str, product: Any) -> requests.Response:
    return requests.post(
        f"{shop.installation.url}/api/v1/{path}/",
        json={"product": product["id"], "email": EMAIL},
        headers={"Authorization": f"Bearer {shop.token}", "Idempotency-Key": path},
        timeout=30,
    )


def until_placed(shop: Shop, path: str, product: Any) -> Any:
    """Press again and again; the row."""

    def row() -> Any:
        response = send(shop, path, product)
        return response.json() if response.status_code == 201 else None

    return eventually(row, shop.installation)


def made(installation: Installation, path: str) -> list[Any]:
    """What the sandbox's lists show."""
    url = f"{installation.sandbox}/v1/{path}?count=100"
    response = requests.get(url, auth=(SANDBOX_KEY, SANDBOX_SECRET), timeout=30)
    return list(response.json()["items"])


def test_a_process_killed_before_it_saved_leaves_one_order_and_one_subscription(
    killable: Installation, middle: Middle
) -> None:
    shop = Shop(killable)
    goods = {"orders": shop.product(price=PRICE), "subscriptions": shop.product(plan=PLAN)}
    # The plan is there, so that one call is left for each.
    shop.call(
        "POST", "subscriptions", json={"product": goods["subscriptions"]["id"], "email": EMAIL}
    )
    middle.holding = {"POST /v1/orders", "POST /v1/subscriptions"}
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        pressed = [pool.submit(send, shop, path, product) for path, product in goods.items()]
        for _call in pressed:
            assert middle.held.acquire(timeout=30)
        kill_web(killable)
        for press in pressed:
            assert isinstance(press.exception(), requests.ConnectionError)

    middle.holding = set()
    killable.start()
    refused = {path: send(shop, path, product).status_code for path, product in goods.items()}
    # On a busy machine it may take longer to start than a turn lasts.
    if time.monotonic() - began < once.TURN.total_seconds():
        assert refused == {"orders": 409, "subscriptions": 409}, "the dead one may still be at it"
    killable.switch("clock", seconds=121)
    rows = {path: until_placed(shop, path, product) for path, product in goods.items()}
    assert [order["receipt"] for order in made(killable, "orders")] == [rows["orders"]["id"]]
    newest, first = made(killable, "subscriptions")
    assert newest["id"] == rows["subscriptions"]["razorpay_subscription_id"]
    assert newest["notes"]["raseed_order"] == rows["subscriptions"]["order"]
    assert first["notes"]["raseed_order"] != rows["subscriptions"]["order"]
