"""`./dev test`: the whole suite on the embedded defaults, then on PostgreSQL and Redis.

Options go to pytest. `--only sqlite` and `--only postgres` run one half.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

from tests import servers

NOT_ON_SERVERS = ["--ignore=tests/sandbox", "--ignore=tests/gateways/razorpay"]
LOUD = "!" * 78


def pytest(options: list[str], env: dict[str, str]) -> int:
    # One more than there are cores: browsers and servers are waited for.
    workers = ["-n", str((os.cpu_count() or 1) + 1), "--no-loadscope-reorder"]
    parallel = [] if any(option.startswith("-n") for option in options) else workers
    command = [sys.executable, "-m", "pytest", "-q", *parallel, *options]
    status = subprocess.run(command, env={**os.environ, **env}, check=False).returncode
    return 0 if status == 5 and options else status  # 5: these options chose no test here


def on_sqlite(options: list[str]) -> int:
    say("On the embedded defaults: SQLite and the file broker")
    # The migrations are run on PostgreSQL, and here by the journeys of `./dev run`.
    return pytest(
        ["--no-migrations", "-m", "not postgres and not served", *options],
        {"DATABASE_URL": "sqlite://:memory:", "CELERY_BROKER_URL": "filesystem://"},
    )


def on_servers(options: list[str]) -> int:
    """The same tests where rows are really locked; without servers, say so as loudly as we can."""
    try:
        with contextlib.ExitStack() as stack:
            database = stack.enter_context(servers.postgres())
            broker = stack.enter_context(servers.redis_server())
            say(f"On PostgreSQL and Redis: {database}, {broker}")
            env = {
                "DATABASE_URL": database,
                "CELERY_BROKER_URL": f"{broker}/{servers.BROKER_DB}",
                "REDIS_URL": f"{broker}/{servers.CACHE_DB}",
                "TEST_RUN": str(os.getpid()),
            }
            return pytest([*NOT_ON_SERVERS, "-m", "not embedded", *options], env)
    except servers.NotAvailable as error:
        say(f"{LOUD}\nSKIPPED: the tests on PostgreSQL and Redis did not run: {error}\n{LOUD}")
        return 1 if os.environ.get("CI") else 0


def say(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")
    sys.stdout.flush()


def main(options: list[str]) -> int:
    halves = {"sqlite": on_sqlite, "postgres": on_servers}
    if options[:1] == ["--only"]:
        halves = {options[1]: halves[options[1]]}
        options = options[2:]
    statuses = [half(options) for half in halves.values()]
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
