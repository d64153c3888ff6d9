"""What to measure, and for how long."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DESCRIPTION = """\
Measures, on PostgreSQL and Redis, with everything on this machine:

  A  pgbench: single-row inserts of the same bodies (left out where there is no pgbench)
  C  a minimal Django receiver: HMAC and one INSERT
  R  Raseed's receiver as shipped
     in interleaved rounds, then
  RW Raseed's receiver and its worker together,
     the time from accepted to access at a steady rate, and the memory of each process.

Servers: DATABASE_URL and CELERY_BROKER_URL if set, else those that run here, else throw-away ones.
The bench makes a database of its own there (raseed_bench), takes an empty Redis database, and
leaves neither behind. It needs Linux: CPU and memory are read from /proc.
"""
BARS = """\
Exit status: 0 all bars are met, 1 a bar is missed or an answer was not 2xx, 2 something is missing.
Bars: R/C >= 0.6; p99 accepted -> access <= 100 ms; <= 90 MB PSS per web or worker process.
"""


@dataclass(frozen=True)
class Plan:
    """Times in seconds, `rate` in events per second."""

    rounds: int = 5
    seconds: float = 5
    warm_up: float = 1
    connections: int = 16
    rate: float = 20
    steady: float = 60


QUICK = Plan(rounds=2, seconds=3, steady=15)


def parse(words: Sequence[str]) -> tuple[Plan, Path | None]:
    """The plan, and the file for the figures as JSON."""
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description=DESCRIPTION,
        epilog=BARS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="about a minute: 2 rounds of 3 s, then 15 s steady")
    add("--rounds", type=int, help="interleaved rounds (5)")
    add("--seconds", type=float, help="length of one measurement (5)")
    add("--warm-up", type=float, help="seconds of load before each measurement (1)")
    add("--connections", type=int, help="keep-alive connections, and pgbench's clients (16)")
    add("--rate", type=float, help="events per second in the steady part (20)")
    add("--steady", type=float, help="seconds of the steady part (60)")
    add("--json", type=Path, metavar="FILE", help="write every figure there as well")
    given = vars(parser.parse_args(words))
    file: Path | None = given.pop("json")
    base = vars(QUICK if given.pop("quick") else Plan())
    plan = Plan(**{**base, **{name: value for name, value in given.items() if value is not None}})
    if min(vars(plan).values()) <= 0:
        parser.error("every number must be above zero")
    return plan, file
