"""What a shop hands to the checkout, in the field names of Razorpay's hosted form."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox import asked
from sandbox.books import Doc
from sandbox.entities import instruments
from sandbox.payments import Payer
from sandbox.refusals import Refused

# frame: inside checkout.js. embedded: a page of its own. link: a hosted page of the sandbox.
PLACES = ["frame", "embedded", "link"]
ORIGIN = re.compile(r"https?://[0-9A-Za-z.\-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
# What the form says for a card of another country.
ABROAD = "card_abroad"
COLOR = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


@dataclass(frozen=True)
class Ask:
    place: str
    key_id: str | None
    order_id: str | None
    subscription_id: str | None
    link: str | None
    change: bool
    customer_id: str | None
    recurring: bool
    amount: int | None
    currency: str | None
    name: str | None
    description: str | None
    buyer: str | None
    payer: Payer
    notes: Doc
    callback_url: str | None
    cancel_url: str | None
    parent: str | None
    color: str | None
    retry: bool

    def carried(self) -> Doc:
        """The hidden fields of the next form; what the buyer may change has fields of its own."""
        fields: Doc = {
            "place": self.place,
            "key_id": self.key_id,
            "order_id": self.order_id,
            "subscription_id": self.subscription_id,
            "link": self.link,
            "subscription_card_change": 1 if self.change else None,
            "customer_id": self.customer_id,
            "recurring": 1 if self.recurring else None,
            "amount": self.amount,
            "currency": self.currency,
            "name": self.name,
            "description": self.description,
            "prefill[name]": self.buyer,
            "callback_url": self.callback_url,
            "cancel_url": self.cancel_url,
            "parent": self.parent,
            "theme[color]": self.color,
            "retry": None if self.retry else 0,
        }
        fields |= {f"notes[{name}]": value for name, value in self.notes.items()}
        return {name: value for name, value in fields.items() if value is not None}


def read(fields: Doc, place: str) -> Ask:
    prefill, notes = asked.table(fields, "prefill"), asked.notes(fields) or {}
    if not isinstance(notes, dict):
        raise Refused("The notes must be an object.", field="notes")
    return Ask(
        place=place,
        key_id=asked.text(fields, "key_id", longest=40),
        order_id=asked.text(fields, "order_id", longest=40),
        subscription_id=asked.text(fields, "subscription_id", longest=40),
        link=asked.text(fields, "link", longest=40),
        change=asked.flag(fields, "subscription_card_change"),
        customer_id=asked.text(fields, "customer_id", longest=40),
        recurring=_recurring(fields),
        amount=asked.integer(fields, "amount"),
        currency=asked.currency(fields) if fields.get("currency") else None,
        name=asked.text(fields, "name", longest=255),
        description=asked.text(fields, "description", longest=255),
        buyer=asked.text(prefill, "name", longest=255),
        payer=_payer(prefill),
        notes=notes,
        callback_url=_address(fields, "callback_url"),
        cancel_url=_address(fields, "cancel_url"),
        parent=_parent(fields) if place == "frame" else None,
        color=_color(asked.table(fields, "theme")),
        retry=asked.flag(fields, "retry", default=True),
    )


def bare(fields: Doc, place: str) -> Ask | None:
    """When the rest cannot be read: at least who may show the sentence that says so."""
    try:
        return read({"parent": fields.get("parent")}, place)
    except Refused:
        return None


def _recurring(fields: Doc) -> bool:
    """preferred is for shops that can do without; here it is a yes."""
    return fields.get("recurring") == "preferred" or asked.flag(fields, "recurring")


def _payer(prefill: Doc) -> Payer:
    wished = prefill.get("method")
    abroad = wished == ABROAD
    # Razorpay has methods that the sandbox has not: a wish for one is no error.
    method = wished if wished in instruments.MAKERS else "upi"
    email = asked.text(prefill, "email", longest=254)
    contact = asked.text(prefill, "contact", longest=15)
    return Payer("card" if abroad else str(method), email, contact, international=abroad)


def _address(fields: Doc, name: str) -> str | None:
    """Anywhere on the web, as the shop wishes, but nothing else: no javascript:, no data:."""
    url = asked.text(fields, name)
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or re.search(r"[\x00-\x20\x7f\\]", url):
        raise Refused(f"The {name} must begin with http:// or https://.", field=name)
    return url


def _parent(fields: Doc) -> str:
    """The page around the frame. Only its origin may show the frame, or hear from it."""
    origin = asked.needed_text(fields, "parent", longest=255)
    if not ORIGIN.fullmatch(origin):
        text = "The page that opened the checkout needs an address with http:// or https://."
        raise Refused(text, field="parent")
    return origin


def _color(theme: Doc) -> str | None:
    """Decoration only, so a colour that is none is left out."""
    color = theme.get("color")
    return color if isinstance(color, str) and COLOR.fullmatch(color) else None


def place(fields: Doc) -> str:
    return asked.choice(fields, "place", PLACES, "embedded")
