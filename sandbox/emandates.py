"""Subscriptions by e-mandate: the bank answers a day or two later, and keeps no daily rhythm."""

from sandbox import billing, buyer, invoices, payments
from sandbox.books import Doc
from sandbox.clock import HOUR
from sandbox.entities import mishaps
from sandbox.world import World

ANSWER = (20 * HOUR, 44 * HOUR)


def present(world: World, subscription: Doc, invoice: Doc) -> Doc:
    payment = invoices.present(world, invoice, subscription, "razorpay")
    payment.update(_presented=True, _due_at=world.now + world.chance.randint(*ANSWER))
    world.books.put(payment)
    subscription.update(_presented=payment["id"], _retry_at=None)
    billing.save(world, subscription)
    return payment


def is_open(payment: Doc) -> bool:
    return bool(payment.get("_presented") and payment["status"] == "created")


def answer(world: World, payment: Doc) -> Doc:
    """In time, as the subscription's switch fail-next has it."""
    subscription = _subscription(world, payment)
    if not subscription["_fail_next"]:
        return succeed(world, payment)
    subscription["_fail_next"] -= 1
    return fail(world, payment, mishaps.DEFAULT)


def succeed(world: World, payment: Doc) -> Doc:
    """What the bank has taken is taken, even if the subscription was cancelled meanwhile."""
    subscription = _subscription(world, payment)
    subscription["_presented"] = None
    buyer.go_through(world, payment)
    _go_on(world, subscription)
    return payment


def fail(world: World, payment: Doc, reason: str) -> Doc:
    subscription = _subscription(world, payment)
    subscription["_presented"] = None
    payments.fail(world, payment, reason)
    current = payment["invoice_id"] == subscription["_invoice"]
    unpaid = world.books.the(payment["invoice_id"])["status"] == "issued"
    if current and unpaid and subscription["status"] in ("active", "pending"):
        billing.count_failure(world, subscription)
    _go_on(world, subscription)
    return payment


def _go_on(world: World, subscription: Doc) -> None:
    billing.save(world, subscription)
    due = subscription["_due_at"]
    if due is not None and due <= world.now:
        # Its next cycle began while the bank was thinking.
        subscription["_due_at"] = world.now + 1
        world.books.put(subscription)


def _subscription(world: World, payment: Doc) -> Doc:
    return world.books.the(world.books.the(payment["invoice_id"])["subscription_id"])
