"""Every way in which a call can fail, kept apart by what it asks for."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import certifi
import pytest
import responses

from gateways.razorpay.client import LIMITS, Razorpay
from gateways.razorpay.errors import KeysRefused, OutcomeUnknown, Refused, Unreachable
from tests.gateways.razorpay.failing import (
    ANSWERS,
    AUTHORISATION,
    BAD_AMOUNT,
    BREAKS,
    CALLS,
    KEYS,
    NO_ROUTE,
    ORDERS,
    WRONG_KEYS,
    ask,
    failure,
    listener,
    order,
    stranger_with_tls,
)


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("name", ANSWERS)
def test_each_answer_is_one_kind_of_failure(
    web: responses.RequestsMock, capsys: pytest.CaptureFixture[str], method: str, name: str
) -> None:
    answer, question, deed = ANSWERS[name]
    web.add(method, ORDERS, **answer)
    error = failure(CALLS[method])
    assert type(error) is (question if method == "GET" else deed)
    assert len(web.calls) == 1, "a call is never repeated by itself"
    assert str(error)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("method", CALLS)
def test_an_error_object_is_passed_on(web: responses.RequestsMock, method: str) -> None:
    web.add(method, ORDERS, status=400, json=BAD_AMOUNT)
    error = failure(CALLS[method])
    assert isinstance(error, Refused)
    assert error.description == "Order amount less than minimum amount allowed"
    assert (error.field, error.reason) == ("amount", "input_validation_failed")
    assert error.description in str(error)
    assert "amount" in error.log
    assert "input_validation_failed" in error.log


@pytest.mark.parametrize(
    ("json", "said"),
    [
        (NO_ROUTE, "no Route matched with those values"),
        ({}, "HTTP 404"),
        ({"error": {"description": None, "field": None}}, "HTTP 404"),
        ({"error": ["x"]}, "HTTP 404"),
    ],
)
def test_a_refusal_without_an_error_object_says_what_it_can(
    web: responses.RequestsMock, json: Any, said: str
) -> None:
    web.add("GET", ORDERS, status=404, json=json)
    error = failure(ask)
    assert isinstance(error, Refused)
    assert (error.description, error.field, error.reason) == (said, "", "")


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(web: responses.RequestsMock, method: str, status: int) -> None:
    """It would carry the keys to wherever it points."""
    elsewhere = web.add(method, "https://evil.example.test/v1/orders", json={"items": []})
    web.add(method, ORDERS, status=status, headers={"Location": str(elsewhere.url)})
    error = failure(CALLS[method])
    assert type(error) is (Unreachable if method == "GET" else OutcomeUnknown)
    assert elsewhere.call_count == 0


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("name", BREAKS)
def test_each_break_of_the_line_is_one_kind_of_failure(
    web: responses.RequestsMock, capsys: pytest.CaptureFixture[str], method: str, name: str
) -> None:
    broken, question, deed = BREAKS[name]
    web.add(method, ORDERS, body=broken)
    error = failure(CALLS[method])
    assert type(error) is (question if method == "GET" else deed)
    assert error.__cause__ is broken
    assert len(web.calls) == 1
    assert capsys.readouterr() == ("", ""), "the package prints; nobody may hear it"


REAL = {
    "silence": (None, Unreachable, OutcomeUnknown),
    "a hang-up": (b"", Unreachable, OutcomeUnknown),
    "half an answer": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        Unreachable,
        OutcomeUnknown,
    ),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", Unreachable, OutcomeUnknown),
}


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("name", REAL)
def test_a_real_line_that_breaks(
    settings: Any, capsys: pytest.CaptureFixture[str], method: str, name: str
) -> None:
    reply, question, deed = REAL[name]
    with listener(reply) as settings.RAZORPAY_API_URL:
        error = failure(CALLS[method], limits=(1.0, 0.2))
    assert type(error) is (question if method == "GET" else deed)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("method", CALLS)
def test_a_closed_port_is_a_definite_failure(settings: Any, method: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.RAZORPAY_API_URL = f"http://127.0.0.1:{server.getsockname()[1]}"
    assert type(failure(CALLS[method])) is Unreachable


@pytest.mark.parametrize("method", CALLS)
def test_limits_roots_and_keys_go_with_each_call(web: responses.RequestsMock, method: str) -> None:
    web.add(method, ORDERS, json={"items": []})
    with suppress(OutcomeUnknown):  # this answer names no order
        CALLS[method](Razorpay(*KEYS, (1.5, 2.5)))
    request = web.calls[0].request
    sent: dict[str, Any] = request.req_kwargs  # type: ignore[attr-defined]
    assert sent["timeout"] == (1.5, 2.5)
    assert sent["verify"] == certifi.where(), "the package's own roots are of 2015"
    assert request.headers["Authorization"] == f"Basic {AUTHORISATION}"


def test_a_call_is_limited_unless_told_otherwise(web: responses.RequestsMock) -> None:
    web.add("GET", ORDERS, json={"items": []})
    ask(Razorpay(*KEYS))
    assert web.calls[0].request.req_kwargs["timeout"] == LIMITS == (3.0, 10.0)  # type: ignore[attr-defined]


def test_an_order_asks_for_automatic_capture_and_one_receipt(
    web: responses.RequestsMock,
) -> None:
    web.add(
        "POST",
        ORDERS,
        json={"id": "order_1"},
        match=[
            responses.matchers.json_params_matcher(
                {
                    "amount": 49900,
                    "currency": "INR",
                    "receipt": "ord_1",
                    "unique_receipt": True,
                    "notes": {},
                    "payment": {
                        "capture": "automatic",
                        "capture_options": {
                            "automatic_expiry_period": 4320,
                            "refund_speed": "normal",
                        },
                    },
                }
            )
        ],
    )
    assert order(Razorpay(*KEYS)) == {"id": "order_1"}


@pytest.mark.parametrize("secret", ["सीक्रेट", "sandbox-secret\u200b", "“quoted”"])
def test_a_secret_outside_latin_1_is_refused_in_words(
    web: responses.RequestsMock, secret: str
) -> None:
    web.add("GET", ORDERS, status=401, json=WRONG_KEYS)
    with pytest.raises(KeysRefused):
        ask(Razorpay(KEYS[0], secret))


@pytest.mark.parametrize("answer", [{}, {"id": None}, {"id": 7}, {"items": []}])
def test_what_was_made_and_is_not_named_may_have_been_made(
    web: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    web.add("POST", ORDERS, json=answer)
    assert type(failure(order)) is OutcomeUnknown


def test_the_packages_own_retry_is_off() -> None:
    assert Razorpay(*KEYS).api.retry_enabled is False


@pytest.mark.parametrize("method", CALLS)
def test_a_server_with_a_certificate_of_its_own_never_sees_the_keys(
    settings: Any, tmp_path: Path, method: str
) -> None:
    with stranger_with_tls(tmp_path) as (settings.RAZORPAY_API_URL, heard):
        error = failure(CALLS[method])
    assert type(error) is Unreachable, "nothing was sent, so nothing was done"
    assert heard == []
