"""Razorpay's entities, with only the fields Raseed relies on, cleaned.

Every field is optional: published bodies lack keys, send "" for null and `[]` for no notes, and
live ones differ by method. A key that is absent, or holds what cannot be meant (an amount that is
text, a time in the year 1), is left out, and what is left out changes nothing. null stays null.

Sources: https://razorpay.com/docs/api/payments/entity/ and its siblings for orders, refunds,
invoices, subscriptions and tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import normal_email

LARGEST_AMOUNT = 2**53  # exact in every JSON reader
LATEST_TIME = 4_102_444_800  # 2100-01-01
ID = re.compile(r"[A-Za-z0-9_]{1,40}")
NO_EMAIL = "void@razorpay.com"  # what Razorpay sends when the buyer gave none

Cleaner = Callable[[Any], Any]


class Unusable(ValueError):
    """This value cannot be what Razorpay means."""


@dataclass(frozen=True)
class Entity:
    """One entity of a delivery: its id and the fields that were there."""

    id: str
    fields: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        return self.fields.get(name, default)


def text(value: Any) -> str:
    """Text that a database can hold: no NUL, no half of a surrogate pair, 255 characters."""
    if not isinstance(value, str):
        raise Unusable(value)
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:255]


def ident(value: Any) -> str:
    """A Razorpay id."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Unusable(value)
    return value


def amount(value: Any) -> int:
    """An amount in the smallest unit. JSON true is no 1."""
    if type(value) is not int or not 0 <= value <= LARGEST_AMOUNT:
        raise Unusable(value)
    return value


def count(value: Any) -> int:
    """A small counter."""
    number = amount(value)
    if number > 1_000_000:
        raise Unusable(value)
    return number


def moment(value: Any) -> int:
    """A time in unix seconds."""
    if type(value) is not int or not 0 < value < LATEST_TIME:
        raise Unusable(value)
    return value


def currency(value: Any) -> str:
    code = text(value)
    if len(code) != 3:
        raise Unusable(value)
    return code.upper()


def flag(value: Any) -> bool:
    """Razorpay's booleans: true, 1 and "1" (seen in subscription bodies)."""
    return value is True or (type(value) is int and value == 1) or value == "1"


def email(value: Any) -> str | None:
    """An address, or None where Razorpay puts its placeholder."""
    address = normal_email(text(value))
    return None if address in {"", NO_EMAIL} else address


def word(value: Any) -> str:
    """A status or reason: lower case, short."""
    return text(value).lower()[:64]


def notes(value: Any) -> dict[str, str]:
    """Notes; empty ones come as a list."""
    if not isinstance(value, dict):
        return {}
    return {text(key): text(str(inner)) for key, inner in list(value.items())[:15]}


def card(value: Any) -> dict[str, str]:
    """What a buyer recognises a card by."""
    if not isinstance(value, dict):
        raise Unusable(value)
    return {
        key: text(value[key]) for key in ("network", "last4") if isinstance(value.get(key), str)
    }


def standing(value: Any) -> dict[str, str]:
    """Where a mandate stands: its status, and what the bank said when it refused."""
    if not isinstance(value, dict):
        raise Unusable(value)
    said = value.get("failure_reason")
    return {
        "status": word(value.get("status")),
        "failure_reason": text(said) if isinstance(said, str) else "",
    }


def foreign(value: Any) -> dict[str, bool]:
    """Whether a mandate's card is of another country; what is not told is left out."""
    if not isinstance(value, dict) or value.get("international") is None:
        raise Unusable(value)
    return {"international": flag(value["international"])}


PAYMENT: dict[str, Cleaner] = {
    "amount": amount, "currency": currency, "status": word, "captured": flag,
    "order_id": ident, "invoice_id": ident, "customer_id": ident, "token_id": ident,
    "amount_refunded": amount, "refund_status": word, "method": word, "card": card,
    "bank": text, "wallet": text, "vpa": text, "email": email, "contact": text, "notes": notes,
    "international": flag, "fee": amount, "tax": amount, "error_code": word,
    "error_description": text, "error_source": word, "error_step": word,
    "error_reason": word, "created_at": moment,
}  # fmt: skip
ORDER: dict[str, Cleaner] = {
    "amount": amount, "currency": currency, "status": word, "receipt": text, "notes": notes,
    "created_at": moment,
}  # fmt: skip
REFUND: dict[str, Cleaner] = {
    "amount": amount, "currency": currency, "payment_id": ident, "status": word,
    "speed_requested": word, "speed_processed": word, "receipt": text, "notes": notes,
    "created_at": moment,
}  # fmt: skip
INVOICE: dict[str, Cleaner] = {
    "subscription_id": ident, "order_id": ident, "payment_id": ident, "customer_id": ident,
    "status": word, "amount": amount, "currency": currency, "billing_start": moment,
    "billing_end": moment, "paid_at": moment, "issued_at": moment, "expired_at": moment,
    "short_url": text, "notes": notes, "created_at": moment,
}  # fmt: skip
SUBSCRIPTION: dict[str, Cleaner] = {
    "plan_id": ident, "customer_id": ident, "status": word, "quantity": count,
    "total_count": count, "paid_count": count, "remaining_count": count, "auth_attempts": count,
    "current_start": moment, "current_end": moment, "charge_at": moment, "start_at": moment,
    "end_at": moment, "ended_at": moment, "expire_by": moment, "short_url": text,
    "payment_method": word, "has_scheduled_changes": flag, "change_scheduled_at": moment,
    "pause_initiated_by": word, "cancel_initiated_by": word, "notes": notes, "created_at": moment,
}  # fmt: skip
TOKEN: dict[str, Cleaner] = {
    "customer_id": ident, "method": word, "status": word, "recurring_details": standing,
    "card": foreign, "max_amount": amount, "expired_at": moment, "created_at": moment,
}  # fmt: skip
DISPUTE: dict[str, Cleaner] = {
    "payment_id": ident, "amount": amount, "currency": currency, "status": word, "phase": word,
    "reason_code": word, "respond_by": moment, "created_at": moment,
}  # fmt: skip

SHAPES = {
    "payment": PAYMENT, "order": ORDER, "refund": REFUND, "invoice": INVOICE,
    "subscription": SUBSCRIPTION, "token": TOKEN, "dispute": DISPUTE,
}  # fmt: skip


def read(kind: str, raw: Any) -> Entity | None:
    """The entity in `raw`, or None when there is none with an id."""
    if not isinstance(raw, dict):
        return None
    try:
        name = ident(raw.get("id"))
    except Unusable:
        return None
    fields: dict[str, Any] = {}
    for key, clean in SHAPES[kind].items():
        if key not in raw:
            continue
        try:
            fields[key] = None if raw[key] is None else clean(raw[key])
        except Unusable:
            continue
    return Entity(name, fields)
