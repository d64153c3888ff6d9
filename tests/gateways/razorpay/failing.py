"""The ways in which a call to Razorpay can fail, for the tests of what is made of them."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
import urllib3
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from gateways.razorpay import errors
from gateways.razorpay.client import LIMITS, Razorpay
from gateways.razorpay.errors import (
    KeysRefused,
    OutcomeUnknown,
    Refused,
    TooManyRequests,
    Unreachable,
)

SECRET = "canary-key-secret-7f3a"
KEYS = ("rzp_test_RsdKey00000001", SECRET)
API = "https://api.example.test"
ORDERS = f"{API}/v1/orders"
AUTHORISATION = base64.b64encode(":".join(KEYS).encode()).decode()
Call = Callable[[Razorpay], Any]


def ask(razorpay: Razorpay) -> Any:
    return razorpay.newest_order()


def order(razorpay: Razorpay) -> Any:
    return razorpay.create_order(amount=49900, currency="INR", receipt="ord_1", notes={})


CALLS: dict[str, Call] = {"GET": ask, "POST": order}


def failure(call: Call, limits: tuple[float, float] = LIMITS) -> errors.RazorpayError:
    with pytest.raises(errors.RazorpayError) as caught:
        call(Razorpay(*KEYS, limits))
    return caught.value


HTML = "<html><body>502 Bad Gateway</body></html>"
BAD_AMOUNT = {
    "error": {
        "code": "BAD_REQUEST_ERROR",
        "description": "Order amount less than minimum amount allowed",
        "field": "amount",
        "reason": "input_validation_failed",
        "source": "business",
    }
}
TROUBLE = {"error": {"code": "SERVER_ERROR", "description": "We are facing some trouble."}}
WRONG_KEYS = {"error": {"code": "BAD_REQUEST_ERROR", "description": "Authentication failed"}}
NO_ROUTE = {"message": "no Route matched with those values"}
SLOW_DOWN = {"error": {"code": "BAD_REQUEST_ERROR", "description": "Too many requests"}}

# name: (answer, what a question makes of it, what an order makes of it)
ANSWERS: dict[str, tuple[dict[str, Any], type[Exception], type[Exception]]] = {
    "400": ({"status": 400, "json": BAD_AMOUNT}, Refused, Refused),
    "400 without an error object": ({"status": 400, "json": {"error": "x"}}, Refused, Refused),
    "401": ({"status": 401, "json": WRONG_KEYS}, KeysRefused, KeysRefused),
    "401 in HTML": ({"status": 401, "body": HTML}, KeysRefused, KeysRefused),
    "403": ({"status": 403, "json": WRONG_KEYS}, Refused, Refused),
    "403 in HTML": ({"status": 403, "body": HTML}, Unreachable, OutcomeUnknown),
    "404 of the gateway": ({"status": 404, "json": NO_ROUTE}, Refused, Refused),
    "429": ({"status": 429, "json": SLOW_DOWN}, TooManyRequests, TooManyRequests),
    "429 in HTML": ({"status": 429, "body": HTML}, TooManyRequests, TooManyRequests),
    "500": ({"status": 500, "json": TROUBLE}, Unreachable, OutcomeUnknown),
    "502 in HTML": ({"status": 502, "body": HTML}, Unreachable, OutcomeUnknown),
    "503, empty": ({"status": 503, "body": ""}, Unreachable, OutcomeUnknown),
    "504": ({"status": 504, "json": TROUBLE}, Unreachable, OutcomeUnknown),
    "200, half of it": ({"status": 200, "body": '{"id":"order_'}, Unreachable, OutcomeUnknown),
    "200, empty": ({"status": 200, "body": ""}, Unreachable, OutcomeUnknown),
    "200 in HTML": ({"status": 200, "body": HTML}, Unreachable, OutcomeUnknown),
    "200, a list": ({"status": 200, "json": ["order_1"]}, Unreachable, OutcomeUnknown),
    "200, null": ({"status": 200, "json": None}, Unreachable, OutcomeUnknown),
    "200, not UTF-8": ({"status": 200, "body": b"\xff\xfe\xff"}, Unreachable, OutcomeUnknown),
}  # fmt: skip


def refused_by_the_port() -> requests.ConnectionError:
    pool = urllib3.HTTPConnectionPool("api.example.test")
    connection = urllib3.connection.HTTPConnection("api.example.test")
    reason = NewConnectionError(connection, "Connection refused")
    return requests.ConnectionError(MaxRetryError(pool, "/v1/orders", reason))


# name: (what requests raises, what a question makes of it, what an order makes of it)
BREAKS: dict[str, tuple[Exception, type[Exception], type[Exception]]] = {
    "no connection in time": (requests.ConnectTimeout(), Unreachable, Unreachable),
    "connection refused": (refused_by_the_port(), Unreachable, Unreachable),
    "a certificate that is wrong": (requests.exceptions.SSLError(), Unreachable, Unreachable),
    "no answer in time": (requests.ReadTimeout(), Unreachable, OutcomeUnknown),
    "reset": (
        requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError())),
        Unreachable,
        OutcomeUnknown,
    ),
    "cut off": (requests.exceptions.ChunkedEncodingError(), Unreachable, OutcomeUnknown),
    "garbled": (requests.exceptions.ContentDecodingError(), Unreachable, OutcomeUnknown),
    "nothing known": (requests.ConnectionError(), Unreachable, OutcomeUnknown),
}


@contextmanager
def listener(reply: bytes | None) -> Iterator[str]:
    """A server that takes a request and says `reply`, or nothing, and hangs up at the end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            taken, _address = server.accept()
            with taken:
                taken.recv(65536)
                if reply is None:
                    over.wait(5)
                else:
                    taken.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()
