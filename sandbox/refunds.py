"""Refunds: by the seller, or by Razorpay itself of what was never captured."""

from sandbox import asked, events
from sandbox.books import Doc, owner
from sandbox.entities import bodies
from sandbox.refusals import Refused
from sandbox.world import World

OUTCOMES = ["processed", "pending", "failed"]
# Razorpay's test amount for a refund that does not go through.
UNLUCKY_AMOUNT = 2_468
FIELDS = ("amount", "speed", "notes", "receipt", "payment_id", "reverse_all")


def create(world: World, payment: Doc, body: Doc, outcome: str) -> Doc:
    asked.only(body, *FIELDS)
    speed = asked.choice(body, "speed", ["normal", "optimum"], "normal")
    amount = _amount(payment, body)
    refund = bodies.refund(payment, amount, at=world.now, speed=speed)
    refund.update(notes=asked.notes(body), receipt=asked.text(body, "receipt", longest=40))
    if amount == UNLUCKY_AMOUNT and speed == "normal":
        outcome = "failed"
    _begin(world, refund, payment, outcome)
    if amount == UNLUCKY_AMOUNT and speed == "optimum":
        events.of_refund(world, "refund.speed_changed", refund, payment)
    if outcome != "pending":
        finish(world, refund, outcome)
    return refund


def give_back(world: World, payment: Doc) -> Doc:
    """Razorpay's own refund of an authorised payment: captured stays false."""
    payment.update(_due_at=None, _final_at=world.now)
    refund = bodies.refund(payment, payment["amount"], at=world.now, speed="normal")
    _begin(world, refund, payment, "processed")
    return finish(world, refund, "processed")


def _amount(payment: Doc, body: Doc) -> int:
    if payment["amount_refunded"] >= payment["amount"]:
        raise Refused("The payment has been fully refunded already", field="amount")
    if not payment["captured"]:
        text = "The payment status should be captured for action to be taken"
        raise Refused(text, field="status")
    left: int = payment["amount"] - payment["amount_refunded"]
    if body.get("amount") in (None, ""):
        return left
    amount = asked.amount(body, payment["currency"])
    if amount > left:
        text = "The refund amount provided is greater than amount captured"
        raise Refused(text, field="amount")
    return amount


def _begin(world: World, refund: Doc, payment: Doc, outcome: str) -> None:
    refund["_outcome"] = outcome
    world.books.add(owner(payment), refund)
    _count(world, payment, refund["amount"])
    events.of_refund(world, "refund.created", refund, payment)


def finish(world: World, refund: Doc, outcome: str) -> Doc:
    if refund["status"] != "pending":
        raise Refused(f"This refund is {refund['status']} already.", field="status")
    payment = world.books.the(refund["payment_id"])
    refund["status"] = outcome
    world.books.put(refund)
    if outcome == "failed":
        _count(world, payment, -refund["amount"])
    events.of_refund(world, f"refund.{outcome}", refund, payment)
    return refund


def _count(world: World, payment: Doc, amount: int) -> None:
    payment["amount_refunded"] += amount
    refunded, whole = payment["amount_refunded"], payment["amount"]
    payment["refund_status"] = None if not refunded else "partial" if refunded < whole else "full"
    if refunded >= whole:
        payment["status"] = "refunded"
    elif payment["status"] == "refunded":
        payment["status"] = "captured"
    world.books.put(payment)
