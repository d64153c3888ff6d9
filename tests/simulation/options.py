"""How large a run is, and what goes wrong in it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

KINDS = ("follow", "act", "ask")


@dataclass(frozen=True)
class Plan:
    """One run. The same plan gives the same story, up to the interleaving of threads."""

    seed: int = 1
    objects: int = 1000
    days: int = 400
    schedulers: int = 3
    lost: float = 0.3  # the share of Razorpay's answers that never arrive
    kinds: tuple[str, ...] = KINDS
    # Only this one, to look at it closely. What happens to it is the same as in the whole run.
    case: int | None = None
    # Our tasks run every so many seconds. In life that is a minute; they may always be late.
    beat: int = 600
    short: bool = False  # periods of one and two weeks instead of months
    calm: bool = False  # no outages, no odd clocks, no dropped webhooks

    @property
    def again(self) -> str:
        """The command that does the same again."""
        words = [
            f"--seed {self.seed} --objects {self.objects} --days {self.days}",
            f"--schedulers {self.schedulers} --lost {self.lost:g}",
        ]
        words += [f"--only {','.join(self.kinds)}"] if self.kinds != KINDS else []
        words += [f"--beat {self.beat}"] if self.beat != Plan.beat else []
        words += ["--short"] if self.short else []
        words += ["--calm"] if self.calm else []
        return f"./dev simulate-reattempts {' '.join(words)}"


@dataclass(frozen=True)
class Run:
    """How it is run, which changes nothing about what happens."""

    database: str
    processes: int
    shares: int  # the objects are shared among so many, each on a database of its own
    result: Path | None  # where what each share found is kept, and read when the run goes on
    minutes: float | None = None  # of our time; then what was played so far is judged


def parse(words: list[str]) -> tuple[Plan, Run]:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./dev simulate-reattempts", description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, default=1, help="another seed is another story (1)")
    add("--objects", type=int, default=1000, help="failing subscriptions and mandates (1000)")
    add("--days", type=int, default=400, help="simulated days (400)")
    add("--schedulers", type=int, default=3, help="processes of Raseed at once (3)")
    add("--lost", type=float, default=0.3, help="share of Razorpay's answers that are lost (0.3)")
    add("--only", default=",".join(KINDS), help="follow (Razorpay charges), act (mandates), ask")
    add("--object", type=int, help="only this one of them, and tell its story")
    add("--beat", type=int, default=600, help="seconds from one run of our tasks to the next (600)")
    add("--short", action="store_true", help="weeks instead of months: more happens in fewer days")
    add("--calm", action="store_true", help="without outages, dropped webhooks and odd clocks")
    add("--database", choices=["postgres", "sqlite"], default="postgres")
    add("--processes", type=int, default=2, help="how many shares are played at once (2)")
    add("--shares", type=int, help="shares of the objects (as many as processes)")
    add("--minutes", type=float, help="stop after the day in which so much time is used up")
    add("--result", type=Path, help="keep each share's figures here, and go on with those missing")
    given = parser.parse_args(words)
    kinds = tuple(kind for kind in KINDS if kind in given.only.split(","))
    plan = Plan(
        given.seed, given.objects, given.days, given.schedulers, given.lost, kinds, given.object,
        given.beat, given.short, given.calm,
    )  # fmt: skip
    shares = 1 if given.object is not None else given.shares or given.processes
    return plan, Run(given.database, given.processes, shares, given.result, given.minutes)
