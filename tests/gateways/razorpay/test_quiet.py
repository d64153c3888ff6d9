"""Neither an error nor a log nor a repr speaks of the keys."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import responses

from gateways.razorpay.client import Razorpay
from tests.gateways.razorpay.failing import (
    ANSWERS,
    AUTHORISATION,
    BREAKS,
    CALLS,
    KEYS,
    ORDERS,
    SECRET,
    ask,
    failure,
    listener,
)


def everything_said_of(error: BaseException | None) -> str:
    """The error as logs and trackers may show it, with all that led to it."""
    said = ""
    while error is not None:
        said += f"{error!r} {error} {getattr(error, 'log', '')} {vars(error)}"
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("name", [*ANSWERS, *BREAKS])
def test_no_failure_speaks_of_the_keys(
    web: responses.RequestsMock, caplog: pytest.LogCaptureFixture, method: str, name: str
) -> None:
    answer = ANSWERS[name][0] if name in ANSWERS else {"body": BREAKS[name][0]}
    web.add(method, ORDERS, **answer)
    with caplog.at_level(logging.DEBUG):
        said = everything_said_of(failure(CALLS[method])) + caplog.text
    for canary in (SECRET, AUTHORISATION):
        assert canary not in said


def test_the_wire_is_not_logged_with_the_keys(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    reply = b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"items":[]}'
    with listener(reply) as settings.RAZORPAY_API_URL, caplog.at_level(logging.DEBUG):
        assert ask(Razorpay(*KEYS)) is None
    assert "/v1/orders" in caplog.text, "urllib3 speaks at this level"
    assert SECRET not in caplog.text
    assert AUTHORISATION not in caplog.text


def test_a_client_does_not_show_its_keys() -> None:
    razorpay = Razorpay(*KEYS)
    for shown in (repr(razorpay), repr(razorpay.api), repr(razorpay.api.session)):
        assert SECRET not in shown
