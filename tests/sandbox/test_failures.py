"""The API failing on request: each failure as its caller sees it."""

import time

import pytest
import razorpay
import requests

from tests.sandbox.desk import Desk, Doc

WANTED = {"amount": 50_000, "currency": "INR"}


def orders_made(desk: Desk) -> int:
    return len(desk.read("books")["orders"])


def test_429_and_401_are_razorpays_own_errors(desk: Desk) -> None:
    desk.press("api", fail="429")
    answer = desk.call("POST", "/v1/orders", json=WANTED)
    assert answer.status_code == 429
    assert answer.json()["error"]["description"] == "Too many requests"
    desk.press("api", fail="401")
    with pytest.raises(razorpay.errors.BadRequestError, match="Authentication failed"):
        desk.client.order.all()
    desk.press("api", fail="none")
    assert desk.client.order.all()["count"] == 0
    assert orders_made(desk) == 0


def test_502_is_a_page_and_500_an_error_object(desk: Desk) -> None:
    desk.press("api", fail="502")
    answer = desk.call("GET", "/v1/orders")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "<html>" in answer.text
    desk.press("api", fail="500")
    with pytest.raises(razorpay.errors.ServerError):
        desk.client.order.all()


def test_a_lost_answer_was_done(desk: Desk) -> None:
    desk.press("api", fail="lost", count=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        desk.client.order.create(WANTED | {"receipt": "r-9", "unique_receipt": True})
    assert orders_made(desk) == 1
    again = desk.client.order.create(WANTED | {"receipt": "r-9", "unique_receipt": True})
    assert orders_made(desk) == 1
    assert again["receipt"] == "r-9"


def test_a_timeout_was_not_done(desk: Desk) -> None:
    desk.press("api", fail="timeout")
    begun = time.monotonic()
    with pytest.raises(requests.exceptions.ReadTimeout):
        desk.client.order.create(WANTED, timeout=0.3)
    assert 0.25 < time.monotonic() - begun < 2
    assert orders_made(desk) == 0


def test_junk_is_half_an_answer(desk: Desk) -> None:
    desk.press("api", fail="junk")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        desk.client.order.create(WANTED)
    assert orders_made(desk) == 1


def test_so_many_calls_and_no_more(desk: Desk) -> None:
    desk.press("api", fail="429", count=2)
    seen = [desk.call("GET", "/v1/orders").status_code for _ in range(4)]
    assert seen == [429, 429, 200, 200]
    assert desk.read("api")["api"]["fail"] == "none"


def test_only_paths_that_begin_so(desk: Desk) -> None:
    desk.press("api", fail="429", paths="/v1/payments")
    assert desk.call("GET", "/v1/orders").status_code == 200
    assert desk.call("GET", "/v1/payments").status_code == 429


def test_a_share_is_drawn_and_a_seed_repeats_it(desk: Desk) -> None:
    def draw() -> list[int]:
        desk.press("api", fail="429", share=0.3, seed=7)
        return [desk.call("GET", "/v1/orders").status_code for _ in range(40)]

    first = draw()
    assert 3 <= first.count(429) <= 25
    assert draw() == first


def test_switches_and_the_page_never_fail_with_it(desk: Desk) -> None:
    desk.press("api", fail="502")
    assert desk.session.get(f"{desk.url}/").status_code == 200


@pytest.mark.parametrize(
    "body", [{"fail": "503"}, {"fail": "429", "share": 1.5}, {"fail": "429", "count": 0}, {"x": 1}]
)
def test_unreadable_wishes_for_failure(desk: Desk, body: Doc) -> None:
    assert desk.refused("api", **body)
    assert desk.read("api")["api"]["fail"] == "none"
