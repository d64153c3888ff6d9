"""The embedded broker: messages and bindings appear whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from kombu import Connection

from config import broker

MESSAGES = 400
BINDINGS = 100


def connect(folder: Path) -> Connection:
    broker.register()
    options = {name: str(folder) for name in ("data_folder_in", "data_folder_out")}
    return Connection(
        "filesystem://", transport_options={**options, "control_folder": str(folder / "control")}
    )


def test_a_reader_never_meets_half_a_message(tmp_path: Path) -> None:
    """With kombu's own transport this dies of a JSONDecodeError within a few hundred messages."""
    (tmp_path / "control").mkdir()

    def send(words: str) -> None:
        with connect(tmp_path) as connection, connection.SimpleQueue("q") as queue:
            for number in range(MESSAGES):
                queue.put({"number": number, "words": words * 2000})

    senders = [threading.Thread(target=send, args=(words,)) for words in ("ab", "cd")]
    received: list[Any] = []
    # Bound first: what one thread has bound, kombu takes as bound for all threads of a process.
    with connect(tmp_path) as connection, connection.SimpleQueue("q") as queue:
        for sender in senders:
            sender.start()
        while len(received) < 2 * MESSAGES:
            message = queue.get(timeout=20)
            received.append(message.payload["number"])
            message.ack()
    for sender in senders:
        sender.join()
    assert sorted(received) == sorted([*range(MESSAGES)] * 2)


def test_a_publisher_never_meets_half_a_table_of_bindings(tmp_path: Path) -> None:
    """A web process publishes while a worker starts; kombu's own would show it an empty file."""
    (tmp_path / "control").mkdir()

    def bind(first: int) -> None:
        with connect(tmp_path) as connection:
            channel: Any = connection.channel()
            for number in range(first, first + BINDINGS):
                channel._queue_bind("x", "", "", f"q{number}")

    binders = [threading.Thread(target=bind, args=(first,)) for first in (0, BINDINGS)]
    for binder in binders:
        binder.start()
    with connect(tmp_path) as connection:
        channel: Any = connection.channel()
        while any(binder.is_alive() for binder in binders):
            channel.get_table("x")  # raises JSONDecodeError on half a file
        assert {row[2] for row in channel.get_table("x")} == {f"q{n}" for n in range(2 * BINDINGS)}
