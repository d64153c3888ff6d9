"""Lines of an export, as a person may have changed them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from gateways.models import Gateway
from tests.commands.terminal import run
from tests.samples import as_bytes, sample

Write = Callable[..., str]


def line(told: dict[str, Any] | bytes | None = None, /, **changed: Any) -> dict[str, Any]:
    """A line as export_inbox writes it, received just now."""
    raw = as_bytes(sample("payment.captured") if told is None else told)
    found = {
        "version": 1, "gateway": "gw_elsewhere", "mode": "test", "event_id": "evt1",
        "kind": "webhook", "type": "payment.captured", "account_ref": "acc_RsdTestAcc0001",
        "received_at": timezone.now().isoformat(), "status": "processed",
        "sha256": hashlib.sha256(raw).hexdigest(), "body": raw.decode(),
    } | changed  # fmt: skip
    return {name: value for name, value in found.items() if value is not ...}


def kept(**changed: Any) -> dict[str, Any]:
    """What was kept of a captured payment."""
    return {
        "type": "payment.captured", "account_id": "acc_1", "as_of": 1700000000, "is_dated": True,
        "entities": {"payment": {"id": "pay_1", "amount": 100, "captured": True}},
    } | changed  # fmt: skip


def take(name: str, gateway: Gateway, *options: str) -> str:
    return run("import_inbox", name, "--gateway", gateway.uid, *options)
