"""Tokens: begun with the first payment, then confirmed, paused, cancelled or rejected."""

from sandbox import events
from sandbox.books import Doc, owner
from sandbox.entities.tokens import token as new_token
from sandbox.refusals import NotPossibleNow
from sandbox.world import World

# What may become what. Razorpay tells of all of them but of the way back from a pause, which
# is a confirmation again.
CHANGES = {
    "confirmed": ("initiated", "paused"),
    "rejected": ("initiated",),
    "paused": ("confirmed",),
    "cancelled": ("initiated", "confirmed", "paused"),
}
# The buyer's bank takes a moment to end a mandate.
CANCELLING = 60


def status(token: Doc) -> str:
    return str(token["recurring_details"]["status"])


def begin(world: World, payment: Doc, order: Doc) -> Doc:
    token = world.books.add(owner(order), new_token(payment, order, at=world.now))
    payment.update(token_id=token["id"], customer_id=order["customer_id"], _mandate=True)
    return token


def confirms_at_once(world: World) -> bool:
    return bool(world.books.setting("tokens", {}).get("confirm", True))


def settle(world: World, payment: Doc) -> None:
    """The first payment went through: the bank confirms the mandate, unless it is told to wait."""
    if not payment.get("_mandate"):
        return
    token = world.books.the(payment["token_id"])
    token["used_at"] = world.now
    world.books.put(token)
    if status(token) == "initiated" and confirms_at_once(world):
        change(world, token, "confirmed")


def change(world: World, token: Doc, to: str, reason: str | None = None) -> Doc:
    if status(token) not in CHANGES[to]:
        raise NotPossibleNow(f"This token is {status(token)}: it cannot become {to}.")
    token["recurring_details"] = {"status": to, "failure_reason": reason}
    token["_due_at"] = None
    world.books.put(token)
    events.of_token(world, f"token.{to}", token)
    return token


def cancel_soon(world: World, token: Doc) -> None:
    """Asked by API: it is done a minute later, and told by token.cancelled."""
    if status(token) not in CHANGES["cancelled"]:
        raise NotPossibleNow(f"Token is already {status(token)}.")
    token["_due_at"] = world.now + CANCELLING
    world.books.put(token)


def finish_cancelling(world: World, token: Doc) -> None:
    change(world, token, "cancelled")


def delete(world: World, token: Doc) -> None:
    """Razorpay knows it no longer, and tells nobody: the buyer's bank may still show it."""
    token.update(_deleted=True, _due_at=None)
    world.books.put(token)


def objection(world: World, token: Doc) -> str | None:
    """Why a debit by this token cannot be, in the word that Razorpay gives as the reason.

    A deleted one is not found any more, but a debit that is under way goes on.
    """
    if token["expired_at"] <= world.now:
        return "mandate_expired"
    return OBJECTIONS.get(status(token))


OBJECTIONS = {
    "initiated": "mandate_not_active",
    "rejected": "mandate_not_active",
    "paused": "mandate_paused",
    "cancelled": "mandate_cancelled",
}
