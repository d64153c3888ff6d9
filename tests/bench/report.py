"""The figures as one readable page, and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from tests.bench.figures import Bar, Figures, Load, Round, percentile
from tests.bench.options import Plan


def text(figures: Figures, plan: Plan) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in figures.settings.items())
    parts = [rates(figures, plan), costs(figures), together(figures), steady(figures, plan)]
    return "\n".join([f"PostgreSQL: {settings}", *(line for part in parts for line in part)])


def rates(figures: Figures, plan: Plan) -> Iterator[str]:
    yield ""
    yield f"Accepted events/s, {plan.connections} connections, {plan.seconds:g} s each"
    yield f"{'round':>8}{'A pgbench':>12}{'C minimal':>12}{'R Raseed':>12}{'R/C':>7}{'R/A':>7}"
    for number, one in enumerate(figures.rounds, 1):
        yield row(
            str(number), [load.rate if load else None for load in one.loads.values()]
        ) + noise(one)
    has_a = figures.rounds[0].loads["A"] is not None
    yield row("median", [figures.median(name) if name != "A" or has_a else None for name in "ACR"])
    if all(one.noisy for one in figures.rounds):
        yield "Every round was noisy, so the medians are of noisy rounds."
    elif len(figures.quiet) < len(figures.rounds):
        yield "The medians leave out the noisy rounds."


def row(name: str, values: Sequence[float | None]) -> str:
    """The rates of A, C and R, and what R is of C and of A."""
    a, c, r = values
    shown = "".join(f"{value:12.0f}" if value else f"{'-':>12}" for value in values)
    ratios = "".join(f"{r / base:7.2f}" if r and base else f"{'-':>7}" for base in (c, a))
    return f"{name:>8}{shown}{ratios}"


def noise(one: Round) -> str:
    shares = [f"{name} {load.usage.foreign:.2f}" for name, load in one.loads.items() if load]
    return f"   strangers' CPU: {' '.join(shares)}{'  NOISY' if one.noisy else ''}"


def costs(figures: Figures) -> Iterator[str]:
    """CPU is steadier than time: strangers take turns, they do not make a statement dearer."""
    yield ""
    yield "Each event: CPU us, median of all rounds, and ms until its answer"
    yield f"{'':>8}{'web':>8}{'postgres':>10}{'redis':>8}{'client':>8}{'p50':>8}{'p99':>8}"
    for name in "ACR":
        found = [load for one in figures.rounds if (load := one.loads[name])]
        if found:
            yield f"{name:>8}{cost(found)}"


def cost(found: list[Load]) -> str:
    def each(part: str) -> float:
        return statistics.median(load.usage.each(part, load.events) for load in found)

    words = f"{each('web'):8.0f}{each('postgres'):10.0f}{each('redis'):8.0f}{each('bench'):8.0f}"
    times = [time * 1e3 for load in found for time in load.times]
    return words + (f"{percentile(times, 0.5):8.1f}{percentile(times, 0.99):8.1f}" if times else "")


def together(figures: Figures) -> Iterator[str]:
    yield ""
    yield "Receiver and worker together, full load on both"
    for one in figures.worked:
        per_second = one.load.rate * one.worked / max(1, one.worked + one.left)
        yield (
            f"{one.load.rate:8.0f} accepted/s, {per_second:.0f} worked/s meanwhile, "
            f"{one.left} left at the end; strangers' CPU {one.load.usage.foreign:.2f}"
        )


def steady(figures: Figures, plan: Plan) -> Iterator[str]:
    found = figures.steady
    yield ""
    yield f"{plan.rate:g} events/s for {plan.steady:g} s, one paid order each; ms"
    yield f"{'':>26}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}   strangers' CPU {found.foreign:.2f}"
    names = {
        "due -> answered": found.answer,
        "accepted -> finished": found.finished,
        "accepted -> access": found.access,
    }
    for name, times in names.items():
        shown = "".join(f"{percentile(times, share) * 1e3:8.1f}" for share in (0.5, 0.95, 0.99, 1))
        yield f"{name:>26}{shown}"
    yield ""
    yield f"Memory after all that, MB{'PSS':>9}{'RSS':>8}"
    for process in figures.memory:
        yield f"{process.name:>25}{process.pss:9.1f}{process.rss:8.1f}"


def verdict(bars: list[Bar]) -> str:
    lines = [
        f"{'pass' if bar.met else 'FAIL'}  {bar.text}: {bar.value:.2f} (bar: {bar.limit:g})"
        for bar in bars
    ]
    return "\n".join(lines)


def as_json(figures: Figures, plan: Plan) -> dict[str, Any]:
    """Everything, with percentiles in place of the single times under load."""
    found = asdict(figures)
    loads = [load for one in found["rounds"] for load in one["loads"].values() if load]
    for load in [*loads, *(one["load"] for one in found["worked"])]:
        times = load.pop("times")
        if times:
            load["p50"], load["p99"] = percentile(times, 0.5), percentile(times, 0.99)
    bars = [asdict(bar) for bar in figures.bars()]
    return {"plan": asdict(plan), "bars": bars, **found}
