"""How large a run is, and what goes wrong in it."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults import kinds

DESCRIPTION = """\
Sends events as Razorpay does to a Raseed of its own - web, worker, beat, PostgreSQL, Redis, all
started here and gone afterwards - while a seeded schedule of faults is carried out, and checks
that nothing was lost, nothing was applied twice, and the books are what was told.
"""
LONG = "The long run (docs/faults.md): --events 100000 --deliveries 3 --faults 200"


@dataclass(frozen=True)
class Plan:
    """One run. The same plan tells the same events in the same order under the same faults; only
    what the machine makes of it differs."""

    seed: int
    events: int = 3000
    deliveries: int = 3
    faults: int = 24
    only: tuple[str, ...] = ()
    rate: float = 45.0  # deliveries per second, at most
    brief: bool = False  # no fault lasts longer than 2.5 seconds, no lease longer than 10
    within: float = 60.0  # seconds after all is healed and sent once, in which all is applied
    calm_lives: int = 100  # so many lives are told once more, calmly

    @property
    def again(self) -> str:
        """The command that does the same again."""
        words = [f"--seed {self.seed} --events {self.events} --deliveries {self.deliveries}"]
        words += [f"--faults {self.faults}"]
        words += [f"--only {','.join(self.only)}"] if self.only else []
        words += [f"--rate {self.rate:g}"] if self.rate != Plan.rate else []
        words += ["--brief"] if self.brief else []
        words += [f"--within {self.within:g}"] if self.within != Plan.within else []
        return f"./dev faults {' '.join(words)}"


@dataclass(frozen=True)
class Files:
    """What is written besides."""

    result: Path | None
    history: Path | None


def parse(words: Sequence[str]) -> tuple[Plan, Files]:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="./dev faults",
        description=DESCRIPTION,
        epilog=f"Kinds of faults: {', '.join(kinds.BY_NAME)}. {LONG}",
    )
    add = parser.add_argument
    add("--seed", type=int, help="repeat the run with this seed (else one is drawn)")
    add("--events", type=int, default=Plan.events, help="different events (3000)")
    add("--deliveries", type=int, default=Plan.deliveries, help="of each, at least (3)")
    add("--faults", type=int, default=Plan.faults, help="how many (24)")
    add("--only", default="", metavar="KIND,...", help="only faults of these kinds")
    add("--rate", type=float, default=Plan.rate, help="deliveries per second, at most (45)")
    add("--brief", action="store_true", help="faults of 2.5 s and leases of 10 s at most")
    add("--within", type=float, default=Plan.within, help="seconds to apply the rest in (60)")
    add("--result", type=Path, metavar="FILE", help="write the figures there, as JSON")
    add(
        "--history",
        type=Path,
        metavar="FILE",
        help="write each answer and fault there, a line each",
    )
    given = parser.parse_args(words)
    only = tuple(kind for kind in given.only.split(",") if kind)
    if unknown := set(only) - set(kinds.BY_NAME):
        parser.error(f"there is no fault named {', '.join(sorted(unknown))}")
    if min(given.events, given.deliveries, given.rate) <= 0 or given.faults < 0:
        parser.error("these numbers must be above zero")
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    plan = Plan(
        seed, given.events, given.deliveries, given.faults, only, given.rate, given.brief,
        given.within,
    )  # fmt: skip
    return plan, Files(given.result, given.history)
