"""Inboxes with many open events, made without posting each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Account
from gateways.models import Gateway
from tests.conftest import make_gateway
from webhooks.models import Event

FILL = """
INSERT INTO webhooks_event
    (gateway_id, type, body, body_sha256, received_at, status, processed_at, attempts, outcome)
WITH RECURSIVE numbers (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s
)
SELECT %s, 'payment.captured', {body}, {digest}, %s, %s, %s, %s, '{{}}' FROM numbers
"""
BLOBS = {
    "sqlite": {"body": "CAST('{{}}' AS BLOB)", "digest": "CAST(%s + n AS BLOB)"},
    "postgresql": {"body": "'{{}}'::bytea", "digest": "int8send(%s + n)"},
}


def fill(
    gateway: Gateway, count: int, *, status: str = "received", done: bool = False, attempts: int = 0
) -> None:
    """So many events of one gateway: open, or done with."""
    if not count:
        return
    now = timezone.now()
    values: list[Any] = [
        count,
        gateway.pk,
        Event.objects.count(),
        now,
        status,
        now if done else None,
        attempts,
    ]
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(**BLOBS[connection.vendor]).replace("{{}}", "{}"), values)


def gateways(count: int) -> list[Gateway]:
    """One for each of so many accounts."""
    return [make_gateway(Account.objects.create(name=f"Shop {n}")) for n in range(count)]


def wait_until(moment: datetime, events: object) -> None:
    """These failed and are tried again then."""
    events.update(not_before=moment, attempts=1)  # type: ignore[attr-defined]
