"""What PostgreSQL reads to choose a batch: rows are counted, not seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from gateways.models import Gateway
from tests.webhooks import inboxes
from webhooks import claims
from webhooks.models import Event

pytestmark = pytest.mark.postgres

FEW = 300  # rows; a batch is 25


@contextmanager
def counting_rows() -> Iterator[list[int]]:
    """The rows that each statement reads, whether it uses them or not."""
    read: list[int] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "webhooks_event" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                if sql.lstrip().startswith("UPDATE"):
                    cursor.execute("SAVEPOINT plan")
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
                (plan,) = cursor.fetchone()
                if sql.lstrip().startswith("UPDATE"):
                    cursor.execute("ROLLBACK TO SAVEPOINT plan")
            plan = json.loads(plan) if isinstance(plan, str) else plan
            read.append(rows_of(plan[0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield read


def rows_of(node: dict[str, Any]) -> int:
    """Of this node and those below it, as often as they ran."""
    below = sum(rows_of(inner) for inner in node.get("Plans", []))
    if not node["Node Type"].endswith("Scan") or "CTE" in node["Node Type"]:
        return below
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    rows = node["Actual Rows"] + sum(node.get(name, 0) for name in removed)
    return int(rows * node["Actual Loops"]) + below


@pytest.fixture(params=["never analysed", "analysed", "analysed while nothing was open"])
def flooded(request: pytest.FixtureRequest, gateway: Gateway, their_gateway: Gateway) -> Gateway:
    """20,000 open events of one gateway, one of another, and a history; what the planner knows of
    it differs."""
    claims.Turn.served = 0
    for each in (gateway, their_gateway, *inboxes.gateways(1)):
        inboxes.fill(each, 5_000, status="processed", done=True)
    if request.param == "analysed while nothing was open":
        analyse()
    inboxes.fill(gateway, 20_000)
    inboxes.fill(their_gateway, 1)
    if request.param == "analysed":
        analyse()
    return gateway


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE webhooks_event")


def batch() -> list[int]:
    """The gateways of the next batch, and that little was read for it."""
    with counting_rows() as read:
        _name, taken = claims.take()
    assert read, "nothing was measured"
    assert sum(read) < FEW, read
    return list(Event.objects.filter(pk__in=taken).values_list("gateway_id", flat=True))


def test_a_batch_reads_few_rows_however_many_are_open(
    flooded: Gateway, their_gateway: Gateway
) -> None:
    first = batch()
    assert set(first) == {flooded.pk, their_gateway.pk}
    for _turn in range(3):
        assert set(batch()) == {flooded.pk}


def test_thousands_that_wait_are_not_read(flooded: Gateway, their_gateway: Gateway) -> None:
    """All of a gateway's failed a moment ago."""
    inboxes.wait_until(timezone.now() + timedelta(minutes=1), Event.objects.filter(gateway=flooded))
    inboxes.fill(flooded, 1)
    assert sorted(batch()) == sorted([flooded.pk, their_gateway.pk])
