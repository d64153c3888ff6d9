"""The ground of a run: a database of its own, Django on it, and no broker."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests import servers


@contextlib.contextmanager
def database(kind: str, name: str) -> Iterator[str]:
    """The URL of an empty database, dropped afterwards. Raises servers.NotAvailable."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="raseed-simulation-") as folder:
            yield f"sqlite:///{Path(folder) / 'raseed.sqlite3'}"
        return
    with servers.postgres() as url:
        told(
            url,
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}"',
            # What a power failure would cost is not looked at here, and waiting for disks is slow.
            f'ALTER DATABASE "{name}" SET synchronous_commit = off',
            # Joins as they are written: to think about their order takes longer than to do them.
            f'ALTER DATABASE "{name}" SET join_collapse_limit = 1',
            f'ALTER DATABASE "{name}" SET from_collapse_limit = 1',
        )
        try:
            parts = urlsplit(url)
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            told(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def told(url: str, *statements: str) -> None:
    """Each by itself: databases are made and dropped outside transactions."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def set_up(url: str) -> None:
    """Django with the tests' settings on this database, all tables made."""
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.core.management import call_command

    from config import garbage

    django.setup()
    # Each fault that is played would be a line.
    logging.getLogger().setLevel(logging.ERROR)
    call_command("migrate", interactive=False, verbosity=0)
    garbage.look_rarely()
