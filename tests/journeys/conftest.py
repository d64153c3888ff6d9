"""Journeys run on real processes, on the embedded defaults or on the servers the run names."""

from __future__ import annotations

import fcntl
import os
import shutil
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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all its tables, made once for all workers of a run."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    made = shared / "migrated.sqlite3"
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            first = Installation(data=tmp_path_factory.mktemp("migrated"))
            first.migrate()
            shutil.copy(first.database, made)
    return made


@pytest.fixture(scope="module")
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Migrating takes half of a start: only those at the front door see that."""
    data: Path = tmp_path_factory.mktemp("raseed")
    services = own_services()
    running = Installation(data=data, env=services)
    if not services and not request.node.get_closest_marker("frontdoor"):
        shutil.copy(request.getfixturevalue("migrated"), running.database)
    try:
        running.start()
        yield running
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop()
        if services:
            name = services["DATABASE_URL"].rpartition("/")[2]
            execute(os.environ["DATABASE_URL"], f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
