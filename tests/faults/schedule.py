"""Which fault begins when: known before the run begins."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tests.faults import kinds
from tests.faults.kinds import Kind
from tests.faults.options import Plan

CALM = 2.0  # seconds before the first fault
# Seconds from one healing to the next fault.
PAUSES = (3.0, 9.0)
BRIEF_PAUSES = (0.5, 1.5)
# Before Redis is stopped nothing else happens for a while, so that answers can be compared.
QUIET_BEFORE = "redis_stopped"
QUIET = 15.0
# What beginning and healing take, about: so that deliveries come as long as faults do.
HEALING = 3.0


@dataclass(frozen=True)
class Planned:
    """One fault, and the seconds of pause before it; `heals`: what it takes besides, about."""

    number: int
    kind: Kind
    pause: float
    lasts: float
    heals: float


def planned(plan: Plan) -> list[Planned]:
    """Every kind before any comes again, in an order of the seed's; evenly stretched if the
    deliveries need longer than that."""
    chance = random.Random(f"{plan.seed}/faults")
    known = [kind for kind in kinds.EVERY if not plan.only or kind.name in plan.only]
    order: list[Kind] = []
    while len(order) < plan.faults:
        order += chance.sample(known, len(known))
    pauses = BRIEF_PAUSES if plan.brief else PAUSES
    heals = 0.0 if plan.brief else HEALING
    found = [
        Planned(
            number, kind, pause(kind, chance.uniform(*pauses), plan), kind.lasts(plan.brief), heals
        )
        for number, kind in enumerate(order[: plan.faults], 1)
    ]
    missing = plan.events * plan.deliveries / plan.rate - seconds(found)
    more = max(0.0, missing) / max(1, len(found))
    return [replace(one, pause=one.pause + more) for one in found]


def pause(kind: Kind, drawn: float, plan: Plan) -> float:
    return max(drawn, QUIET) if kind.name == QUIET_BEFORE and not plan.brief else drawn


def seconds(found: list[Planned]) -> float:
    """How long it takes, about."""
    return CALM + sum(one.pause + one.lasts + one.heals for one in found)
