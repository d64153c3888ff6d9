"""Whatever is sent: a clear sentence, never a traceback."""

import itertools
import socket
from typing import Any

import pytest

from sandbox.api.routes import ROUTES as API
from sandbox.switches.routes import ROUTES as SWITCHES
from tests.sandbox.desk import Desk
from tests.sandbox.mandates import Seller

JUNK: list[Any] = [None, "", "x", -1, 1.5, 10**30, True, [], [1], {}, {"a": "b"}, "\x00", "😀"]
NAMES = [
    *("amount", "currency", "method", "email", "contact", "reason", "status", "n", "days"),
    *("at_cycle_end", "duplicate", "drop", "delay", "fail", "share", "paths", "count", "mode"),
    *("account", "url", "secret", "events", "active", "key_id", "on", "outcome", "keep_setup"),
    *("receipt", "notes", "payment", "item", "period", "interval", "plan_id", "total_count"),
    *("start_at", "expire_by", "addons", "quantity", "name", "fail_existing", "payment_id"),
    *("customer_id", "token", "order_id", "recurring", "international", "minutes", "confirm"),
    *("phase", "reason_code"),
    *("schedule_change_at", "cancel_at_cycle_end", "pause_at", "speed", "seed", "shuffle"),
]


def ids_of(desk: Desk) -> dict[str, str]:
    order, payment = desk.paid_order()
    Seller(desk).token()
    subscription = desk.active_subscription()
    hook = desk.press("webhooks", url="http://127.0.0.1:9/", events=["token.paused"])["webhook"]
    refund = desk.press(f"payments/{payment['id']}/refund", amount=100, status="pending")["refund"]
    dispute = desk.press(f"payments/{payment['id']}/dispute")["dispute"]
    return {
        "orders": order["id"],
        "payments": payment["id"],
        "refunds": refund["id"],
        "disputes": dispute["id"],
        "subscriptions": subscription["id"],
        "plans": subscription["plan_id"],
        "customers": subscription["customer_id"],
        "invoices": desk.read("books")["invoices"][0]["id"],
        "webhooks": hook["id"],
        "keys": "rzp_live_sandbox0000001",
        "tokens": desk.read("books")["tokens"][0]["id"],
        "events": desk.all_events()[0]["id"],
    }


def bodies() -> list[dict[str, Any]]:
    """One odd value for one name, and all names at once."""
    alone = [{name: junk} for name, junk in zip(NAMES, itertools.cycle(JUNK), strict=False)]
    return [*alone, *(dict.fromkeys(NAMES, junk) for junk in JUNK)]


def address(path: str, ids: dict[str, str]) -> str:
    kind = path.split("/")[2]
    named = path.replace("<refund>", ids["refunds"]).replace("<token>", ids["tokens"])
    return named.replace("<id>", ids.get(kind, "x"))


@pytest.mark.parametrize("table", [API, SWITCHES], ids=["api", "switches"])
def test_nothing_breaks_it(desk: Desk, table: list[Any]) -> None:
    ids, seen = ids_of(desk), set()
    for route in table:
        # Moving the clock by ten years and beginning again are tried elsewhere.
        if route.method == "GET" or route.path in ("/sandbox/clock", "/sandbox/reset"):
            continue
        for body in bodies()[:: 1 if table is API else 3]:
            path = address(route.path, ids)
            answer = desk.call(route.method, path, json=body)
            seen.add(answer.status_code)
            assert answer.status_code < 500, (route.path, body, answer.text)
            assert isinstance(answer.json(), dict)
        desk.press("api", fail="none")
    assert seen >= {200, 400}


@pytest.mark.parametrize("table", [API, SWITCHES], ids=["api", "switches"])
def test_odd_questions_are_answered_too(desk: Desk, table: list[Any]) -> None:
    ids = ids_of(desk)
    queries = ["count=x", "count=-1&skip=-1", "from=%00", "to=1e9", "a[]=%ff", "after=x", "key=%F0"]
    for route in table:
        for query in queries:
            if route.method == "GET":
                answer = desk.call("GET", f"{address(route.path, ids)}?{query}")
                assert answer.status_code in (200, 400), (route.path, query, answer.text)


@pytest.mark.parametrize("kind", ["order", "payment", "subscription", "invoice", "webhook"])
def test_unknown_ids_are_404_for_switches(desk: Desk, kind: str) -> None:
    verb = "enable" if kind == "webhook" else "pay"
    sentence = desk.refused(f"{kind}s/nonsense/{verb}", 404)
    assert sentence == f"There is no {kind} 'nonsense' in the sandbox."
    order = desk.order()
    if kind != "order":
        assert order["id"] in desk.refused(f"{kind}s/{order['id']}/{verb}", 404)


def test_unknown_switches_and_methods(desk: Desk) -> None:
    assert "no such switch" in desk.refused("orders/x/explode", 404)
    answer = desk.call("GET", "/sandbox/orders/x/pay")
    assert (answer.status_code, answer.json()["error"][:16]) == (405, "This switch does")


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"\xff", b"a=1&a[]=2", b"a[]=1&a[b]=2", b"=" * 3_000 + b"&" * 3_000]
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", ""])
def test_unreadable_bodies(desk: Desk, content: bytes, kind: str) -> None:
    url = f"{desk.url}/sandbox/strangers"
    answer = desk.session.post(url, data=content, headers={"Content-Type": kind}, timeout=5)
    assert answer.status_code in (200, 400)
    assert "Traceback" not in answer.text


def test_curl_says_form_and_means_json(desk: Desk) -> None:
    order = desk.order()
    url = f"{desk.url}/sandbox/orders/{order['id']}/pay"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = desk.session.post(url, data='{"method": "upi"}', headers=headers, timeout=5)
    assert answer.json()["payment"]["method"] == "upi"


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: 99999999\r\n", b"413"),
        (b"Content-Length: -1\r\n", b"413"),
        (b"Content-Length: many\r\n", b"413"),
        (b"Transfer-Encoding: chunked\r\n", b"411"),
    ],
)
def test_bodies_of_unknown_or_endless_length(desk: Desk, head: bytes, status: bytes) -> None:
    port = int(desk.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(b"POST /v1/orders HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n")
        assert wire.recv(100).split()[1] == status


def test_connections_are_kept_alive(desk: Desk) -> None:
    port = int(desk.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        for _ in range(3):
            wire.sendall(b"GET /sandbox/clock HTTP/1.1\r\nHost: x\r\n\r\n")
            assert wire.recv(4_096).startswith(b"HTTP/1.1 200")


def test_reset_begins_again(desk: Desk) -> None:
    desk.press("webhooks", url="http://127.0.0.1:9/", events="all")
    desk.paid_order()
    desk.press("clock", days=5)
    desk.press("reset", keep_setup=True)
    assert desk.read("books")["orders"] == []
    assert len(desk.read("webhooks")["webhooks"]) == 1
    assert desk.read("clock")["ahead_of_real_time"] == 0
    more = desk.press("keys", mode="test")["key_id"]
    desk.press("reset")
    assert desk.read("webhooks")["webhooks"] == []
    assert more not in {key["key_id"] for key in desk.read("keys")["keys"]}
    assert desk.order()["status"] == "created"


def test_the_books_can_be_read_per_account_and_mode(desk: Desk) -> None:
    desk.paid_order()
    assert len(desk.read("books?mode=test&account=acc_SandboxShop001")["payments"]) == 1
    assert desk.read("books?mode=live")["payments"] == []
    (payment,) = desk.read("books")["payments"]
    assert (payment["account"], payment["mode"]) == ("acc_SandboxShop001", "test")
    assert not any(name.startswith("_") for name in payment)
