"""Journeys run on real processes, on the embedded defaults or on the servers the run names."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.journeys.installation import Installation


def own_services() -> dict[str, str]:
    """A database and a broker of this run's own, if the run is on servers."""
    database = os.environ.get("DATABASE_URL", "")
    if not database.startswith("postgres"):
        return {}
    name = f"raseed_journey_{uuid.uuid4().hex[:8]}"
    execute(database, f"CREATE DATABASE {name}")
    base, _slash, _name = database.rpartition("/")
    return {
        "DATABASE_URL": f"{base}/{name}",
        "CELERY_BROKER_URL": emptied(os.environ["CELERY_BROKER_URL"]),
        "REDIS_URL": emptied(os.environ["REDIS_URL"]),
    }


def emptied(url: str) -> str:
    """A Redis database of this worker's own, without what an earlier journey left: another's worker
    would take its messages, and limits of an hour would add up."""
    server, _slash, number = url.rpartition("/")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = f"{server}/{int(number) - 2 * (worker % 6)}"
    with closing(redis.Redis.from_url(own)) as client:
        client.flushdb()
    return own


def execute(database: str, statement: str) -> None:
    with closing(psycopg2.connect(database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data: Path = tmp_path_factory.mktemp("raseed")
    services = own_services()
    running = Installation(data=data, env=services)
    try:
        running.start()
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop()
        if services:
            name = services["DATABASE_URL"].rpartition("/")[2]
            execute(os.environ["DATABASE_URL"], f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
