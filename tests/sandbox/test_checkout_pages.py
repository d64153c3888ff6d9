"""What the checkout shows, to whom, and what it refuses with a sentence."""

from typing import Any

import pytest

from tests.sandbox.counter import KEY, PARENT, Counter
from tests.sandbox.desk import LIVE_KEYS, Desk

EVIL = "<script>alert('1')</script>\"&'"
TITLE = "<title>Sandbox checkout - no real money</title>"


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)


def test_the_script_and_its_files(desk: Desk) -> None:
    for path, kind in [("checkout.js", "text/javascript"), ("checkout/page.css", "text/css")]:
        answer = desk.session.get(f"{desk.url}/v1/{path}", timeout=5)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
    # A strict policy forbids these in the shop's page.
    script = desk.session.get(f"{desk.url}/v1/checkout.js", timeout=5).text
    assert not any(word in script for word in ("eval(", "innerHTML", ".cssText", "new Function"))


def test_failing_api_calls_do_not_reach_the_buyer(counter: Counter) -> None:
    order = counter.desk.order()
    counter.desk.press("api", fail="500")
    assert counter.desk.session.get(f"{counter.desk.url}/v1/checkout.js", timeout=5).ok
    assert "Pay ₹500.00" in counter.frame(order_id=order["id"]).text


def test_the_frame_says_what_is_paid_by_whom(counter: Counter) -> None:
    order = counter.desk.order(amount=12_34_567_00)
    page = counter.frame(
        order_id=order["id"],
        name="Dastakari Store",
        description="Natural Dyeing",
        amount=12_34_567_00,
        currency="INR",
        prefill={"name": "Ananya", "email": "a@example.com", "contact": "+91984", "method": "card"},
    )
    assert TITLE in page.text
    for shown in ("Dastakari Store", "Natural Dyeing", "₹12,34,567.00", "Ananya", "Test mode"):
        assert shown in page.text
    assert page.fields["prefill[email]"] == "a@example.com"
    assert page.fields["prefill[contact]"] == "+91984"
    assert page.fields["prefill[method]"] == "card"
    assert page.deeds == ["pay", "late", "fail"]


def test_only_the_page_around_it_may_show_the_frame(counter: Counter) -> None:
    order = counter.desk.order()
    policy = counter.frame(order_id=order["id"]).policy
    assert f"frame-ancestors {PARENT};" in policy
    assert "default-src 'none'" in policy
    assert "'unsafe" not in policy
    embedded = counter.embedded(order_id=order["id"])
    assert "frame-ancestors 'none'" in embedded.policy
    assert "script-src" not in embedded.policy
    assert "script" not in embedded.tags


@pytest.mark.parametrize(
    "parent",
    ["", "null", "https://a.example; script-src *", "javascript:alert(1)", "https://a.example/x"],
)
def test_a_parent_is_an_origin(counter: Counter, parent: str) -> None:
    page = counter.frame(400, order_id=counter.desk.order()["id"], parent=parent)
    assert "frame-ancestors 'none'" in page.policy
    assert "script-src" not in page.policy


def test_everything_is_escaped(counter: Counter) -> None:
    order = counter.desk.order(receipt=EVIL[:40])
    fields: dict[str, Any] = {
        "name": EVIL,
        "description": EVIL,
        "notes": {EVIL: EVIL},
        "theme": {"color": EVIL},
    }
    prefill = {"name": EVIL, "email": EVIL, "contact": EVIL[:15], "method": EVIL}
    page = counter.embedded(order_id=order["id"], prefill=prefill, **fields)
    assert "<script>" not in page.text
    assert page.fields["name"] == EVIL
    assert "<script>" not in counter.link(order["id"]).text
    assert "<script>" not in counter.frame(400, order_id=EVIL[:40]).text
    assert "<script>" not in counter.frame(401, key_id=EVIL[:40], order_id="x").text


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"key_id": ""}, 400, "needs a key"),
        ({"key_id": "rzp_test_nobody00000001"}, 401, "has no key rzp_test_nobody00000001"),
        ({"key_id": LIVE_KEYS[0]}, 400, "belongs to another account or mode"),
        ({"order_id": "order_00000000000000"}, 400, "it does not exist"),
        ({"order_id": ""}, 400, "needs an order_id, or else a subscription_id"),
        ({"subscription_id": "sub_00000000000000"}, 400, "needs an order_id, or else"),
        ({"amount": 40_000}, 400, "asks for ₹400.00, and the order is for ₹500.00"),
        ({"amount": "lots"}, 400, "must be an integer"),
        ({"currency": "USD"}, 400, "asks for USD"),
        ({"name": "x" * 256}, 400, "may not be greater than 255"),
        ({"prefill": "x"}, 400, "must be an object"),
    ],
)
def test_what_is_refused_is_refused_in_a_sentence(
    counter: Counter, fields: dict[str, Any], status: int, said: str
) -> None:
    wanted: dict[str, Any] = {"order_id": counter.desk.order()["id"]} | fields
    page = counter.frame(status, **wanted)
    assert said in page.text
    assert TITLE in page.text
    assert page.deeds == []
    # The shop's page may show that sentence.
    assert f"frame-ancestors {PARENT}" in page.policy


def test_a_payment_is_no_order_and_a_revoked_key_no_key(counter: Counter) -> None:
    order, payment = counter.desk.paid_order()
    assert "has no order" in counter.frame(400, order_id=payment["id"]).text
    counter.desk.press(f"keys/{KEY}/revoke")
    assert "was revoked" in counter.frame(401, order_id=order["id"]).text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://",
        "https://a b",
        "ftp://a",
    ],
)
@pytest.mark.parametrize("name", ["callback_url", "cancel_url"])
def test_only_web_addresses_are_ways_back(counter: Counter, name: str, address: str) -> None:
    page = counter.embedded(400, order_id=counter.desk.order()["id"], **{name: address})
    assert f"The {name} must begin with http:// or https://" in page.text
    assert page.links == ["/"]


def test_pages_are_opened_in_one_way_only(counter: Counter) -> None:
    url = counter.desk.url
    for method, path in [
        ("POST", "/v1/checkout/frame"),
        ("GET", "/v1/checkout/embedded"),
        ("GET", "/v1/checkout/pay"),
        ("POST", "/l/x"),
    ]:
        answer = counter.desk.session.request(method, f"{url}{path}", timeout=5)
        assert (answer.status_code, TITLE in answer.text) == (405, True)


def test_another_site_cannot_press_the_buttons(counter: Counter) -> None:
    page = counter.embedded(order_id=counter.desk.order()["id"])
    fields, evil = page.fields | {"deed": "pay"}, "https://evil.example"
    said = counter.post("/v1/checkout/pay", fields, status=403, origin=evil)
    assert "on another site" in said.text
    assert counter.events() == []


def test_the_first_page_leads_to_the_checkout(desk: Desk) -> None:
    waiting, (paid, _), subscription = desk.order(), desk.paid_order(), desk.subscription()
    text = desk.call("GET", "/").text
    assert f'href="/l/{waiting["id"]}" class="page">open checkout' in text
    assert f'href="/l/{subscription["id"]}" class="page">open hosted page' in text
    assert f"/l/{paid['id']}" not in text
