"""/v1/webhooks as Razorpay's own plugins use it."""

from typing import Any

import pytest

from tests.sandbox.desk import LIVE_KEYS, Desk

URL = "http://127.0.0.1:8000/webhooks/razorpay/abc/"
NEW = {"url": URL, "secret": "s", "active": True, "events": {"payment.captured": True}}


def ticked(webhook: dict[str, Any]) -> list[str]:
    return [name for name, on in webhook["events"].items() if on]


def test_a_map_or_a_list_of_events(desk: Desk) -> None:
    by_map = desk.client.webhook.create(NEW | {"events": {"order.paid": True, "refund.created": 0}})
    by_list = desk.client.webhook.create(NEW | {"events": ["order.paid", "refund.created"]})
    assert ticked(by_map) == ["order.paid"]
    assert ticked(by_list) == ["order.paid", "refund.created"]
    assert (by_map["url"], by_map["active"], by_map["secret_exists"]) == (URL, True, True)
    assert "secret" not in by_map


def test_form_encoded_as_the_plugins_send_it(desk: Desk) -> None:
    form = {
        "url": URL,
        "secret": "s",
        "active": "true",
        "events[payment.authorized]": "true",
        "events[order.paid]": "1",
    }
    made = desk.call("POST", "/v1/webhooks/", data=form).json()
    assert made["events"]["payment.authorized"] is True
    assert sum(made["events"].values()) == 2
    form = {"url": URL, "active": "0", "events[refund.processed]": "1"}
    edited = desk.call("PUT", f"/v1/webhooks/{made['id']}", data=form).json()
    assert ticked(edited) == ["refund.processed"]
    assert edited["active"] is False


def test_the_list_does_not_lag(desk: Desk) -> None:
    first = desk.client.webhook.create(NEW)
    second = desk.client.webhook.create(NEW | {"url": f"{URL}2"})
    found = desk.client.webhook.all()
    assert [hook["id"] for hook in found["items"]] == [second["id"], first["id"]]
    assert desk.client.webhook.all({"count": 1, "skip": 1})["items"][0]["id"] == first["id"]
    assert desk.client_with(LIVE_KEYS).webhook.all()["count"] == 0


def test_editing_leaves_what_is_not_named(desk: Desk) -> None:
    made = desk.client.webhook.create(NEW)
    edited = desk.client.webhook.edit(made["id"], None, {"secret": "another"})
    assert (edited["url"], edited["events"]) == (URL, made["events"])
    assert desk.client.webhook.fetch(made["id"], None) == edited
    error = desk.error("GET", f"/v1/webhooks/{made['id']}", auth=LIVE_KEYS)
    assert "does not exist" in error["description"]


def test_patch_and_delete_are_not_found(desk: Desk) -> None:
    made = desk.client.webhook.create(NEW)
    for method in ("PATCH", "DELETE"):
        assert "not found" in desk.error(method, f"/v1/webhooks/{made['id']}", 404)["description"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"url": ""}, "url field is required"),
        ({"url": "ftp://example.com"}, "url format is invalid"),
        ({"url": "http://"}, "url format is invalid"),
        ({"url": "http://[x"}, "url format is invalid"),
        ({"url": "http://127.0.0.1:99999/"}, "url format is invalid"),
        ({"url": "https://hook.razorpay.com/"}, "Razorpay's own"),
        ({"url": URL + "x" * 255}, "255"),
        ({"events": {"payment.exploded": True}}, "Invalid event name/names: payment.exploded"),
        ({"events": None}, "events field is required"),
        ({"events": 5}, "events field is required"),
        ({"active": "perhaps"}, "true or false"),
    ],
)
def test_unfit_webhooks_are_refused(desk: Desk, change: dict[str, Any], text: str) -> None:
    assert text in desk.error("POST", "/v1/webhooks", json=NEW | change)["description"]


def test_no_more_than_thirty(desk: Desk) -> None:
    for n in range(30):
        desk.client.webhook.create(NEW | {"url": f"{URL}{n}"})
    assert "At most 30" in desk.error("POST", "/v1/webhooks", json=NEW)["description"]
