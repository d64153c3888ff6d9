"""After a long outage: one run looks through a part of what is due, and none is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from gateways.models import Gateway, LookUp
from orders.looking_up import due
from tests.orders.looking_up.questions import HOUR, MINUTE, NOW, Asked, Kind, Why, rows
from tests.webhooks.test_claims_plans import rows_of

SECOND = MINUTE / 60


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MOST", 4)
    monkeypatch.setattr(due, "CALLS", 2)
    monkeypatch.setattr(due.Place, "after", None)


def test_one_run_looks_at_a_part_and_the_next_goes_on_behind_it(
    gateway: Gateway, their_gateway: Gateway, asked: Asked
) -> None:
    """A flood of one seller's; another's question is behind it, and reached."""
    rows(gateway, *"abcdefghij")
    rows(their_gateway, "x", since=NOW - MINUTE)
    due.work_off(NOW)
    due.work_off(NOW)
    assert asked.seen == ["a", "b", "e", "f"], "two calls of each stretch"
    due.work_off(NOW)
    assert asked.seen[4:] == ["i", "x", "j"]
    due.work_off(NOW)
    assert asked.seen[7:] == ["c", "d"], "and then from the beginning"


def test_what_is_no_more_than_a_run_looks_through_is_seen_whole_each_time(
    gateway: Gateway, asked: Asked
) -> None:
    rows(gateway, *"abcd")
    due.work_off(NOW)
    due.work_off(NOW)
    assert asked.seen == ["a", "b", "c", "d"]


def test_what_is_due_at_one_moment_is_not_torn_apart(gateway: Gateway, asked: Asked) -> None:
    """More than a run looks through: no place between them can be told."""
    rows(gateway, *"abcdefghi")
    LookUp.objects.update(due_at=NOW - HOUR)
    for turn in range(10):
        due.work_off(NOW + turn * SECOND)
    assert sorted(asked.seen) == list("abcdefghi")


@pytest.mark.postgres
def test_what_is_read_does_not_grow_with_what_is_due(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that were known before the outage, as PostgreSQL knows them."""
    monkeypatch.setattr(due, "MOST", 300)
    LookUp.objects.bulk_create(
        LookUp(
            gateway=gateway, kind=Kind.PAYMENT, razorpay_id=f"pay_{n}", why=Why.STILL_AUTHORIZED,
            due_at=NOW - HOUR + n * SECOND / 10,
        )
        for n in range(20_000)
    )  # fmt: skip
    connection.cursor().execute("ANALYZE gateways_lookup")
    read: list[int] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            (plan,) = cursor.cursor.fetchone()
        read.append(rows_of((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        assert len(due.due(NOW)) == due.BATCH
    assert max(read) < 4 * due.MOST
