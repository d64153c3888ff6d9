"""Different values that Razorpay gave for what is set once. The row has the first of them
(`orders.merging`); the others are kept beside it, and told where the row is shown."""

from __future__ import annotations

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
    "short_url": gettext_noop("Hosted page"),
    "notes": gettext_noop("Notes"),
    "created_at": gettext_noop("Made at"),
}


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


def in_words(row: Merged, name: str, value: Any) -> str:
    """A value as a reader sees it."""
    if name == "amount":
        return shown((value, getattr(row, "currency", "")))
    if name == "created_at":
        return shown(at(value))
    if name == "notes":
        return ", ".join(f"{key}: {note}" for key, note in value.items())
    return str(value)
