"""The seller hears of money that came after all, but not of a mistyped one-time password."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orders import postman
from orders.models import Mail
from tests.lives import DAY, T
from tests.orders.recovering.stage import Stage


def told(stage: Stage) -> list[str]:
    rows = Mail.objects.filter(order=stage.order, kind=Mail.Kind.RECOVERED_SELLER)
    return list(rows.values_list("state", flat=True))


@pytest.mark.parametrize(
    ("after", "state"), [(60, "not_needed"), (29 * 60, "not_needed"), (30 * 60, "sent")]
)
@pytest.mark.parametrize("paid_first", [False, True])
def test_after_half_an_hour(stage: Stage, after: int, state: str, paid_first: bool) -> None:
    steps: list[Callable[[], None]] = [lambda: stage.fail(T), lambda: stage.pay(T + after)]
    for step in reversed(steps) if paid_first else steps:
        step()
    postman.send_due()
    assert told(stage) == [state]


def test_after_a_reminder_once(stage: Stage) -> None:
    stage.fail()
    stage.make(DAY)
    stage.pay(T + DAY + 60)
    stage.pay(T + DAY + 90)
    postman.send_due()
    assert told(stage) == ["sent"]


def test_not_of_a_payment_that_never_failed(stage: Stage) -> None:
    stage.pay(T + DAY)
    assert told(stage) == []
