"""The inbox as JSON lines (docs/inbox-export.md): one event a line, the oldest first."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from accounts.models import Account
from gateways.models import Gateway
from webhooks.keeping import packing
from webhooks.models import Event

VERSION = 1
BATCH = 100


@dataclass(frozen=True)
class Span:
    """Received from `since` on, and before `until`; None is without an end."""

    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Span()


def of_account(account: Account, span: Span = EVERYTHING) -> Iterator[str]:
    """The lines of all its gateways, also of those that were disconnected."""
    for gateway in Gateway.objects.filter(account=account).order_by("pk"):
        yield from of_gateway(gateway, span)


def of_gateway(gateway: Gateway, span: Span = EVERYTHING) -> Iterator[str]:
    """Its lines. A batch at a time by id: memory and cursors are the same for any inbox."""
    rows = Event.objects.filter(gateway=gateway).order_by("pk")
    if span.since is not None:
        rows = rows.filter(received_at__gte=span.since)
    if span.until is not None:
        rows = rows.filter(received_at__lt=span.until)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        for event in batch:
            yield json.dumps(line(gateway, event)) + "\n"


def line(gateway: Gateway, event: Event) -> dict[str, Any]:
    """One event; what it does not hold is no part of an export."""
    return {
        "version": VERSION,
        "gateway": gateway.uid,
        "mode": gateway.mode,
        "event_id": event.event_id,
        "kind": event.kind,
        "type": event.type,
        "account_ref": event.account_ref,
        "received_at": moment(event.received_at),
        "status": event.status,
        "sha256": bytes(event.body_sha256).hex(),
        **body(event),
    }


def body(event: Event) -> dict[str, Any]:
    """The raw body under one of two names, or what was kept of it."""
    if event.kept is not None:
        dropped_at = event.body_dropped_at or event.received_at
        told = packing.load(bytes(event.kept))
        return {"body_dropped_at": moment(dropped_at), "kept": told}
    raw = bytes(event.body)
    try:
        return {"body": raw.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(raw).decode()}


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
