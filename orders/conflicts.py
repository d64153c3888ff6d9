"""Different values that Razorpay gave for what is set once. The row has the first of them
(`orders.merging`); the others are kept beside it, and told where the row is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.sentences import shown
from orders.causes import at
from orders.merging import Merged

# In the order in which they are told, for a column of JSON has none of its own.
FIELDS = {
    "amount": gettext_noop("Amount"),
    "currency": gettext_noop("Currency"),
    "email": gettext_noop("E-mail"),
    "contact": gettext_noop("Phone"),
    "razorpay_order_id": gettext_noop("Order ID"),
    "razorpay_invoice_id": gettext_noop("Invoice ID"),
    "razorpay_customer_id": gettext_noop("Customer ID"),
    "razorpay_token_id": gettext_noop("Token ID"),
    "razorpay_payment_id": gettext_noop("Payment ID"),
    "short_url": gettext_noop("Hosted page"),
    "notes": gettext_noop("Notes"),
    "created_at": gettext_noop("Made at"),
    "billing_start": gettext_noop("Period from"),
    "billing_end": gettext_noop("Period to"),
    "paid_at": gettext_noop("Paid at"),
    "expired_at": gettext_noop("Expired at"),
}
MOMENTS = {"created_at", "billing_start", "billing_end", "paid_at", "expired_at"}


def told(row: Merged) -> list[str]:
    """A sentence for each field of which there are several values."""
    text = _(
        "%(field)s: Razorpay told %(first)s first, and also %(others)s. Raseed shows the first."
    )
    found = []
    for name, label in FIELDS.items():
        others = [in_words(row, name, value) for _as_of, value in row.conflicts.get(name, [])]
        if others:
            first = in_words(row, name, getattr(row, name))
            said = {"field": _(label), "first": first, "others": ", ".join(others)}
            found.append(text % said)
    return found


def of_others(rows: Iterable[tuple[str, Merged]]) -> list[str]:
    """The same of rows that have no place of their own on a page: each with its name."""
    text = _("%(name)s, %(said)s")
    return [text % {"name": name, "said": said} for name, row in rows for said in told(row)]


def in_words(row: Merged, name: str, value: Any) -> str:
    """A value as a reader sees it."""
    if name == "amount":
        return shown((value, getattr(row, "currency", "")))
    if name in MOMENTS:
        return shown(at(value))
    if name == "notes":
        return ", ".join(f"{key}: {note}" for key, note in value.items())
    return str(value)
