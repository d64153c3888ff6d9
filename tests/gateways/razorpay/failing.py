"""The ways in which a call to Razorpay can fail, for the tests of what is made of them."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.x509.oid import NameOID
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
    "408": ({"status": 408, "json": SLOW_DOWN}, Unreachable, OutcomeUnknown),
    "409": ({"status": 409, "json": SLOW_DOWN}, Unreachable, OutcomeUnknown),
    "425": ({"status": 425, "json": SLOW_DOWN}, Unreachable, OutcomeUnknown),
    "204": ({"status": 204}, Unreachable, OutcomeUnknown),
    "200, endless depth": ({"status": 200, "body": "[" * 99_999}, Unreachable, OutcomeUnknown),
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


def given_up(reason: Exception) -> MaxRetryError:
    pool = urllib3.HTTPConnectionPool("api.example.test")
    return MaxRetryError(pool, "/v1/orders", reason)


def refused_by_the_port() -> requests.ConnectionError:
    connection = urllib3.connection.HTTPConnection("api.example.test")
    return requests.ConnectionError(given_up(NewConnectionError(connection, "Connection refused")))


def tls(reason: ssl.SSLError) -> requests.exceptions.SSLError:
    return requests.exceptions.SSLError(given_up(urllib3.exceptions.SSLError(reason)))


# name: (what requests raises, what a question makes of it, what an order makes of it)
BREAKS: dict[str, tuple[Exception, type[Exception], type[Exception]]] = {
    "no connection in time": (requests.ConnectTimeout(), Unreachable, Unreachable),
    "connection refused": (refused_by_the_port(), Unreachable, Unreachable),
    "an address that is none": (requests.exceptions.InvalidURL(), Unreachable, Unreachable),
    "a certificate that is wrong": (tls(ssl.SSLCertVerificationError()), Unreachable, Unreachable),
    "TLS that breaks": (tls(ssl.SSLError("bad record mac")), Unreachable, OutcomeUnknown),
    "TLS, nothing known": (requests.exceptions.SSLError(), Unreachable, OutcomeUnknown),
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


def own_certificate() -> tuple[bytes, bytes]:
    """A key and a certificate for 127.0.0.1 that nobody has vouched for, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, plain)
    return pem, built.public_bytes(Encoding.PEM)


@contextmanager
def stranger_with_tls(folder: Path) -> Iterator[tuple[str, list[bytes]]]:
    """A server in Razorpay's place, with a certificate of its own; and what it heard."""
    heard: list[bytes] = []
    (folder / "both.pem").write_bytes(b"".join(own_certificate()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            taken, _address = server.accept()
            with taken, suppress(OSError), context.wrap_socket(taken, server_side=True) as secured:
                heard.append(secured.recv(65536))

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}", heard
        thread.join()
