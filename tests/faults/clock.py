"""A clock that can be wrong: an offset in a file, in seconds.

It moves what Django calls now, by which Raseed decides: leases, pauses between attempts, when a
mail or a re-attempt is due, how old a fact is. It does not move PostgreSQL's clock, Celery's (the
expiry of a message, beat's rhythm) or the monotonic one (time limits); moving those needs
libfaketime or a machine of its own.
"""

from __future__ import annotations

import contextlib
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

FILE = "clock"
LOOK_EVERY = 0.2  # seconds


def folder() -> Path:
    """Where a run tells its processes what to do."""
    return Path(os.environ["FAULTS_FOLDER"])


def install(folder: Path) -> None:
    """From now on Django's now is wrong by what the file says. Before any model is imported."""
    true_now, offset, looked = timezone.now, timedelta(), -LOOK_EVERY

    def now() -> datetime:
        nonlocal offset, looked
        if time.monotonic() - looked >= LOOK_EVERY:
            looked, offset = time.monotonic(), read(folder)
        return true_now() + offset

    timezone.now = now


def read(folder: Path) -> timedelta:
    with contextlib.suppress(OSError, ValueError):
        return timedelta(seconds=int((folder / FILE).read_text()))
    return timedelta()


def move(folder: Path, seconds: int) -> None:
    """Every process takes it up within LOOK_EVERY."""
    fresh = folder / f"{FILE}.new"
    fresh.write_text(str(seconds))
    fresh.replace(folder / FILE)
