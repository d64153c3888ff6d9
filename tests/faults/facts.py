"""What the sender knows of the money, from the bodies alone: nothing of Raseed's is used here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.faults.told import STRANGER, Life

TRUE = (True, 1, "1")


def money_of(life: Life) -> int:
    """Captured minus what went back (processed refunds, lost disputes), in the smallest unit."""
    captured: dict[str, int] = {}
    back: dict[str, tuple[str, int]] = {}
    for body in map(json.loads, life.bodies):
        held = entities_of(body)
        if was_captured(held.get("payment", {})):
            captured[held["payment"]["id"]] = held["payment"]["amount"]
        for entity in returned(held):
            back[entity["id"]] = entity["payment_id"], entity["amount"]
    # Razorpay's own refund of what was never captured takes nothing away.
    gone = sum(amount for payment, amount in back.values() if payment in captured)
    return sum(captured.values()) - gone


def entities_of(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By kind. Some bodies have their created_at among them."""
    parts = body.get("payload", {}).items()
    return {kind: part["entity"] for kind, part in parts if isinstance(part, dict)}


def was_captured(payment: dict[str, Any]) -> bool:
    if payment.get("status") == "captured":
        return True
    given_back = payment.get("status") == "refunded"
    return given_back and payment.get("captured") in TRUE


def returned(held: dict[str, dict[str, Any]]) -> Iterable[dict[str, Any]]:
    if held.get("refund", {}).get("status") == "processed":
        yield held["refund"]
    if held.get("dispute", {}).get("status") == "lost":
        yield held["dispute"]


def by_email(lives: Iterable[Life]) -> dict[str, int]:
    return {life.email: money_of(life) for life in lives if life.kind != STRANGER}
