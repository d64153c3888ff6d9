from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from django.test import Client

from gateways import connecting
from gateways.models import Gateway, WebhookSecret
from gateways.razorpay import events
from orders.models import Order
from subscriptions.models import Subscription
from tests.commands.terminal import refused, run
from tests.conftest import sign
from tests.samples import sample
from webhooks import work
from webhooks.models import Event

ACCEPTED = '200 {"status": "accepted"}\n'
ALONE = "order_RsdOrder000001"
REPEATING = "sub_RsdSubscr00001"


class Wire:
    """What was posted; each request is answered by the receiver itself."""

    def __init__(self) -> None:
        self.requests: list[requests.PreparedRequest] = []

    def carry(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        self.requests.append(request)
        headers = {name: str(value) for name, value in request.headers.items()}
        answer = Client().post(
            request.path_url, request.body, headers.pop("Content-Type"), headers=headers
        )
        return answer.status_code, {}, answer.content


@pytest.fixture
def wire(gateway: Gateway) -> Iterator[Wire]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        wire = Wire()
        mocked.add_callback(responses.POST, gateway.webhook_url, wire.carry)
        yield wire


def about(event: str) -> list[str]:
    """The ids that let a specimen be matched."""
    repeats = event.startswith(("subscription.", "invoice."))
    return ["--subscription", REPEATING] if repeats else ["--order", ALONE]


@pytest.mark.parametrize("event", events.EVENTS)
def test_each_specimen_is_signed_accepted_and_applied(
    event: str, wire: Wire, gateway: Gateway, order: Order, subscription: Subscription
) -> None:
    assert run("simulate_webhook", gateway.uid, event, *about(event)) == ACCEPTED
    work.work()
    stored = Event.objects.get()
    assert (stored.type, stored.status) == (event, Event.Status.PROCESSED), stored.outcome


@pytest.mark.parametrize("event", [*events.GROUPS["payment"], *events.GROUPS["subscription"]])
def test_a_specimen_is_in_the_state_that_its_event_tells_of(event: str, gateway: Gateway) -> None:
    made = json.loads(run("simulate_webhook", gateway.uid, event, "--print"))
    published = sample(event)
    kind = event.partition(".")[0]
    state, theirs = (body["payload"][kind]["entity"]["status"] for body in (made, published))
    assert state == theirs


def test_the_signature_is_razorpays_over_the_bytes_that_were_sent(
    wire: Wire, gateway: Gateway
) -> None:
    run("simulate_webhook", gateway.uid, "order.paid")
    (request,) = wire.requests
    assert isinstance(request.body, bytes)
    secret = WebhookSecret.objects.get().secret
    assert request.headers["X-Razorpay-Signature"] == sign(request.body, secret)
    assert request.headers["x-razorpay-event-id"] == Event.objects.get().event_id


def test_the_gateway_may_be_named_by_its_key(wire: Wire, gateway: Gateway) -> None:
    assert run("simulate_webhook", gateway.key_id, "order.paid") == ACCEPTED


def test_the_same_bytes_twice_are_a_duplicate(wire: Wire, gateway: Gateway) -> None:
    said = run("simulate_webhook", gateway.uid, "order.paid", "--times", "2")
    assert said == ACCEPTED + '200 {"status": "duplicate"}\n'
    assert wire.requests[0].body == wire.requests[1].body


def test_two_specimens_are_two_events(wire: Wire, gateway: Gateway) -> None:
    for _turn in range(2):
        assert run("simulate_webhook", gateway.uid, "payment.captured") == ACCEPTED


def test_fields_are_changed_with_set(wire: Wire, gateway: Gateway) -> None:
    changes = ["--set", 'payment.method="card"', "--set", "payment.vpa=text", "--set", "order.x=1"]
    options = ["--amount", "0", "--payment", "pay_Mine", *changes]
    run("simulate_webhook", gateway.uid, "payment.captured", *options)
    payload = json.loads(wire.requests[0].body or b"")["payload"]
    payment = payload["payment"]["entity"]
    assert (payment["id"], payment["amount"]) == ("pay_Mine", 0)
    assert (payment["method"], payment["vpa"]) == ("card", "text")
    assert payload["order"]["entity"] == {"x": 1}


def test_a_file_goes_as_it_is(wire: Wire, gateway: Gateway, tmp_path: Path) -> None:
    file = tmp_path / "body"
    file.write_bytes(b" {not json")
    assert "unreadable" in run("simulate_webhook", gateway.uid, "--file", str(file))
    assert wire.requests[0].body == b" {not json"


def test_print_sends_nothing(wire: Wire, gateway: Gateway) -> None:
    said = run("simulate_webhook", gateway.uid, "order.paid", "--print")
    assert json.loads(said)["event"] == "order.paid"
    assert not wire.requests


def test_neither_the_secret_nor_the_signature_is_printed(wire: Wire, gateway: Gateway) -> None:
    said = run("simulate_webhook", gateway.uid, "order.paid")
    said += run("simulate_webhook", gateway.uid, "order.paid", "--print")
    assert WebhookSecret.objects.get().secret not in said
    assert wire.requests[0].headers["X-Razorpay-Signature"] not in said


def test_another_answer_than_200_is_a_failure(wire: Wire, gateway: Gateway) -> None:
    connecting.disconnect(gateway, user=None)
    said = refused("simulate_webhook", gateway.uid, "order.paid")
    assert said.startswith(f"{gateway.webhook_url} answered 410")


def test_a_proxys_whole_page_is_cut(gateway: Gateway) -> None:
    with responses.RequestsMock() as mocked:
        mocked.add(responses.POST, gateway.webhook_url, body="x" * 9000, status=502)
        said = refused("simulate_webhook", gateway.uid, "order.paid")
    assert "answered 502 xxx" in said
    assert len(said) < 700


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (requests.ConnectionError("Max retries exceeded"), "cannot be reached. Does Raseed run"),
        (requests.ReadTimeout("read timed out"), "did not answer within 10 seconds."),
    ],
)
def test_no_answer_is_a_sentence(gateway: Gateway, failure: Exception, words: str) -> None:
    with responses.RequestsMock() as mocked:
        mocked.add(responses.POST, gateway.webhook_url, body=failure)
        said = refused("simulate_webhook", gateway.uid, "order.paid")
    assert words in said
    assert str(failure) not in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Which event? One of: payment.authorized, "),
        (["payment.caught"], "There is no specimen of “payment.caught”. One of: "),
        (["order.paid", "--set", "payment=1"], "“payment=1” is not ENTITY.FIELD=JSON."),
        (["order.paid", "--set", ".x=1"], "“.x=1” is not ENTITY.FIELD=JSON."),
        (["order.paid", "--times", "0"], "0 times is never"),
        (["--file", "/nowhere/at-all"], "No such file"),
        (["order.paid", "--url", "nonsense"], "nonsense cannot be posted to"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    wire: Wire, gateway: Gateway, options: list[str], words: str
) -> None:
    assert words in refused("simulate_webhook", gateway.uid, *options)
    assert not wire.requests


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["gw_nobody", "rzp_test_nobody"])
def test_a_gateway_that_is_not_there(name: str) -> None:
    assert refused("simulate_webhook", name, "order.paid") == f"There is no gateway “{name}”."


def test_a_gateway_without_a_living_secret(gateway: Gateway) -> None:
    WebhookSecret.objects.all().delete()
    said = refused("simulate_webhook", gateway.uid, "order.paid")
    assert said == "This gateway has no webhook secret that works."


def test_a_key_that_was_connected_again_means_the_connected_gateway(
    wire: Wire, gateway: Gateway, their_gateway: Gateway
) -> None:
    Gateway.objects.filter(pk=their_gateway.pk).update(key_id=gateway.key_id)
    their_gateway.refresh_from_db()
    connecting.disconnect(their_gateway, user=None)
    assert run("simulate_webhook", gateway.key_id, "order.paid") == ACCEPTED


def test_an_event_for_nothing_here_is_kept_as_such(wire: Wire, gateway: Gateway) -> None:
    run("simulate_webhook", gateway.uid, "payment.captured")
    work.work()
    assert Event.objects.get().status in {Event.Status.UNMATCHED, Event.Status.FOREIGN}


def ids(body: Any) -> set[str]:
    return {entity["entity"]["id"] for entity in body["payload"].values()}


def test_no_two_specimens_share_an_id(gateway: Gateway) -> None:
    made = [run("simulate_webhook", gateway.uid, "order.paid", "--print") for _turn in range(2)]
    first, second = map(json.loads, made)
    assert not ids(first) & ids(second)
