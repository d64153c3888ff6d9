"""Places at which a process kills itself with SIGKILL once, when a file says so.

Renaming the file is what decides who dies: of several processes one succeeds.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tests.faults import clock

WEB, WORKER = "die-before-the-answer", "die-at-a-write"
DEATHS = "deaths"
WRITES = ("INSERT", "UPDATE", "DELETE")


def arm(folder: Path, place: str, number: int = 1) -> None:
    """Whoever comes there for the `number`-th time dies."""
    fresh = folder / f"{place}.new"
    fresh.write_text(str(number))
    fresh.replace(folder / place)


def disarm(folder: Path, place: str) -> bool:
    """Nobody dies there any more. Whether somebody has."""
    armed = (folder / place).exists()
    (folder / place).unlink(missing_ok=True)
    return not armed


def die(file: Path) -> None:
    try:
        file.rename(file.with_name(f"{file.name}.done"))
    except FileNotFoundError:
        return  # another process was first
    with file.with_name(DEATHS).open("a") as deaths:
        deaths.write(f"{file.name}\n")
    os.kill(os.getpid(), signal.SIGKILL)


def deaths(folder: Path) -> Counter[str]:
    """How many processes died at each place."""
    file = folder / DEATHS
    return Counter(file.read_text().split() if file.exists() else ())


class BetweenCommitAndAnswer:
    """Outermost: a delivery is stored and committed, its answer is not sent yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.file: Path = clock.folder() / WEB

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        stored = response.status_code == 200 and b'"accepted"' in getattr(response, "content", b"")
        if stored and self.file.exists():
            die(self.file)
        return response


def watch_writes(folder: Path) -> None:
    """Count this process's writes from when the file appears, and die before the n-th of them."""
    file, seen = folder / WORKER, 0

    def write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        if sql.startswith(WRITES) and file.exists():
            seen += 1
            if seen >= wanted(file):
                die(file)
        return execute(sql, params, many, context)

    def connected(connection: Any, **signal: Any) -> None:
        if write not in connection.execute_wrappers:
            connection.execute_wrappers.append(write)

    connection_created.connect(connected, weak=False)


def wanted(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 1
