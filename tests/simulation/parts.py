"""The objects shared among several processes, each with a database of its own."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tests.simulation import ground
from tests.simulation.options import Plan, Run

Job = tuple[Plan, Run, tuple[int, int], str]


def played(plan: Plan, run: Run) -> list[dict[str, Any]]:
    """What each process found. Raises servers.NotAvailable."""
    count = 1 if plan.case is not None else run.processes
    name = f"raseed_simulation_{os.getpid()}"
    jobs: list[Job] = [(plan, run, (part, count), f"{name}_{part}") for part in range(count)]
    if count == 1:
        return [one(jobs[0])]
    # A fresh interpreter each: none shares a connection, nor what Django has set up.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=fresh) as pool:
        return list(pool.map(one, jobs))


def one(job: Job) -> dict[str, Any]:
    plan, run, share, name = job
    with ground.database(run.database, name) as url:
        ground.set_up(url)
        # They import models, which exist from here on.
        from django.db import connections

        from tests.simulation import play, report

        try:
            began = time.perf_counter()
            with play.stage_of(plan, share) as stage:
                judge = play.play(stage, run.minutes, say)
                return report.figures_of(judge, time.perf_counter() - began)
        finally:
            connections.close_all()


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
