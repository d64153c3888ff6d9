"""The small form of `./dev simulate-reattempts`: a few dozen of each kind for a few weeks."""

from __future__ import annotations

import random

import pytest

from tests.simulation import play, report
from tests.simulation.judge import Judge
from tests.simulation.options import Plan


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["follow", "act", "ask"])
@pytest.mark.parametrize("seed", [4, None], ids=["known", "new"])
def test_every_promise_is_kept(kind: str, seed: int | None) -> None:
    """A failing run says its seed: the command that it prints does the same again."""
    seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    plan = Plan(seed=seed, objects=10, days=40, kinds=(kind,), beat=300, short=True)
    judge = played(plan)
    told = report.figures_of(judge, 0)
    assert not judge.violations, report.text(plan, told)
    assert judge.figures["double charges"] == 0
    # A play in which nothing happens proves nothing.
    assert judge.figures["series"] >= 5
    assert judge.figures["ledgers: compared"] >= 5


def played(plan: Plan) -> Judge:
    with play.stage_of(plan) as stage:
        return play.play(stage)
