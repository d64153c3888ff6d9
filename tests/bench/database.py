"""Our database: made, emptied between measurements, asked, dropped."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import environ
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.utils import ConnectionHandler, OperationalError

from tests.bench.ground import DATABASE, Missing

# What both peers fill: the least that keeps a body once.
PEERS = ("bench_pgbench", "bench_minimal")
PEER = """
CREATE TABLE {} (
    id bigserial PRIMARY KEY, body_sha256 bytea NOT NULL UNIQUE, body bytea NOT NULL
)
"""
EMPTIED = ("webhooks_event", "webhooks_mention", *PEERS)
SETTINGS = ("server_version", "fsync", "synchronous_commit", "shared_buffers")


@contextlib.contextmanager
def made() -> Iterator[None]:
    """Our database with the app's tables and the peers'."""
    create()
    try:
        call_command("migrate", interactive=False, verbosity=0)
        for table in PEERS:
            execute(PEER.format(table))
        yield
    finally:
        connections.close_all()
        with maintenance() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def create() -> None:
    """Raises Missing while another bench is at work."""
    with maintenance() as cursor:
        try:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        except OperationalError as error:
            raise Missing(f"Is another bench running? {error}") from error
        cursor.execute(f"CREATE DATABASE {DATABASE}")


@contextlib.contextmanager
def maintenance() -> Iterator[CursorWrapper]:
    """A cursor in the database that the server's URL names."""
    url = os.environ["BENCH_MAINTENANCE_URL"]
    server = ConnectionHandler({"default": environ.Env.db_url_config(url)})["default"]
    try:
        with server.cursor() as cursor:
            yield cursor
    finally:
        server.close()


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def count(table: str, condition: str = "true") -> int:
    return int(rows(f"SELECT count(*) FROM {table} WHERE {condition}")[0][0])


def empty() -> None:
    """Forget every event, and start each measurement with no checkpoint due."""
    execute(f"TRUNCATE {', '.join(EMPTIED)}")
    with contextlib.suppress(ProgrammingError):  # not everybody may
        execute("CHECKPOINT")


def settings() -> dict[str, str]:
    """What the figures depend on."""
    return {name: str(rows(f"SHOW {name}")[0][0]) for name in SETTINGS}
