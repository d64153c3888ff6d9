"""A, the ceiling: PostgreSQL alone inserts the same bodies, one statement and one commit each."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.db import connection

from tests.bench import bodies
from tests.bench.cpu import Meter
from tests.bench.figures import Load
from tests.bench.options import Plan
from tests.bench.processes import PATIENCE, Failed

# The key is made up by the server, since a script of pgbench holds one body.
SCRIPT = """\\set key random(1, 9000000000000000000)
INSERT INTO bench_pgbench (body_sha256, body) VALUES (sha256(int8send(:key)), '{}');
"""
RESULT = re.compile(
    r"number of transactions actually processed: (\d+)|^tps = ([\d.]+)", re.MULTILINE
)


def is_here() -> bool:
    return shutil.which("pgbench") is not None


def insert(plan: Plan, meter: Meter) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        files = scripts(Path(folder))
        run(plan, plan.warm_up, files)
        with meter.watching() as usage:
            said = run(plan, plan.seconds, files)
    found = dict(zip(("events", "rate"), RESULT.findall(said), strict=True))
    return Load(float(found["rate"][1]), int(found["events"][0]), usage)


def scripts(folder: Path) -> list[str]:
    """One file for each template: all sizes and shapes take part alike."""
    words = []
    for number, cut in enumerate(bodies.templates()):
        body = bodies.label(number).encode().join(cut).decode()
        if "'" in body or "\\" in body:
            raise Failed("the body cannot stand in a literal as it is")
        file = folder / f"{number}.sql"
        file.write_text(SCRIPT.format(body))
        words += ["-f", str(file)]
    return words


def run(plan: Plan, seconds: float, files: list[str]) -> str:
    clients = ["-c", str(plan.connections), "-j", "2", "-T", str(max(1, round(seconds)))]
    done = subprocess.run(
        ["pgbench", "-n", *clients, *files, address()],
        capture_output=True,
        text=True,
        timeout=seconds + PATIENCE,
        check=False,
    )
    if done.returncode:
        raise Failed(f"pgbench: {done.stderr.strip()}")
    return done.stdout


def address() -> str:
    """The database as libpq names it: the very parameters that Django connects with."""
    named = connection.get_connection_params()
    known = ("host", "port", "user", "password", "dbname")
    return " ".join(f"{key}='{named[key]}'" for key in known if named.get(key))
