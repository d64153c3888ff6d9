"""`./dev simulate-reattempts`: play it, judge it, say what was found. See docs/simulation.md."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from typing import Any

from tests import servers
from tests.simulation import ground, options
from tests.simulation.options import Plan, Run


def part(job: tuple[Plan, Run, tuple[int, int], str]) -> dict[str, Any]:
    """One process of the run: a database of its own, and its share of the cases."""
    plan, run, share, name = job
    with ground.database(run.database, name) as url:
        ground.set_up(url)
        # They import models, which exist from here on.
        from django.db import connections

        from tests.simulation import play, report

        try:
            began = time.perf_counter()
            with play.stage_of(plan, share) as stage:
                judge = play.play(stage, say if share[0] == 0 else lambda text: None)
                return report.figures_of(judge, time.perf_counter() - began)
        finally:
            connections.close_all()


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> int:
    """0 if every promise was kept."""
    plan, run = options.parse(sys.argv[1:])
    count = 1 if plan.case is not None else run.processes
    name = f"raseed_simulation_{os.getpid()}"
    jobs = [(plan, run, (number, count), f"{name}_{number}") for number in range(count)]
    try:
        if count == 1:
            parts = [part(jobs[0])]
        else:
            with multiprocessing.get_context("spawn").Pool(count) as pool:
                parts = pool.map(part, jobs, chunksize=1)
    except servers.NotAvailable as error:
        sys.stderr.write(f"PostgreSQL is needed, or --database sqlite: {error}\n")
        return 2
    from tests.simulation import report

    found = report.together(parts)
    sys.stdout.write(f"{report.text(plan, found)}\n")
    if run.result:
        kept = {**found, "violations": [str(one) for one in found["violations"]]}
        run.result.write_text(json.dumps({"command": plan.again, **kept}, indent=1) + "\n")
    return 1 if found["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
