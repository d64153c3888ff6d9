"""What Razorpay's API answered, kept and merged as a webhook is.

An answer that says what an earlier one said is the same fact, and is not kept twice.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from webhooks import claims, work
from webhooks.models import Event


def hear(
    *, gateway_id: int, name: str, entities: dict[str, Any], asked_at: int = 0, **signal: Any
) -> None:
    """Keep one answer and apply it at once. Whatever fails, the worker tries again.

    `asked_at` (unix seconds) dates what has no time of its own, such as a subscription's state.
    """
    keep(gateway_id, body_of(name, entities, asked_at), name)


def body_of(name: str, entities: dict[str, Any], asked_at: int = 0) -> bytes:
    """An answer in the envelope of a webhook; the same bytes for the same fact."""
    body: dict[str, Any] = {
        "entity": "event",
        "event": name,
        "payload": {kind: {"entity": entity} for kind, entity in entities.items()},
    }
    if asked_at:
        body["created_at"] = asked_at
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def keep(
    gateway_id: int, raw: bytes, name: str, reconciliation_id: int | None = None
) -> Event | None:
    """Keep one body and apply it at once; None if it was known already."""
    event, new = Event.objects.get_or_create(
        gateway_id=gateway_id,
        body_sha256=hashlib.sha256(raw).digest(),
        defaults={
            "kind": Event.Kind.API,
            "type": name,
            "body": raw,
            "reconciliation_id": reconciliation_id,
        },
    )
    claim = claims.take_one(event.pk)
    if claim is not None:
        work.process(event.pk, claim)
    return event if new else None
