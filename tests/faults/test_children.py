"""Nothing that a run started is left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.processes import wait_until
from tests.faults import children
from tests.faults.children import Child

# It and what it started are told to end, and do not listen.
DEAF = ["sh", "-c", "trap '' TERM; sleep 600 & echo ready; wait"]


@pytest.fixture
def deaf(tmp_path: Path) -> Child:
    log = tmp_path / "log"
    child = children.start(DEAF, log)
    wait_until(lambda: log.read_bytes() == b"ready\n", "the child is ready")
    return child


def test_who_will_not_stop_is_gone_also_where_the_waiting_is_broken_off(
    deaf: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = children.descendants(deaf.pid)
    wait = deaf.wait

    def broken_off(timeout: float | None = None) -> int:
        monkeypatch.setattr(deaf, "wait", wait)
        raise KeyboardInterrupt

    monkeypatch.setattr(deaf, "wait", broken_off)
    try:
        with pytest.raises(KeyboardInterrupt):
            children.stop([deaf])
        assert deaf.returncode is not None
        assert family
        wait_until(lambda: not any(one.title for one in family), "the family is gone")
    finally:
        children.kill(deaf)
