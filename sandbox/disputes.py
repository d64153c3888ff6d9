"""Disputes: a buyer's bank questions a captured payment, and says in the end who keeps the money.

Source: https://razorpay.com/docs/api/disputes/entity
"""

import re

from sandbox import cycles, events
from sandbox.books import Doc, owner
from sandbox.entities import bodies
from sandbox.refusals import NotPossibleNow, Refused
from sandbox.world import World

PHASES = ["fraud", "retrieval", "chargeback", "pre_arbitration", "arbitration"]
DAYS_TO_RESPOND = 7
DECIDED = ("won", "lost", "closed")
NOT_RECEIVED = "goods_or_services_not_received_or_partially_received"
REASONS = {
    NOT_RECEIVED: "Goods or services not received",
    "goods_or_services_not_as_described": "Not as described, or broken",
    "credit_not_processed": "A promised refund did not come",
    "duplicate_processing": "Charged twice",
    "processed_invalid_expired_card": "The card was not valid",
    "non_matching_account_number": "Another account was charged",
    "chargeback_authorization": "The buyer did not allow it",
}
EVIDENCE = "Sent to the address of the order, and received."


def begin(
    world: World, payment: Doc, amount: int, *, phase: str, reason_code: str, days: int
) -> Doc:
    if not payment["captured"]:
        raise NotPossibleNow("Only a captured payment can be disputed.")
    if amount > payment["amount"]:
        raise Refused("The amount may not be greater than that of the payment.", field="amount")
    dispute = bodies.dispute(payment, amount, phase, at=world.now)
    # Midnight in India, as all that Razorpay publishes are.
    by = cycles.start_of(days, anchor=world.now, period="daily", interval=1)
    dispute.update(respond_by=by, **_reason(reason_code))
    world.books.add(owner(payment), dispute)
    events.of_dispute(world, "payment.dispute.created", dispute, payment)
    return dispute


def _reason(code: str) -> Doc:
    # Unlisted ones are welcome: each card network has codes of its own, such as 13.1.
    if not re.fullmatch(r"[a-z0-9_.]{2,60}", code):
        raise Refused(f"reason_code is a word like {NOT_RECEIVED}.", field="reason_code")
    return {"reason_code": code, "reason_description": REASONS.get(code, "Payment disputed")}


def review(world: World, dispute: Doc) -> Doc:
    """The seller contested it, and the bank looks at the evidence."""
    _check_undecided(dispute)
    if dispute["status"] == "under_review":
        raise NotPossibleNow("This dispute is under review already.")
    dispute["evidence"].update(summary=EVIDENCE, submitted_at=world.now)
    return _move(world, dispute, "under_review", "under_review")


def ask(world: World, dispute: Doc) -> Doc:
    """The evidence is not enough: the seller is to send it in again."""
    _check_undecided(dispute)
    if dispute["status"] == "open":
        raise NotPossibleNow("This dispute is open: there is no evidence yet to ask more of.")
    dispute["evidence"]["submitted_at"] = None
    return _move(world, dispute, "open", "action_required")


def decide(world: World, dispute: Doc, outcome: str) -> Doc:
    """won, lost, or closed. A bank may decide without evidence; nobody decides twice."""
    _check_undecided(dispute)
    if outcome == "lost":
        dispute["amount_deducted"] = dispute["amount"]
    return _move(world, dispute, outcome, outcome)


def _check_undecided(dispute: Doc) -> None:
    if dispute["status"] in DECIDED:
        raise NotPossibleNow(f"This dispute is {dispute['status']} already.")


def _move(world: World, dispute: Doc, to: str, event: str) -> Doc:
    dispute["status"] = to
    world.books.put(dispute)
    payment = world.books.the(dispute["payment_id"])
    events.of_dispute(world, f"payment.dispute.{event}", dispute, payment)
    return dispute
