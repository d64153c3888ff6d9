"""Kombu's file broker, made safe for several processes.

Kombu writes messages, and the table of who is bound to an exchange, into the very files that
another process may be reading; whoever reads half of one dies of it (a JSONDecodeError in a
worker's consumer, or in a web process that publishes). Here a file appears whole or not at all.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

ALIAS = "filesystem"


class Channel(filesystem.Channel):
    """Writes beside what is read, and renames into it."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def get_table(self, exchange: str) -> list[Any]:
        try:
            table = loads(self._exchange_file(exchange).read_text())  # type: ignore[attr-defined]
        except FileNotFoundError:
            return []
        return [exchange_queue_t(*row) for row in table]

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]
        bound = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with locked(file.with_suffix(".lock")):
            table = self.get_table(exchange)
            if bound not in table:
                write_whole(file, dumps([bound, *table]))


class Transport(filesystem.Transport):
    Channel = Channel
    # Files have no host; without this kombu warns at every start that it guessed one.
    default_connection_params: ClassVar[dict[str, Any]] = {}


def write_whole(path: Path, text: str) -> None:
    # Workers look for names with one dot before the queue's, so they do not see this one.
    partial = path.with_name(f".{uuid4()}.{path.name}")
    partial.write_text(text)
    os.replace(partial, path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Take turns with other processes, and with other threads of this one."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def register() -> None:
    """Make `filesystem://` mean this transport."""
    TRANSPORT_ALIASES[ALIAS] = f"{__name__}:Transport"
