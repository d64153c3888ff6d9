"""Deliver facts to a gateway as Razorpay does, and hold the books against the reference model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import time_machine
from django.db import transaction

from gateways.models import Gateway
from orders import expiring
from tests.conftest import Razorpay
from tests.law import ours
from tests.law.comparing import differences
from tests.law.facts import Fact
from tests.law.model import fold
from tests.samples import as_bytes
from webhooks import answers, work
from webhooks.models import Event

Bodies = Sequence[dict[str, Any]]


class Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside never happened."""
    with suppress(Undo), transaction.atomic():
        yield
        raise Undo


def at(seconds: int) -> Any:
    """The world's clock stands at this time."""
    return time_machine.travel(datetime.fromtimestamp(seconds, UTC), tick=False)


def tell(razorpay: Razorpay, *bodies: dict[str, Any]) -> None:
    """Each arrives and is applied before the next."""
    for body in bodies:
        deliver(razorpay, body)
        work.work()


def deliver(razorpay: Razorpay, body: dict[str, Any]) -> None:
    """A webhook is signed and posted; what the API answered is kept as an answer."""
    if not str(body.get("event", "")).endswith((".fetched", ".resolved")):
        assert razorpay.post(body).status_code == 200
        return
    entities = {kind: held["entity"] for kind, held in body["payload"].items()}
    name = body["event"]
    is_dated = "subscription" in entities or name == "refund.resolved"
    asked_at = body.get("created_at", 0) if is_dated else 0
    answers.hear(gateway_id=razorpay.gateway.pk, name=name, entities=entities, asked_at=asked_at)


def facts_of(gateway: Gateway) -> list[Fact]:
    """What the inbox holds, as the model takes it."""
    rows = Event.objects.filter(gateway=gateway).values_list("body", "received_at")
    return [Fact(bytes(body), int(when.timestamp())) for body, when in rows]


def facts(bodies: Bodies, learnt: int) -> list[Fact]:
    """These bodies as facts, learnt at that time."""
    return [Fact(as_bytes(body), learnt) for body in bodies]


def astray(gateway: Gateway, bodies: Bodies, now: int) -> list[str]:
    """Where the books differ from what the model makes of these bodies, all learnt now."""
    expiring.expire()
    orders = ours.orders_of(gateway)
    return differences(fold(facts(bodies, now), orders, now), ours.books_of(gateway))
