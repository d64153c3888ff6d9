"""Books of what Raseed charges itself are rebuilt from bills, debits and the inbox: the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from subscriptions.models import Cycle, Debit, Subscription
from tests.subscriptions.debiting.stage import DAY, HOUR, Stage
from tests.subscriptions.debiting.test_law import STORIES
from tests.subscriptions.debiting.test_told import Kind, tell
from tests.webhooks.rebuilding.neighbour import differences


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_story(
    stage: Stage, due: Subscription, story: Callable[[Stage, Subscription], None]
) -> None:
    story(stage, due)
    assert Debit.objects.count() > 1
    assert differences(due.order) == []
    Cycle.objects.filter(pk=due.cycles.order_by("-start")[0].pk).update(end=1)
    assert len(differences(due.order)) == 1


def test_a_new_mandate_after_a_halt(stage: Stage, due: Subscription) -> None:
    stage.fails(9)
    stage.wait(4 * DAY, step=6 * HOUR)
    stage.desk.press(f"tokens/{stage.token}/cancel")
    stage.authorise(due, method="upi")
    stage.until(stage.due(due))
    stage.wait(HOUR)
    assert differences(due.order) == []


def test_paused_resumed_and_cancelled(stage: Stage, due: Subscription) -> None:
    stage.fails(1)
    stage.wait(2 * HOUR)
    tell(due, Kind.PAUSE)
    assert differences(due.order) == []
    tell(due, Kind.RESUME)
    stage.wait(2 * DAY, step=6 * HOUR)
    assert differences(due.order) == []
    tell(due, Kind.CANCEL)
    assert differences(due.order) == []
