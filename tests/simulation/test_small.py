"""The small form of `./dev simulate-reattempts`: a few of each kind, a month of weekly charges."""

from __future__ import annotations

import pytest

from tests.simulation import play, report
from tests.simulation.judge import Judge
from tests.simulation.options import Plan

# On PostgreSQL three schedulers are really at it at once.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]


@pytest.mark.parametrize("kind", ["follow", "act", "ask"])
def test_every_promise_is_kept(kind: str) -> None:
    judge = played(Plan(seed=4, objects=6, days=32, kinds=(kind,), beat=600, short=True))
    # A play in which nothing happens proves nothing.
    assert judge.figures["series"] >= 3
    assert judge.figures["ledgers: compared"] >= 3


def played(plan: Plan) -> Judge:
    with play.stage_of(plan) as stage:
        judge = play.play(stage)
    told = report.figures_of(judge, 0)
    assert not judge.violations, report.text(plan, told)
    assert judge.figures["double charges"] == 0
    return judge
