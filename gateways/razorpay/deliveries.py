"""The envelope around the entities of one webhook.

`{entity, account_id, event, contains, payload: {<name>: {entity: {...}}}, created_at}`
Source: https://razorpay.com/docs/webhooks/payments/
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from gateways.razorpay import entities
from gateways.razorpay.entities import Entity

LONGEST_NAME = 64
LONGEST_NUMBER = 30  # digits; Python itself refuses to read 5,000 of them
# The facts that a body without created_at can be dated by. Planned times (charge_at, end_at, ...)
# lie ahead and say nothing about when the snapshot was taken.
PAST = ("created_at", "issued_at", "paid_at", "expired_at", "ended_at")


class Unreadable(ValueError):
    """Signed, but not a JSON object with an event name."""


@dataclass(frozen=True)
class Delivery:
    """What one event says. `as_of` is unix seconds, 0 when the body does not tell; `is_dated` where
    the body says it of itself, and it is not taken from what it is about."""

    type: str
    account_id: str
    as_of: int
    digest: str
    entities: dict[str, Entity]
    is_dated: bool

    def __getitem__(self, kind: str) -> Entity | None:
        return self.entities.get(kind)

    def ids(self) -> list[str]:
        """Every Razorpay id by which this delivery may find its story, sorted."""
        found = {entity.id for entity in self.entities.values()}
        for entity in self.entities.values():
            for link in ("order_id", "invoice_id", "payment_id", "subscription_id", "token_id"):
                found.add(entity.get(link) or "")
        return sorted(found - {""})


def load(body: bytes) -> dict[str, Any]:
    """The body's JSON object. Raises Unreadable."""
    try:
        loaded = json.loads(body.decode(), parse_int=number, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)[:200]) from error
    if not isinstance(loaded, dict):
        raise Unreadable("not a JSON object")
    return loaded


def number(digits: str) -> int | None:
    """An integer, or None for one that no amount or time can be."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else None


def refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def name_of(loaded: dict[str, Any]) -> str:
    """The event's name. Raises Unreadable when there is none."""
    name = loaded.get("event")
    if not isinstance(name, str) or not name.strip():
        raise Unreadable("no event name")
    return entities.text(name)[:LONGEST_NAME]


def account_of(loaded: dict[str, Any]) -> str:
    """The merchant's "acc_..." or ""."""
    try:
        return entities.ident(loaded.get("account_id"))[:32]
    except entities.Unusable:
        return ""


def read(body: bytes) -> Delivery:
    """Parse a stored body. Raises Unreadable."""
    loaded = load(body)
    payload = loaded.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    found = {}
    for kind in entities.SHAPES:
        wrapper = payload.get(kind)
        entity = entities.read(kind, wrapper.get("entity") if isinstance(wrapper, dict) else None)
        if entity:
            found[kind] = entity
    date = date_of(loaded, payload)
    return Delivery(
        type=name_of(loaded),
        account_id=account_of(loaded),
        as_of=newest_of(found) if date is None else date,
        digest=hashlib.sha256(body).hexdigest(),
        entities=found,
        is_dated=date is not None,
    )


def date_of(loaded: dict[str, Any], payload: dict[str, Any]) -> int | None:
    """When the snapshot was taken, as the body says; never the time of arrival.

    Two published bodies carry created_at inside payload, live ones may lack it.
    """
    for place in (loaded, payload):
        try:
            return entities.moment(place.get("created_at"))
        except entities.Unusable:
            continue
    return None


def newest_of(found: dict[str, Entity]) -> int:
    """The last thing that it tells of: the snapshot is not older."""
    return max((e.get(past) or 0 for e in found.values() for past in PAST), default=0)
