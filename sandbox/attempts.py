"""Attempt Charge: the seller's own button at an open invoice, in Razorpay's dashboard.

It does not use up one of the automatic tries, and is not there for domestic cards and UPI.
"""

from sandbox import billing, invoices
from sandbox.books import Doc
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow
from sandbox.world import World


def attempt(world: World, subscription: Doc, *, reason: str | None) -> Doc:
    """With a reason it fails."""
    _check(subscription)
    invoice = _newest_open(world, subscription)
    if reason is None:
        return billing.charge(world, subscription, invoice, by="seller")
    return invoices.fail(world, invoice, subscription, reason, by="seller")


def _check(subscription: Doc) -> None:
    status = subscription["status"]
    if status in ("created", "authenticated", "cancelled", "expired"):
        raise NotPossibleNow(f"This subscription is {status}: there is nothing to charge.")
    payer = Payer(*subscription["_payer"])
    if payer.method == "upi" or (payer.method == "card" and not payer.international):
        kind = "UPI" if payer.method == "upi" else "domestic cards"
        raise NotPossibleNow(f"Razorpay has no Attempt Charge for {kind}.")
    if subscription.get("_presented"):
        raise NotPossibleNow("The bank has not answered yet about the last charge.")


def _newest_open(world: World, subscription: Doc) -> Doc:
    found = [i for i in invoices.of_subscription(world, subscription) if i["status"] == "issued"]
    if not found:
        raise NotPossibleNow("No invoice of this subscription is open.")
    return found[-1]
