"""Razorpay's API without a network: our client's session hands its request to the sandbox.

What a network does to answers is done here: lost after the call was done, never sent, half of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import BaseAdapter

from gateways.razorpay.session import Session
from sandbox.answers import Answer
from sandbox.api import door, failures
from sandbox.sent import Request
from sandbox.world import World

# How a call fails: nothing is sent, or what the sandbox calls it.
UNREACHABLE = "unreachable"
FINE = "none"

Draw = Callable[[Request], str]


class Wire(BaseAdapter):
    """The only adapter of every session while a simulation runs."""

    def __init__(self, world: World, draw: Draw) -> None:
        super().__init__()
        self.world = world
        self.draw = draw
        self.calls = 0
        self.noted: Callable[[Request, Answer, bool], None] = lambda asked, said, heard: None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.calls += 1
        asked = as_sandbox_reads_it(request)
        kind = self.draw(asked)
        if kind == UNREACHABLE:
            raise requests.ConnectTimeout("Nobody answers.")
        answer = failures.before(kind) or self.done(asked, kind)
        if answer.manner == "keep silent":
            raise requests.ReadTimeout("No answer.")
        if answer.manner == "hang up":
            raise requests.ConnectionError("Connection aborted.")
        return as_requests_has_it(answer, request)

    def done(self, asked: Request, kind: str) -> Answer:
        """The call is done; what its caller gets to see of the answer is another matter."""
        said = door.answer(self.world, asked)
        self.noted(asked, said, kind == FINE)
        return failures.after(kind, said)

    def close(self) -> None: ...


def as_sandbox_reads_it(request: requests.PreparedRequest) -> Request:
    parts = urlsplit(request.url or "")
    headers: Message[str, str] = Message()
    for name, value in request.headers.items():
        headers[name] = value
    body = request.body or b""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(request.method or "GET", unquote(parts.path), query, headers, raw)


def as_requests_has_it(answer: Answer, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response._content = answer.body
    response.headers["Content-Type"] = answer.content_type
    response.url, response.request = request.url or "", request
    return response


def failures_in(told: Any) -> Iterator[tuple[str, str, str]]:
    """The payments in an answer that say why they failed: their ids, their orders', the reason."""
    if isinstance(told, list):
        for one in told:
            yield from failures_in(one)
    elif isinstance(told, dict):
        if told.get("entity") == "payment" and told.get("error_reason") and told["order_id"]:
            yield told["id"], told["order_id"], told["error_reason"]
        for value in told.values():
            yield from failures_in(value)


@contextmanager
def laid(wire: Wire) -> Iterator[None]:
    """Every session of ours speaks to this sandbox, and to nobody else."""
    with patch.object(Session, "get_adapter", lambda self, url: wire):
        yield
