"""A charge was due and nothing came: Razorpay is asked, and the books are as it says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from gateways.models import Gateway, LookUp
from orders.models import Mail, Reattempt
from subscriptions import overdue
from subscriptions.models import Subscription
from tests.subscriptions.overdue.conftest import DAY, HOUR, MINUTE, Stage


def test_a_charge_that_was_not_told_is_found_an_hour_after_its_time(stage: Stage) -> None:
    paid_until = stage.subscription.paid_until
    assert paid_until is not None
    assert stage.work(59 * MINUTE) == 0
    assert stage.work(61 * MINUTE) == 1
    found = stage.refresh()
    assert found.paid_count == 2
    assert found.paid_until is not None
    assert found.paid_until > paid_until + 27 * DAY
    assert (found.charge_at or 0) > stage.now.timestamp()
    assert stage.row.done_at is not None
    assert Mail.objects.filter(kind="receipt").count() == 2


def test_its_webhooks_come_later_and_change_nothing(stage: Stage) -> None:
    stage.work(61 * MINUTE)
    before = stage.refresh().paid_until
    stage.shop.catch_up()
    found = stage.refresh()
    assert (found.paid_until, found.paid_count) == (before, 2)
    assert Mail.objects.filter(kind="receipt").count() == 2


def test_the_next_one_is_asked_about_anew(stage: Stage) -> None:
    stage.work(61 * MINUTE)
    stage.start = stage.refresh().charge_at or 0
    assert stage.work(61 * MINUTE) == 1
    assert stage.refresh().paid_count == 3
    assert LookUp.objects.filter(why="overdue_charge").count() == 1


def test_what_was_told_is_not_asked_about(stage: Stage) -> None:
    stage.go(stage.charge_at + MINUTE)
    stage.shop.catch_up()
    assert stage.work(2 * HOUR) == 0
    assert not LookUp.objects.filter(why="overdue_charge").exists()


def test_a_charge_that_failed_unheard_starts_its_re_attempts(stage: Stage) -> None:
    name = stage.subscription.razorpay_subscription_id
    stage.shop.desk.press(f"subscriptions/{name}/fail-next", n=9)
    stage.work(61 * MINUTE)
    assert stage.refresh().status == "pending"
    assert Reattempt.objects.filter(n__gt=0).count() == 3
    assert stage.row.done_at is not None, "its re-attempts ask from now on"


def test_a_charge_that_comes_late_is_waited_for_with_growing_gaps(stage: Stage) -> None:
    """A bank takes its time: Razorpay itself says that nothing has come yet."""
    world = stage.shop.desk.sandbox.world
    name = str(stage.subscription.razorpay_subscription_id)
    with world.turn():
        held = world.books.the(name)
        world.books.put({**held, "_due_at": None})
    asked_at = []
    for hour in range(1, 60):
        if stage.work(hour * HOUR + MINUTE):
            asked_at.append(hour)
    assert stage.row.done_at is None
    assert asked_at[0] == 1
    gaps = [later - one for one, later in zip(asked_at, asked_at[1:], strict=False)]
    assert gaps == sorted(gaps)
    assert len(asked_at) <= 9


def test_what_was_lost_for_weeks_mails_nobody(stage: Stage) -> None:
    stage.work(20 * DAY)
    assert stage.refresh().paid_count == 2
    sent = Mail.objects.exclude(state=Mail.State.TOO_OLD)
    assert sent.filter(kind="receipt").count() == 1, "of the first month"


class TestNotOurs:
    """Who is not asked about."""

    def seen(self, stage: Stage, **fields: Any) -> int:
        Subscription.objects.update(**fields)
        stage.go(stage.charge_at + 2 * HOUR)
        return overdue.ask_about()

    @pytest.mark.parametrize("status", ["created", "halted", "paused", "cancelled", "completed"])
    def test_what_is_not_charged(self, stage: Stage, status: str) -> None:
        assert self.seen(stage, status=status) == 0

    def test_what_raseed_charges_itself(self, stage: Stage) -> None:
        assert self.seen(stage, razorpay_subscription_id=None) == 0

    def test_a_disconnected_account(self, stage: Stage) -> None:
        Gateway.objects.update(disconnected_at=stage.now)
        assert self.seen(stage) == 0

    def test_what_its_re_attempts_follow(self, stage: Stage) -> None:
        Reattempt.objects.create(
            order=stage.subscription.order, cycle=1, n=1, due_at=stage.now, work_at=stage.now,
            state="scheduled", made_by="razorpay",
        )  # fmt: skip
        assert self.seen(stage) == 0

    def test_a_charge_of_long_ago(self, stage: Stage) -> None:
        long_ago = int((stage.charge_at - timedelta(days=31)).timestamp())
        assert self.seen(stage, charge_at=long_ago) == 0
        assert LookUp.objects.filter(why="overdue_charge").count() == 0


def test_looking_for_them_is_one_statement(stage: Stage, django_assert_num_queries: Any) -> None:
    stage.go(stage.charge_at)
    with django_assert_num_queries(1):
        assert overdue.ask_about() == 0
    stage.go(stage.charge_at + 2 * HOUR)
    with django_assert_num_queries(2):
        assert overdue.ask_about() == 1
    with django_assert_num_queries(1):
        assert overdue.ask_about() == 0, "it is asked about already"


@pytest.mark.postgres
def test_it_reads_the_index_of_what_is_to_be_charged(stage: Stage) -> None:
    """Among many that are charged another day."""
    sql, params = overdue.overdue(stage.now).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "subscriptions_to_be_charged" in plan
