"""What is said of a run: the figures, and each broken promise with its story."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.simulation.options import Plan
from tests.simulation.violations import Violation

if TYPE_CHECKING:
    from tests.simulation.judge import Judge

MOST_STORIES = 15


def figures_of(judge: Judge, seconds: float) -> dict[str, Any]:
    """Of one process, as plain values that can be sent to another."""
    stage = judge.stage
    figures: Counter[str] = Counter(judge.figures)
    figures.update({f"webhooks {name}": count for name, count in stage.post.counts.items()})
    figures["calls to Razorpay"] = stage.wire.calls
    figures["moments"] = judge.ticks
    return {"figures": dict(figures), "seconds": round(seconds, 1),
            "violations": judge.violations}  # fmt: skip


def together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    figures: Counter[str] = Counter()
    for part in parts:
        figures.update(part["figures"])
    return {
        "figures": dict(sorted(figures.items())),
        "seconds": sum(part["seconds"] for part in parts),
        "violations": [violation for part in parts for violation in part["violations"]],
    }


def text(plan: Plan, found: dict[str, Any]) -> str:
    lines = [plan.again, ""]
    lines += [f"  {count:>9,}  {name}" for name, count in found["figures"].items()]
    violations: list[Violation] = found["violations"]
    lines += ["", f"  {found['seconds']:,.0f} seconds in all shares", ""]
    rules = Counter(violation.rule for violation in violations)
    if not violations:
        return "\n".join([*lines, "Every promise was kept."])
    for violation in violations[:MOST_STORIES]:
        again = f"{plan.again} --object {violation.case}"
        lines += [str(violation), f"  again: {again}", ""]
    told = ", ".join(f"{rule} ({count})" for rule, count in rules.most_common())
    return "\n".join([*lines, f"BROKEN in {len(violations)} cases: {told}"])
