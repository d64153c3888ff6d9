"""A question as a whole takes no longer than a person waits."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.utils import translation

from gateways import checking
from gateways.checking import NotConnected
from gateways.razorpay.client import CHECK_TIME
from gateways.razorpay.deadline import within
from gateways.razorpay.errors import KeysRefused, Unreachable
from tests.gateways.razorpay.failing import KEYS


@contextmanager
def dripping() -> Iterator[str]:
    """A server that sends a byte again and again, each before any limit of a packet is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            taken, _address = server.accept()
            with taken, suppress(OSError):
                taken.recv(65536)
                taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
                for _drop in range(100):
                    if over.wait(0.05):
                        break
                    taken.sendall(b" ")

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


def test_an_answer_that_only_drips_is_not_waited_for(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CHECK_TIME == 10, "seconds; here less, so that the test is quick"
    monkeypatch.setattr("gateways.checking.CHECK_TIME", 0.4)
    started = time.monotonic()
    with dripping() as settings.RAZORPAY_API_URL:
        with pytest.raises(NotConnected) as caught:
            checking.check(*KEYS)
        assert time.monotonic() - started < 2
    assert "could not be checked" in caught.value.summary
    assert "cannot be reached" in caught.value.mend


def test_an_answer_in_time_is_the_answer() -> None:
    assert within(5, lambda: 7) == 7


def test_a_failure_in_time_is_the_failure() -> None:
    def refuse() -> None:
        raise KeysRefused("Authentication failed")

    with pytest.raises(KeysRefused, match="Authentication failed"):
        within(5, refuse)


def test_what_takes_too_long_could_not_be_reached() -> None:
    over = threading.Event()
    with pytest.raises(Unreachable):
        within(0.05, lambda: over.wait(5))
    over.set()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_it_is_asked_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        assert within(5, translation.get_language) == language
