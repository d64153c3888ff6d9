"""The doorbell never holds up an answer, whatever the broker does."""

from __future__ import annotations

import threading

from webhooks.doorbell import Doorbell

PATIENCE = 5.0


def test_it_rings_in_a_thread_of_its_own() -> None:
    heard = threading.Event()
    threads: list[str] = []

    def send() -> None:
        threads.append(threading.current_thread().name)
        heard.set()

    Doorbell(send).ring()
    assert heard.wait(PATIENCE)
    assert threads == ["doorbell"]


def test_many_rings_become_few_messages() -> None:
    heard = threading.Semaphore(0)
    release = threading.Event()
    sent: list[int] = []

    def send() -> None:
        sent.append(1)
        heard.release()
        release.wait(PATIENCE)

    bell = Doorbell(send)
    bell.ring()
    assert heard.acquire(timeout=PATIENCE)
    for _turn in range(500):
        bell.ring()  # while the first message is still under way
    release.set()
    assert heard.acquire(timeout=PATIENCE)
    assert len(sent) == 2


def test_a_hung_broker_does_not_hold_up_who_rings() -> None:
    release = threading.Event()

    def hang() -> None:
        release.wait(PATIENCE)

    bell = Doorbell(hang)

    def ring_often() -> None:
        for _turn in range(1000):
            bell.ring()

    ringing = threading.Thread(target=ring_often)
    ringing.start()
    ringing.join(PATIENCE / 2)
    assert not ringing.is_alive()
    release.set()


def test_a_broker_that_refuses_is_tried_again_at_the_next_ring() -> None:
    heard = threading.Semaphore(0)

    def send() -> None:
        heard.release()
        raise ConnectionError("no broker")

    bell = Doorbell(send)
    bell.ring()
    assert heard.acquire(timeout=PATIENCE)
    bell.ring()
    assert heard.acquire(timeout=PATIENCE)
