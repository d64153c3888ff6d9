"""Kombu's file broker, made safe for several processes.

Kombu writes a message into the very file that a worker may be reading; a worker that reads half of
one dies of it (a JSONDecodeError in its consumer). Here a message appears whole or not at all.
"""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

ALIAS = "filesystem"


class Channel(filesystem.Channel):
    """Writes beside the queue and renames into it."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        # Workers look for names with one dot before the queue's, so they do not see this one.
        partial = folder / f".{name}"
        partial.write_text(dumps(payload))
        os.replace(partial, folder / name)


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """Make `filesystem://` mean this transport."""
    TRANSPORT_ALIASES[ALIAS] = f"{__name__}:Transport"
