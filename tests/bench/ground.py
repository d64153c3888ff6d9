"""The ground to measure on: a PostgreSQL database and a Redis database of the bench's own."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import redis

from tests import servers

DATABASE = "raseed_bench"
ROOT = Path(__file__).resolve().parents[2]


class Missing(Exception):
    """Something the bench cannot do without is not here."""


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """Put the app's settings for this run into the environment. Raises Missing."""
    if not sys.platform.startswith("linux"):
        raise Missing("The bench reads CPU and memory from /proc, so it needs Linux.")
    with contextlib.ExitStack() as stack:
        try:
            database = stack.enter_context(servers.postgres())
            broker = stack.enter_context(servers.redis_server())
        except servers.NotAvailable as error:
            raise Missing(f"The bench needs PostgreSQL and Redis: {error}") from error
        os.environ["BENCH_MAINTENANCE_URL"] = database
        os.environ.update(environment(own(database), stack.enter_context(empty_redis(broker))))
        yield


def own(url: str) -> str:
    """The same server, our database."""
    address, mark, query = url.partition("?")
    return f"{address.rpartition('/')[0]}/{DATABASE}{mark}{query}"


def environment(database: str, broker: str) -> dict[str, str]:
    """Every setting the shipped app reads: nothing may leak in from a desk's .env."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PUBLIC_URL": "http://127.0.0.1",
        "RAZORPAY_API_URL": "http://127.0.0.1:9",
        "ALLOWED_HOSTS": "",
        "BEHIND_PROXY": "false",
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "REDIS_URL": broker,
        "EMAIL_URL": "dummymail://",
        "LOG_LEVEL": "INFO",
        "BENCH_SECRET": f"whs_{secrets.token_urlsafe(30)}",
    }


@contextlib.contextmanager
def empty_redis(server: str) -> Iterator[str]:
    """A numbered database that holds nothing, and holds nothing afterwards."""
    for number in range(15, -1, -1):
        url = f"{server}/{number}"
        with redis.Redis.from_url(url) as client:
            if client.dbsize() == 0:
                try:
                    yield url
                finally:
                    client.flushdb()
                return
    raise Missing(f"Every database of {server} holds something; the bench needs an empty one.")
