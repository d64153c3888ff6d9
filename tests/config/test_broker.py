"""The embedded broker: messages appear whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from kombu import Connection

from config import broker

MESSAGES = 400


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
    for sender in senders:
        sender.start()
    received: list[Any] = []
    with connect(tmp_path) as connection, connection.SimpleQueue("q") as queue:
        while len(received) < 2 * MESSAGES:
            message = queue.get(timeout=20)
            received.append(message.payload["number"])
            message.ack()
    for sender in senders:
        sender.join()
    assert sorted(received) == sorted([*range(MESSAGES)] * 2)
