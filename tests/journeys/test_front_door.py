"""Sandbox -> POST -> inbox -> task -> access, through real processes and over HTTP."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.conftest import sign
from tests.journeys.installation import Installation, eventually
from tests.journeys.shop import EMAIL, Shop

pytestmark = [pytest.mark.frontdoor, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def shop(installation: Installation) -> Shop:
    return Shop(installation)


def test_a_payment_in_the_sandbox_opens_what_was_bought_and_a_refund_closes_it(shop: Shop) -> None:
    product = shop.product(price={"amount": 49900, "currency": "INR"})
    order = shop.call("POST", "orders", json={"product": product["id"], "email": EMAIL})
    assert shop.access(product)["because"] == "not_paid"

    paid = shop.installation.switch(f"orders/{order['razorpay_order_id']}/pay", method="upi")
    shop.until(product, allowed=True, because="paid", until=None)
    query = {"razorpay_order_id": order["razorpay_order_id"]}
    (found,) = shop.call("GET", "orders", params=query)["results"]
    assert (found["status"], found["amount_paid"]) == ("paid", 49900)

    shop.installation.switch(f"payments/{paid['payment']['id']}/refund")
    shop.until(product, allowed=False, because="refunded")


def test_a_failed_try_that_succeeds_later_in_the_same_payment(shop: Shop) -> None:
    product = shop.product(price={"amount": 79900, "currency": "INR"})
    order = shop.call("POST", "orders", json={"product": product["id"], "email": EMAIL})
    shop.installation.switch(f"orders/{order['razorpay_order_id']}/fail")

    def ledger() -> Any:
        rows = shop.call("GET", "reattempts", params={"order": order["id"]})["results"]
        return [row["state"] for row in rows]

    eventually(lambda: ledger() == ["scheduled"] * 3, shop.installation)
    shop.installation.switch(f"orders/{order['razorpay_order_id']}/authorise-late")
    shop.until(product, allowed=True)
    eventually(lambda: ledger() == ["cancelled"] * 3, shop.installation)


def test_a_subscription_from_its_first_charge_to_its_halt(shop: Shop) -> None:
    plan = {"amount": 29900, "currency": "INR", "period": "monthly", "total_count": 12}
    product = shop.product(plan=plan)
    asked = {"product": product["id"], "email": EMAIL}
    subscription = shop.call("POST", "subscriptions", json=asked)
    name = subscription["razorpay_subscription_id"]
    shop.installation.switch(f"subscriptions/{name}/pay")
    shop.until(product, allowed=True, because="paid")

    def found() -> Any:
        query = {"razorpay_subscription_id": name}
        return shop.call("GET", "subscriptions", params=query)["results"][0]

    assert eventually(lambda: found()["paid_count"] == 1 and found(), shop.installation)
    shop.installation.switch(f"subscriptions/{name}/fail-next", n=4)
    shop.installation.switch("clock", days=36)
    eventually(lambda: found()["status"] == "halted", shop.installation)
    shop.until(product, allowed=False, because="suspended")

    def ledger() -> Any:
        query = {"subscription": subscription["id"]}
        rows = shop.call("GET", "reattempts", params=query)["results"]
        return [(row["n"], row["state"]) for row in rows]

    # The four failures came in any order; the ledger is right once all of them are applied.
    made = [(1, "failed"), (2, "failed"), (3, "failed")]
    eventually(lambda: ledger() == made, shop.installation)


def test_duplicates_and_disorder_change_nothing(shop: Shop) -> None:
    shop.installation.switch("delivery", duplicate=1.0, shuffle=True)
    product = shop.product(price={"amount": 19900, "currency": "INR"})
    order = shop.call("POST", "orders", json={"product": product["id"], "email": EMAIL})
    shop.installation.switch(f"orders/{order['razorpay_order_id']}/pay")
    shop.until(product, allowed=True)

    def events() -> Any:
        return shop.call("GET", "events", params={"order": order["id"]})["results"]

    told = eventually(lambda: len(events()) == 3 and events(), shop.installation)
    assert {event["status"] for event in told} == {"processed"}
    shop.installation.switch("delivery", duplicate=0, shuffle=False)


def raw(installation: Installation, request: bytes) -> int:
    """Send these bytes and read the status."""
    with socket.create_connection(("127.0.0.1", installation.port), timeout=10) as connection:
        connection.sendall(request)
        if b"100\r\n" in request:  # it never sends the rest
            connection.shutdown(socket.SHUT_WR)
        return int(connection.recv(4096).split(b" ")[1])


HEAD = "POST /webhooks/razorpay/{}/ HTTP/1.1\r\nHost: x\r\nX-Razorpay-Signature: {}\r\n"


@pytest.mark.parametrize(
    ("framing", "status"),
    [
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 200),
        (b"Content-Length: 2\r\n\r\n{}", 200),
        (b"Content-Length: 100\r\n\r\n{}", 400),
        (b"Content-Length: 9000000\r\n\r\n{}", 413),
        (b"Transfer-Encoding: chunked\r\n\r\n40001\r\n" + b"x" * 0x40001 + b"\r\n0\r\n\r\n", 413),
    ],
    ids=["chunked", "plain", "cut off", "declared too large", "chunked too large"],
)
def test_a_body_is_read_to_its_end_and_no_further(shop: Shop, framing: bytes, status: int) -> None:
    token = shop.gateway["webhook_url"].rstrip("/").rpartition("/")[2]
    head = HEAD.format(token, sign(b"{}", shop.gateway["webhook_secret"])).encode()
    assert raw(shop.installation, head + framing) == status


def test_it_stops_as_a_whole_and_leaves_nothing_running(installation: Installation) -> None:
    """The last one: SIGTERM to the one process that was started."""
    assert installation.stop() == 0
    for port in (installation.port, installation.sandbox_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "something still listens"
    left = [line for line in running() if str(installation.data) in line]
    assert left == []


def running() -> list[str]:
    """The command lines of all processes."""
    import glob
    from pathlib import Path

    lines = []
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            lines.append(Path(path).read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return lines
