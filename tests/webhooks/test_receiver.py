"""The answers of the webhook URL, as the contract's table words them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from gateways import connecting
from gateways.models import Gateway, Problem, Refusal, WebhookSecret
from tests.conftest import KEY_SECRET, Razorpay, sign
from tests.samples import as_bytes, sample
from webhooks import doors, storing, work
from webhooks.models import Event

URL = "/webhooks/razorpay/{}/"


def test_a_new_event_is_accepted_and_kept_as_it_came(razorpay: Razorpay, rings: list[int]) -> None:
    body = as_bytes(sample("refund.processed"))  # with literal Devanagari
    response = razorpay.post(body, event_id="Rzp4vFq0aB7xYz")
    assert (response.status_code, response.json()) == (200, {"status": "accepted"})
    event = Event.objects.get()
    assert bytes(event.body) == body
    assert (event.type, event.status, event.event_id) == (
        "refund.processed",
        "received",
        "Rzp4vFq0aB7xYz",
    )
    assert event.account_ref == "acc_RsdTestAcc0001"
    assert rings, "the worker was not told"


def test_the_same_bytes_again_are_a_duplicate_even_under_another_event_id(
    razorpay: Razorpay, rings: list[int]
) -> None:
    body = sample("payment.captured")
    razorpay.post(body, event_id="one")
    rings.clear()
    response = razorpay.post(body, event_id="two")
    assert (response.status_code, response.json()) == (200, {"status": "duplicate"})
    assert Event.objects.count() == 1
    assert rings, "an unfinished first is woken"


def test_a_repeat_of_a_finished_event_wakes_nobody(razorpay: Razorpay, rings: list[int]) -> None:
    razorpay.tell(sample("payment.captured"))
    rings.clear()
    assert razorpay.post(sample("payment.captured")).json() == {"status": "duplicate"}
    assert rings == []


def test_the_same_event_id_with_other_signed_bytes_is_another_event(razorpay: Razorpay) -> None:
    razorpay.post(sample("payment.captured"), event_id="same")
    other = razorpay.post(sample("payment.captured", created_at=1), event_id="same")
    assert other.json() == {"status": "accepted"}
    assert Event.objects.filter(event_id="same").count() == 2


def test_an_event_outside_what_we_act_on_is_kept_and_ignored(razorpay: Razorpay) -> None:
    body = {**sample("payment.captured"), "event": "payment.downtime.started"}
    assert razorpay.post(body).json() == {"status": "ignored"}
    assert Event.objects.get().status == "ignored"
    work.work()
    event = Event.objects.get()
    assert (event.status, event.processed_at is not None) == ("ignored", True)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"hello", b'{"event": 5}', b'{"event": " "}', b"\xff"]
)
def test_signed_and_unreadable_is_kept_and_a_problem(razorpay: Razorpay, body: bytes) -> None:
    response = razorpay.post(body)
    assert (response.status_code, response.json()) == (200, {"status": "unreadable"})
    work.work()
    event = Event.objects.get()
    assert (event.status, bytes(event.body)) == ("unreadable", body)
    assert Problem.objects.standing().get().kind == "unreadable_event"


@pytest.mark.parametrize("given", ["", "   "])
def test_without_a_signature_nothing_is_kept_but_a_count(razorpay: Razorpay, given: str) -> None:
    response = razorpay.post(sample("payment.captured"), **{"X-Razorpay-Signature": given})
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "signature_missing"
    assert Event.objects.count() == 0
    refusal = Refusal.objects.get()
    assert (refusal.reason, refusal.count) == ("signature_missing", 1)


def wrong_signatures(body: bytes, secret: str) -> list[str]:
    right = sign(body, secret)
    return [
        sign(body, secret + "x"),
        sign(body + b" ", secret),
        sign(body, ""),
        right.upper(),
        right[:-1],
        right + "0",
        f"sha256={right}",
        "0x" + right,
        "ключ-подпись",
        "रसीद",
        "\x80\xff",
        "0" * 64,
        "x" * 60_000,
    ]


def test_no_wrong_signature_is_let_in(razorpay: Razorpay, gateway: Gateway) -> None:
    body = as_bytes(sample("payment.captured"))
    forged = wrong_signatures(body, gateway.webhook_secrets.get().secret)
    for given in forged:
        response = razorpay.post(body, **{"X-Razorpay-Signature": given})
        assert response.status_code == 401, given[:80]
        assert response.json()["error"]["code"] == "signature_mismatch", given[:80]
    assert Event.objects.count() == 0
    assert Refusal.objects.get().count == len(forged)


def test_a_re_encoded_body_is_another_body(razorpay: Razorpay, gateway: Gateway) -> None:
    body = as_bytes(sample("refund.created"))
    signature = sign(body, gateway.webhook_secrets.get().secret)
    for changed in (body + b"\n", b"\xef\xbb\xbf" + body, body.replace(b":", b": ", 1)):
        response = razorpay.post(changed, **{"X-Razorpay-Signature": signature})
        assert response.status_code == 401


def test_the_seller_sees_that_the_key_secret_was_used(razorpay: Razorpay) -> None:
    body = as_bytes(sample("payment.captured"))
    response = razorpay.post(body, **{"X-Razorpay-Signature": sign(body, KEY_SECRET)})
    assert response.json()["error"]["code"] == "signature_mismatch"
    assert Refusal.objects.get().reason == "key_secret_used"


def test_another_sellers_secret_does_not_open(razorpay: Razorpay, their_gateway: Gateway) -> None:
    body = as_bytes(sample("payment.captured"))
    theirs = their_gateway.webhook_secrets.get().secret
    response = razorpay.post(body, **{"X-Razorpay-Signature": sign(body, theirs)})
    assert response.status_code == 401


def test_an_unknown_address_is_404(db: None, client: Client) -> None:
    response = client.post(URL.format("x" * 32), data=b"{}", content_type="application/json")
    assert response.status_code == 404


def test_a_disconnected_gateway_is_gone_at_once(razorpay: Razorpay, gateway: Gateway) -> None:
    assert razorpay.post(sample("payment.captured")).status_code == 200
    # As another process would do it: this one still remembers an open door.
    remembered = dict(doors.remembered)
    connecting.disconnect(gateway, None)
    doors.remembered.update(remembered)
    for headers in ({}, {"X-Razorpay-Signature": ""}, {"X-Razorpay-Signature": "0" * 64}):
        response = razorpay.post(sample("order.paid"), **headers)
        assert response.status_code == 410, headers
    assert Event.objects.count() == 1


@pytest.mark.parametrize("size", [256 * 1024 + 1, 3_000_000])
def test_a_body_over_the_limit_is_refused_before_anything_is_read(
    razorpay: Razorpay, size: int
) -> None:
    response = razorpay.post(b"x" * size)
    assert response.status_code == 413
    assert Event.objects.count() == 0


def test_a_body_at_the_limit_is_kept(razorpay: Razorpay) -> None:
    assert razorpay.post(b"x" * 256 * 1024).json() == {"status": "unreadable"}


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options", "trace"])
def test_only_post_is_allowed(client: Client, gateway: Gateway, method: str) -> None:
    response = getattr(client, method)(URL.format(gateway.token))
    assert (response.status_code, response["Allow"]) == (405, "POST")


def test_a_pasted_address_without_its_last_slash_is_answered_without_redirect(
    client: Client, gateway: Gateway
) -> None:
    body = as_bytes(sample("payment.captured"))
    signature = sign(body, gateway.webhook_secrets.get().secret)
    response = client.post(
        URL.format(gateway.token).rstrip("/"),
        data=body,
        content_type="application/json",
        headers={"X-Razorpay-Signature": signature},
    )
    assert response.json() == {"status": "accepted"}


def test_the_address_is_short_and_does_not_redirect_to_https(
    settings: Any, razorpay: Razorpay, gateway: Gateway
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert len(gateway.webhook_url) < 255
    assert razorpay.post(sample("payment.captured")).status_code == 200


def test_what_cannot_be_stored_is_503_and_sent_again(
    razorpay: Razorpay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object) -> int:
        raise OperationalError("the database is down")

    razorpay.post(sample("payment.captured"))
    monkeypatch.setattr(storing, "store", down)
    response = razorpay.post(sample("order.paid"))
    assert (response.status_code, response["Retry-After"]) == (503, "30")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": ""},
        {"Content-Encoding": "gzip"},
        {"x-razorpay-event-id": "\x80" * 70},
        {"x-razorpay-event-id": ""},
    ],
)
def test_the_raw_bytes_count_whatever_the_headers_say(
    razorpay: Razorpay, headers: dict[str, str]
) -> None:
    assert razorpay.post(sample("payment.captured"), **headers).json() == {"status": "accepted"}


def test_modes_do_not_mix(razorpay: Razorpay, gateway: Gateway, order: Any) -> None:
    """The same ids posted to the other gateway of the same account touch nothing here."""
    live = Gateway.objects.create(
        account=gateway.account, mode="live", key_id="rzp_live_x", key_secret=KEY_SECRET
    )
    WebhookSecret.objects.create(gateway=live)
    Razorpay(live).tell(sample("payment.captured"))
    order.refresh_from_db()
    assert order.status == "created"
    assert Event.objects.get().status == "unmatched"
