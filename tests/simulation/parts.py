"""The objects shared among several processes, each with a database of its own."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from tests.simulation import ground, keeping
from tests.simulation.options import Plan, Run

Job = tuple[Plan, Run, int, str]


def played(plan: Plan, run: Run) -> list[dict[str, Any]]:
    """What each share found. Raises servers.NotAvailable, and keeping.OfAnotherRun."""
    kept = keeping.Kept(plan, run)
    missing = [share for share in range(run.shares) if share not in kept.found]
    name = f"raseed_simulation_{os.getpid()}"
    for share, found in outcomes([(plan, run, share, f"{name}_{share}") for share in missing]):
        kept.keep(share, found)
    return [kept.found[share] for share in sorted(kept.found)]


def outcomes(jobs: list[Job]) -> Iterator[tuple[int, dict[str, Any]]]:
    """As they end."""
    if len(jobs) == 1:
        yield jobs[0][2], one(jobs[0])
        return
    # A fresh interpreter each: none shares a connection, nor what Django has set up.
    fresh = multiprocessing.get_context("spawn")
    count = jobs[0][1].processes if jobs else 1
    with ProcessPoolExecutor(count, mp_context=fresh, max_tasks_per_child=1) as pool:
        shares = {pool.submit(one, job): job[2] for job in jobs}
        for future in as_completed(shares):
            yield shares[future], future.result()


def one(job: Job) -> dict[str, Any]:
    plan, run, share, name = job
    with ground.database(run.database, name) as url:
        ground.set_up(url)
        # They import models, which exist from here on.
        from django.db import connections

        from tests.simulation import play, report

        try:
            began = time.perf_counter()
            with play.stage_of(plan, (share, run.shares)) as stage:
                judge = play.play(stage, run.minutes, lambda text: say(f"share {share}: {text}"))
                return report.figures_of(judge, time.perf_counter() - began)
        finally:
            connections.close_all()


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
