"""What a run says at its end, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.faults import figures
from tests.faults.checker import MOST_TOLD
from tests.faults.play import Run

LONGEST = 400  # characters of a sentence


def numbers(run: Run) -> str:
    """The figures of the run, a line each."""
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in figures.of(run).items()]
    kinds = Counter(fault.kind for fault in run.history.faults)
    each = ", ".join(f"{kind} {times}" for kind, times in sorted(kinds.items()))
    return "\n".join([*lines, f"faults by kind: {each}"])


def verdict(promise: str, wrong: list[str]) -> str:
    """Kept, or what is wrong."""
    lines = [f"{'BROKEN' if wrong else 'kept  '}  {promise}"]
    lines += [f"        {sentence[:LONGEST]}" for sentence in wrong[:MOST_TOLD]]
    if len(wrong) > MOST_TOLD:
        lines.append(f"        and {len(wrong) - MOST_TOLD} more")
    return "\n".join(lines)


def as_json(run: Run, found: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "command": run.plan.again,
        "figures": figures.of(run),
        "faults": [vars(fault) for fault in run.history.faults],
        "broken": {promise: wrong[:100] for promise, wrong in found.items() if wrong},
    }


def last_words(run: Run, lines: int = 15) -> str:
    """The end of what each process wrote, for who looks into a failure."""
    parts = []
    for log in sorted(run.folder.glob("*.log")):
        words = log.read_text(errors="replace").splitlines()[-lines:]
        parts.append(f"--- {log.stem}\n" + "\n".join(word[:300] for word in words))
    return "\n".join(parts)
