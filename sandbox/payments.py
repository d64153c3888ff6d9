"""Payments: started, then failed or authorised, then captured or given back."""

from typing import NamedTuple

from sandbox import events, mandates, orders, tokens
from sandbox.books import Doc, Merchant
from sandbox.clock import DAY
from sandbox.entities import bodies, instruments, mishaps
from sandbox.refusals import Refused
from sandbox.world import World

HOLD = 3 * DAY
PATIENCE = 600
BANK_IS_LATE = 60
NO_EMAIL = "void@razorpay.com"
CONTACT = "+919811122233"


class Payer(NamedTuple):
    method: str = "card"
    email: str | None = None
    contact: str | None = None
    # What a shop hands to the checkout besides, and finds on the payment again.
    description: str | None = None
    notes: Doc | None = None
    # A card of another country.
    international: bool = False
    # The buyer also allows later debits, by an order that asks for that.
    recurring: bool = False


def start(
    world: World,
    merchant: Merchant,
    payer: Payer,
    amount: int,
    currency: str,
    *,
    order: Doc | None = None,
    by: str = "buyer",
) -> Doc:
    """by: who started it, for whoever counts: buyer, seller (by hand), api, or razorpay itself."""
    abroad = payer.international
    payment = bodies.payment(amount, currency, payer.method, at=world.now, international=abroad)
    payment["email"] = payer.email or (NO_EMAIL if world.odd("void_email") else None)
    payment["contact"] = payer.contact or CONTACT
    payment.update(description=payer.description, notes=payer.notes or [], _by=by)
    if order:
        payment["order_id"] = order["id"]
        orders.attempt(world, order)
    if order and payer.recurring:
        mandates.check_method(order, payer.method)
        tokens.begin(world, payment, order)
    return world.books.add(merchant, payment)


def leave_open(world: World, payment: Doc) -> Doc:
    """The buyer is at the bank. Without an answer the payment fails after ten minutes."""
    payment["_due_at"] = world.now + PATIENCE
    return world.books.put(payment)


def fail(world: World, payment: Doc, reason: str) -> Doc:
    payment.update(status="failed", _due_at=None, **mishaps.error_fields(reason))
    payment.update(_final_at=world.now, _failed_at=world.now, _failed_for=reason)
    count = world.books.setting("failures", 0) + 1
    world.books.keep_setting("failures", count)
    payment["_errors_empty"] = count % 3 == 0
    world.books.put(payment)
    events.of_payment(world, "payment.failed", payment)
    return payment


def answer_later(world: World, payment: Doc) -> Doc:
    """A failed one that the bank approves after all, in a minute."""
    payment["_due_at"] = world.now + BANK_IS_LATE
    return world.books.put(payment)


def authorise(world: World, payment: Doc) -> Doc:
    payment.update(mishaps.NO_ERROR, status="authorized")
    payment["acquirer_data"] = instruments.bank_reference(payment["method"], approved=True)
    payment["_due_at"] = world.now + _hold(world, payment)
    world.books.put(payment)
    events.of_payment(world, "payment.authorized", payment)
    return payment


def _hold(world: World, payment: Doc) -> int:
    order = world.books.get(payment["order_id"] or "")
    minutes = order["_hold_minutes"] if order else None
    return minutes * 60 if minutes else HOLD


def capture(world: World, payment: Doc) -> Doc:
    """payment.captured, and order.paid when nothing is due any more: both in one second."""
    tax = round(payment["amount"] * 0.02 * 0.18)
    fee = round(payment["amount"] * 0.02) + tax
    payment.update(mishaps.NO_ERROR, status="captured", captured=True, fee=fee, tax=tax)
    payment.update(_due_at=None, _final_at=world.now)
    if payment["acquirer_data"] == instruments.bank_reference(payment["method"], approved=False):
        payment["acquirer_data"] = instruments.bank_reference(payment["method"], approved=True)
    world.books.put(payment)
    events.of_payment(world, "payment.captured", payment)
    order = world.books.get(payment["order_id"] or "")
    if order and orders.receive(world, order, payment):
        events.order_paid(world, payment, order)
    return payment


def capture_by_seller(world: World, payment: Doc, amount: int, currency: str) -> Doc:
    if payment["status"] in ("captured", "refunded"):
        raise Refused("This payment has already been captured", field="status")
    if payment["status"] != "authorized":
        raise Refused("Only payments which have been authorized can be captured", field="status")
    if (amount, currency) != (payment["amount"], payment["currency"]):
        text = "Capture amount must be equal to the amount authorized"
        raise Refused(text, field="amount")
    return capture(world, payment)


def of_order(world: World, order: Doc) -> list[Doc]:
    return world.books.all("payment", order_id=order["id"])


def last_of_order(world: World, order: Doc, status: str) -> Doc | None:
    found = [p for p in of_order(world, order) if p["status"] == status]
    return found[-1] if found else None
