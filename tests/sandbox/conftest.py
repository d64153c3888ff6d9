"""A sandbox of its own for each test, with a desk before it and a receiver behind it."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from sandbox.server import Sandbox
from tests.sandbox.desk import Desk
from tests.sandbox.receiver import SECRET, Receiver


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Sandbox(data=":memory:", port=0) as sandbox, requests.Session() as session:
        yield Desk(sandbox, session)


@pytest.fixture
def make_receiver() -> Iterator[Callable[[], Receiver]]:
    made: list[tuple[Receiver, threading.Thread]] = []

    def make() -> Receiver:
        receiver = Receiver()
        thread = threading.Thread(target=receiver.serve_forever, args=(0.02,))
        thread.start()
        made.append((receiver, thread))
        return receiver

    yield make
    for receiver, thread in made:
        receiver.shutdown()
        receiver.server_close()
        thread.join()


@pytest.fixture
def receiver(make_receiver: Callable[[], Receiver]) -> Receiver:
    return make_receiver()


@pytest.fixture
def hook(desk: Desk, receiver: Receiver) -> str:
    """The id of a webhook for all events that leads to the receiver."""
    made = desk.press("webhooks", url=receiver.url, secret=SECRET, events="all")
    return str(made["webhook"]["id"])


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Ask again until it is true; fail after a while."""

    def wait(question: Callable[[], object]) -> None:
        end = time.monotonic() + 8
        while not question():
            assert time.monotonic() < end, "It did not come true."
            time.sleep(0.02)

    return wait
