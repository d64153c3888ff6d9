"""Two processes begin the run of one gateway at the same moment: it has one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from gateways.models import Gateway, Reconciliation
from tests.webhooks.test_concurrency import at_once
from webhooks.reconciling import runs

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("again", range(5))
def test_the_timetable_rings_twice(gateway: Gateway, again: int) -> None:
    Gateway.objects.update(connected_at=timezone.now() - timedelta(days=2))
    assert sum(at_once(*[runs.begin_daily] * 6)) == 1
    assert Reconciliation.objects.count() == 1


@pytest.mark.parametrize("again", range(5))
def test_a_person_presses_twice(gateway: Gateway, owner: User, again: int) -> None:
    def press() -> tuple[str, bool]:
        begun, is_new = runs.begin_by_hand(gateway, since=timezone.now(), user=owner)
        return begun.uid, is_new

    pressed = at_once(*[press] * 6)
    assert sum(is_new for _uid, is_new in pressed) == 1
    assert len({uid for uid, _is_new in pressed}) == 1
