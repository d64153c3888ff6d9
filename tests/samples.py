"""Our own samples of Razorpay's bodies, and what a test changes in them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads"
MISSING = object()  # an override that takes the key away


def names() -> list[str]:
    """Every sample's name: `<event>` or `<event>.<shape>`."""
    return sorted(path.stem for path in PAYLOADS.glob("*.json"))


def sample(name: str, created_at: Any = None, **entities: dict[str, Any]) -> dict[str, Any]:
    """A sample with some fields of its entities changed: `sample("order.paid", order={...})`."""
    body: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    if created_at is MISSING:
        body.pop("created_at", None)
    elif created_at is not None:
        body["created_at"] = created_at
    for kind, fields in entities.items():
        entity = body["payload"].setdefault(kind, {"entity": {}})["entity"]
        for key, value in fields.items():
            if value is MISSING:
                entity.pop(key, None)
            else:
                entity[key] = copy.deepcopy(value)
    return body


def as_bytes(body: dict[str, Any] | bytes) -> bytes:
    """As Razorpay sends it: compact, literal UTF-8."""
    if isinstance(body, bytes):
        return body
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def answer(told: dict[str, Any], kind: str, **fields: Any) -> dict[str, Any]:
    """The entity of an event as Razorpay's API answers with it, and as the inbox keeps that."""
    entity = {**told["payload"][kind]["entity"], **fields}
    return {**told, "event": f"{kind}.fetched", "payload": {kind: {"entity": entity}}}
