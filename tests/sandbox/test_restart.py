"""What survives a restart, and how the program starts and stops."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from sandbox.server import Sandbox
from tests.sandbox.desk import Desk
from tests.sandbox.receiver import SECRET, Receiver

ROOT = Path(__file__).parents[2]

Until = Callable[[Callable[[], object]], None]


def test_books_clock_and_pending_deliveries_survive(tmp_path: Path, receiver: Receiver) -> None:
    with Sandbox(data=str(tmp_path)) as sandbox, requests.Session() as session:
        desk = Desk(sandbox, session)
        desk.press("webhooks", url=receiver.url, secret=SECRET, events="all")
        desk.press("delivery", delay=3_600)
        desk.press("clock", days=3)
        order, payment = desk.paid_order()
        subscription = desk.active_subscription()
        now = desk.now()
    assert receiver.got == []
    with Sandbox(data=str(tmp_path)) as sandbox, requests.Session() as session:
        desk = Desk(sandbox, session)
        assert 0 <= desk.now() - now < 60
        assert desk.client.order.fetch(order["id"]) == order
        assert desk.client.payment.fetch(payment["id"]) == payment
        assert desk.client.subscription.fetch(subscription["id"]) == subscription
        desk.press("clock", hours=1)
        assert len(receiver.wait(9)) == 9


def test_what_fell_due_while_it_was_off_is_worked_off(tmp_path: Path, until: Until) -> None:
    with Sandbox(data=str(tmp_path)) as sandbox, requests.Session() as session:
        subscription = Desk(sandbox, session).active_subscription()
        sandbox.world.clock.offset += 32 * 86_400
        sandbox.world.keep_time()
    with Sandbox(data=str(tmp_path)) as sandbox, requests.Session() as session:
        desk = Desk(sandbox, session)
        until(lambda: desk.client.subscription.fetch(subscription["id"])["paid_count"] == 2)
        charged = [e for e in desk.all_events() if e["type"] == "subscription.charged"]
        assert charged[1]["created_at"] == subscription["current_end"]


def test_nothing_is_left_after_the_end() -> None:
    before = threading.active_count()
    with Sandbox() as sandbox, requests.Session() as session:
        Desk(sandbox, session).paid_order()
        begun = time.monotonic()
    assert time.monotonic() - begun < 1
    assert threading.active_count() == before


def test_a_silent_call_does_not_hold_up_the_end(until: Until) -> None:
    with Sandbox() as sandbox, requests.Session() as session:
        desk = Desk(sandbox, session)
        desk.press("api", fail="timeout", count=1)

        def call() -> None:
            with pytest.raises(requests.exceptions.ConnectionError):
                desk.call("GET", "/v1/orders")

        caller = threading.Thread(target=call)
        caller.start()
        until(lambda: desk.read("api")["api"]["fail"] == "none")
        begun = time.monotonic()
    assert time.monotonic() - begun < 1
    caller.join()


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    def start(*options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-W", "error", "-m", "sandbox", "--data", str(tmp_path)]
        return subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_says_its_address_and_stops_cleanly(
    program: Callable[..., "subprocess.Popen[str]"], number: signal.Signals
) -> None:
    with program("--port", "0") as running:
        assert running.stdout
        line = running.stdout.readline()
        assert line.startswith("The Razorpay sandbox is at http://127.0.0.1:")
        assert requests.get(line.split()[-1], timeout=5).status_code == 200
        begun = time.monotonic()
        running.send_signal(number)
        rest, complaints = running.communicate(timeout=5)
        assert time.monotonic() - begun < 1
    assert (running.returncode, rest, complaints) == (0, "", "")


def test_a_taken_port_is_said_in_one_line(
    desk: Desk, program: Callable[..., "subprocess.Popen[str]"]
) -> None:
    with program("--port", desk.url.rpartition(":")[2]) as running:
        rest, complaints = running.communicate(timeout=5)
    assert running.returncode == 1
    assert complaints.startswith("The sandbox cannot start:")
    assert "Traceback" not in complaints
