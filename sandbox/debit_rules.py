"""When Razorpay takes a debit, and in which words it refuses one."""

from sandbox import payments, tokens
from sandbox.books import Doc
from sandbox.clock import HOUR
from sandbox.refusals import Refused
from sandbox.world import World

# A domestic card may be debited again for the same order after so long.
CARD_GAP = 36 * HOUR
PREFERENCES: Doc = {"minutes": None, "refuse_reuse": False, "rules": True}


def preferences(world: World) -> Doc:
    chosen: Doc = world.books.setting("debits", {})
    return PREFERENCES | chosen


def is_domestic_card(token: Doc) -> bool:
    return bool(token["method"] == "card" and not token["card"]["international"])


def check(world: World, order: Doc, token: Doc) -> None:
    _check_order(order)
    earlier = payments.of_order(world, order)
    _check_progress(earlier)
    _check_token(world, order, token)
    debits = [payment for payment in earlier if payment.get("_debit")]
    _check_reuse(world, debits)
    if is_domestic_card(token) and preferences(world)["rules"]:
        _check_gap(world, debits)


def _check_order(order: Doc) -> None:
    if order["status"] == "paid":
        text = (
            "Your payment has been declined as the order is already paid."
            " Please initiate the payment with a new order."
        )
        raise Refused(text, field="order_id", reason="order_already_paid")
    if "_pays" in order:
        text = "This order belongs to a subscription, which is charged by itself."
        raise Refused(text, field="order_id")


def _check_progress(earlier: list[Doc]) -> None:
    """What a buyer left at created is in nobody's way; a debit that is not final is."""
    for payment in earlier:
        waits = payment["status"] == "created" and payment.get("_debit")
        if waits or payment["status"] == "authorized":
            text = "Request failed because a payment of this order is in progress"
            raise Refused(text, field="order_id", reason="payment_in_progress")


def _check_token(world: World, order: Doc, token: Doc) -> None:
    objection = tokens.objection(world, token)
    if objection:
        text = f"{REFUSALS[objection]} It cannot be used for recurring payments."
        raise Refused(text, field="token", reason=objection)
    if order["amount"] > token["max_amount"]:
        raise Refused("Amount exceeds maximum amount allowed", field="amount")


REFUSALS = {
    "mandate_not_active": "The token is not confirmed.",
    "mandate_paused": "The token is paused by the customer.",
    "mandate_cancelled": "The token is cancelled.",
    "mandate_expired": "The token is expired.",
}


def _check_reuse(world: World, debits: list[Doc]) -> None:
    """Razorpay's pages do not agree on this, so it is a switch."""
    if debits and preferences(world)["refuse_reuse"]:
        text = "Order cannot be reused for another recurring payment"
        raise Refused(text, field="order_id", reason="order_reuse_not_allowed")


def _check_gap(world: World, debits: list[Doc]) -> None:
    if debits and world.now < debits[-1]["created_at"] + CARD_GAP:
        text = "A payment of this order can be retried 36 hours after the previous one"
        raise Refused(text, field="order_id", reason="payment_retry_too_soon")
