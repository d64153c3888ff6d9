"""A broken promise, as it is told. Plain values: they go from one process to another."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulation.clock import shown


@dataclass(frozen=True)
class Violation:
    """One broken promise, with the story of whom it was broken to."""

    rule: str
    case: int
    uid: str
    what: str
    at: int
    story: tuple[str, ...]

    def __str__(self) -> str:
        head = f"{self.rule}: {self.what}\n  object {self.case}, order {self.uid}, "
        return head + f"seen {shown(self.at)}\n" + "".join(f"    {line}\n" for line in self.story)
