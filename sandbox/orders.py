"""Orders: opened by the seller, attempted and paid by the buyer."""

from sandbox import asked, mandates
from sandbox.books import Doc, Merchant, owner
from sandbox.entities import bodies
from sandbox.refusals import Refused
from sandbox.world import World

FIELDS = (
    *("amount", "currency", "receipt", "notes", "partial_payment", "first_payment_min_amount"),
    *("payment", "payment_capture", "unique_receipt", "customer_id", "method", "token"),
    *("notification", "offer_id", "checkout_config_id", "customer_details"),
)


def create(world: World, merchant: Merchant, body: Doc) -> Doc:
    asked.only(body, *FIELDS)
    receipt = asked.text(body, "receipt", longest=40)
    if receipt and asked.flag(body, "unique_receipt"):
        earlier = _with_receipt(world, merchant, receipt)
        if earlier:
            return earlier
    currency = asked.currency(body)
    amount = asked.amount(body, currency)
    order = bodies.order(amount, currency, at=world.now, receipt=receipt, notes=asked.notes(body))
    if asked.flag(body, "partial_payment"):
        least = asked.integer(body, "first_payment_min_amount", least=1, most=amount)
        order.update(partial_payment=True, first_payment_min_amount=least)
    order.update(_capture_plan(body))
    order.update(mandates.terms(world, merchant, body, amount))
    return world.books.add(merchant, order)


def _with_receipt(world: World, merchant: Merchant, receipt: str) -> Doc | None:
    found = [o for o in world.books.all("order", receipt=receipt) if owner(o) == merchant]
    return found[0] if found else None


def _capture_plan(body: Doc) -> Doc:
    """Automatic unless asked otherwise; the hold is how long an authorised payment may wait."""
    payment = asked.table(body, "payment")
    default = "automatic" if asked.flag(body, "payment_capture", default=True) else "manual"
    how = asked.choice(payment, "capture", ["automatic", "manual"], default)
    options = asked.table(payment, "capture_options")
    minutes = asked.integer(options, "manual_expiry_period", least=12, most=3 * 24 * 60)
    return {"_capture": how, "_hold_minutes": minutes}


def attempt(world: World, order: Doc) -> None:
    order["attempts"] += 1
    if order["status"] == "created":
        order["status"] = "attempted"
    world.books.put(order)


def receive(world: World, order: Doc, payment: Doc) -> bool:
    """Count captured money; True when this made the order paid."""
    if payment["currency"] != order["currency"]:
        return False
    order["amount_paid"] += payment["amount"]
    order["amount_due"] = max(0, order["amount"] - order["amount_paid"])
    became_paid: bool = order["status"] != "paid" and order["amount_due"] == 0
    if became_paid:
        order["status"] = "paid"
    world.books.put(order)
    return became_paid


def edit_notes(world: World, doc: Doc, body: Doc) -> Doc:
    """The one thing that Razorpay lets sellers edit on orders, payments and refunds."""
    asked.only(body, "notes")
    if "notes" not in body:
        raise Refused("The notes field is required.", field="notes")
    doc["notes"] = asked.notes(body)
    return world.books.put(doc)
