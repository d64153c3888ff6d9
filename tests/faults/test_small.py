"""The small form of `./dev faults`: the same processes and checks, a few hundred events."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.faults.children import ROOT

# The faults that most depend on what is committed when; the whole list takes minutes.
KINDS = (
    "pool_child_killed",
    "web_killed_before_the_answer",
    "redis_killed",
    "postgres_restarted",
    "connections_cut",
)
PATIENCE = 540  # seconds; a quiet machine needs less than a tenth of it
STOPPING = 60
# The promise is 60 seconds; here other tests have the machine, and a time proves nothing.
WITHIN = 230


@pytest.mark.postgres
@pytest.mark.timeout(PATIENCE + STOPPING + 10)
def test_nothing_is_lost_or_applied_twice_while_everything_dies() -> None:
    command = [
        sys.executable, "-m", "tests.faults", "--events", "150", "--faults", f"{len(KINDS)}",
        "--only", ",".join(KINDS), "--brief", "--seed", "1", "--within", f"{WITHIN}",
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        try:
            told, _none = run.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGTERM)
            told, _none = run.communicate(timeout=STOPPING)
            pytest.fail(f"not over after {PATIENCE} s\n{told}")
    assert run.returncode == 0, told
