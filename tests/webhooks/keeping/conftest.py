"""Events of a long time ago, and a clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from gateways.models import Gateway
from tests.conftest import Razorpay
from tests.gateways.people import meera, signed_in
from tests.lives import T
from tests.samples import sample
from tests.webhooks.keeping.files import Write
from webhooks import work
from webhooks.keeping import dropping
from webhooks.models import Event

__all__ = ["meera", "signed_in"]

THEN = datetime.fromtimestamp(T + 60, UTC)
PERIOD = timedelta(days=180) + dropping.SLACK


@pytest.fixture
def clock() -> Iterator[Any]:
    """When the samples were news."""
    with time_machine.travel(THEN, tick=False) as travelled:
        yield travelled


def fill(razorpay: Razorpay, many: int) -> None:
    """Events of another shop's payments."""
    for number in range(many):
        other = {"id": f"pay_Number{number:08}", "order_id": None}
        razorpay.post(sample("payment.failed", payment=other))
    while work.work():
        pass


def age(*events: Event, by: timedelta = PERIOD + timedelta(minutes=1)) -> None:
    """These events were received so long before now."""
    for event in events or Event.objects.all():
        Event.objects.filter(pk=event.pk).update(received_at=event.received_at - by)


def has_body() -> list[bool]:
    """Of each event, by id."""
    rows = Event.objects.order_by("pk")
    for event in rows:
        assert (event.kept is None) == (event.body_dropped_at is None)
        assert event.kept is None or bytes(event.body) == b""
    return [event.kept is None for event in rows]


def place(gateway: Gateway) -> int:
    gateway.refresh_from_db()
    return gateway.bodies_dropped_to


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file of these lines; its name."""

    def to_file(*lines: dict[str, Any] | str | bytes) -> str:
        raw = [line if isinstance(line, str | bytes) else json.dumps(line) for line in lines]
        whole = b"".join(b + b"\n" for b in (r.encode() if isinstance(r, str) else r for r in raw))
        path = tmp_path / "inbox.jsonl"
        path.write_bytes(whole)
        return str(path)

    return to_file
