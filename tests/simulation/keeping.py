"""What each share of a long run found, in a file: a run that was stopped goes on from there."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.simulation.options import Plan, Run
from tests.simulation.violations import Violation

ROOT = Path(__file__).parents[2]


class OfAnotherRun(Exception):
    """The file holds the figures of a run with other options."""


class Kept:
    """The shares that were played to their end, by number."""

    def __init__(self, plan: Plan, run: Run) -> None:
        self.path = run.result
        self.head: dict[str, Any] = {
            "command": plan.again,
            "object": plan.case,
            "shares": run.shares,
            "minutes": run.minutes,
        }
        self.found: dict[int, dict[str, Any]] = {}
        if self.path and self.path.exists():
            self.read(json.loads(self.path.read_text()))

    def read(self, text: dict[str, Any]) -> None:
        if {key: text.get(key) for key in self.head} != self.head:
            raise OfAnotherRun(
                f"{self.path} holds another run: {text.get('command')} in {text.get('shares')}"
                " shares. Name another file."
            )
        for share, found in text["found"].items():
            broken = [
                Violation(**{**one, "story": tuple(one["story"])}) for one in found["violations"]
            ]
            self.found[int(share)] = {**found, "violations": broken}

    def keep(self, share: int, found: dict[str, Any]) -> None:
        """Write it at once: the others may take hours."""
        self.found[share] = {**found, "commit": commit()}
        if self.path is None:
            return
        plain = {
            str(number): {**one, "violations": [asdict(broken) for broken in one["violations"]]}
            for number, one in sorted(self.found.items())
        }
        self.path.write_text(json.dumps({**self.head, "found": plain}, indent=1) + "\n")


def commit() -> str:
    """On which tree it was played, with a + if that had changes; "" where git cannot tell."""
    if shutil.which("git") is None:
        return ""
    words = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+"]
    return subprocess.run(words, capture_output=True, text=True).stdout.strip()
