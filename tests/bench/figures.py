"""What was measured, and what follows from it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.cpu import Usage
from tests.bench.procfs import Memory

NOISY = 0.15  # share of the machine; above it a measurement says little
LEAST_RATIO, LATEST_ACCESS, MOST_MEMORY = 0.6, 0.100, 90.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


@dataclass(frozen=True)
class Load:
    """One measurement of a receiver. `times` are seconds from sending to answer."""

    rate: float
    events: int
    usage: Usage
    times: list[float] = field(default_factory=list, repr=False)

    @property
    def noisy(self) -> bool:
        return self.usage.foreign > NOISY


@dataclass(frozen=True)
class Round:
    """One turn of A, C and R; A is None where there is no pgbench."""

    loads: dict[str, Load | None]

    @property
    def noisy(self) -> bool:
        return any(load.noisy for load in self.loads.values() if load)


@dataclass(frozen=True)
class Worked:
    """Receiver and worker together: what was accepted, and what of it was worked by the end."""

    load: Load
    worked: int
    left: int


@dataclass(frozen=True)
class Steady:
    """Seconds for each event: beat -> answer; accepted -> finished by the worker's clock;
    accepted -> the grant is there for others to see."""

    answer: list[float]
    finished: list[float]
    access: list[float]
    foreign: float


@dataclass(frozen=True)
class Bar:
    """One promise."""

    text: str
    value: float
    limit: float
    met: bool


@dataclass
class Figures:
    """All of one run."""

    rounds: list[Round]
    worked: list[Worked]
    steady: Steady
    memory: list[Memory]
    settings: dict[str, str]

    @property
    def quiet(self) -> list[Round]:
        """The rounds that count: those without strangers, or all if there is none."""
        return [one for one in self.rounds if not one.noisy] or self.rounds

    def median(self, name: str) -> float:
        """The median rate of A, C or R."""
        return statistics.median(load.rate for one in self.quiet if (load := one.loads[name]))

    def bars(self) -> list[Bar]:
        ratio = self.median("R") / self.median("C")
        p99 = percentile(self.steady.access, 0.99)
        heaviest = max(self.memory, key=lambda process: process.pss)
        return [
            Bar("R / C, accepted events", ratio, LEAST_RATIO, ratio >= LEAST_RATIO),
            Bar(
                "accepted -> access, p99, ms", p99 * 1e3, LATEST_ACCESS * 1e3, p99 <= LATEST_ACCESS
            ),
            Bar(
                f"PSS of the heaviest process ({heaviest.name}), MB",
                heaviest.pss,
                MOST_MEMORY,
                heaviest.pss <= MOST_MEMORY,
            ),
        ]
