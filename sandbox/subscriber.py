"""What a buyer does with a subscription: pays, takes another method, fails, pays late."""

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox import billing, buyer, invoices, payments, subscriptions
from sandbox.books import Doc
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow
from sandbox.world import World

UNPAID = ("pending", "halted")
CHANGEABLE = ("authenticated", "active", *UNPAID)


def due_invoice(world: World, subscription: Doc) -> Doc:
    """The open invoice of the current cycle; else the next cycle is brought forward."""
    status = subscription["status"]
    if subscription.get("_presented"):
        text = "The bank has not answered yet: use payments/<id>/pay or payments/<id>/fail."
        raise NotPossibleNow(text)
    if status in UNPAID:
        return world.books.the(subscription["_invoice"])
    if status == "authenticated":
        return billing.begin(world, subscription)
    if status != "active" or billing.is_last_cycle(subscription):
        raise NotPossibleNow(f"No cycle of this {status} subscription can be charged.")
    return billing.open_cycle(world, subscription)


def pay(world: World, subscription: Doc, payer: Payer, *, method: str | None) -> Doc:
    """The first payment, or the open invoice: by the given method or by the former one."""
    if subscription["status"] not in UNPAID:
        return subscriptions.authenticate(world, subscription, payer)
    subscriptions.take_means(world, subscription, method, payer)
    return billing.charge(world, subscription, due_invoice(world, subscription), by="buyer")


def change_method(
    world: World, subscription: Doc, payer: Payer, *, method: str | None
) -> Doc | None:
    """Documented: pending is charged at once; halted goes on, and its invoices stay unpaid."""
    status = subscription["status"]
    check_changeable(subscription)
    subscriptions.take_means(world, subscription, method, payer)
    if status == "pending":
        return billing.charge(world, subscription, due_invoice(world, subscription), by="buyer")
    if status == "halted":
        billing.revive(world, subscription)
    return None


def check_changeable(subscription: Doc) -> None:
    if subscription["status"] not in CHANGEABLE:
        text = f"This subscription is {subscription['status']}: there is no method to change."
        raise NotPossibleNow(text)


def authorise_late(world: World, subscription: Doc) -> Doc:
    found = invoices.of_subscription(world, subscription)
    for invoice in reversed([each for each in found if each["status"] == "issued"]):
        order = world.books.the(invoice["order_id"])
        payment = payments.last_of_order(world, order, "failed")
        if payment:
            return buyer.authorise_late(world, payment, force=False)
    raise NotPossibleNow("No open invoice of this subscription has a failed payment.")


def pay_by_hand(world: World, subscription: Doc, invoice: Doc, payer: Payer) -> Doc:
    """On a hosted page. The current invoice takes the new method for good, an old one does not."""
    if invoice["id"] == subscription["_invoice"] and subscription["status"] in UNPAID:
        return pay(world, subscription, payer, method=payer.method)
    with _lent(world, subscription, payer):
        return billing.charge(world, subscription, invoice, by="buyer")


def fail_by_hand(world: World, subscription: Doc, invoice: Doc, payer: Payer, reason: str) -> Doc:
    """A try of the buyer: it does not count towards the automatic ones."""
    with _lent(world, subscription, payer):
        return invoices.fail(world, invoice, subscription, reason, by="buyer")


def fail_to_change(world: World, subscription: Doc, payer: Payer, reason: str) -> Doc:
    check_changeable(subscription)
    with _lent(world, subscription, payer):
        return subscriptions.fail_proof(world, subscription, reason)


@contextmanager
def _lent(world: World, subscription: Doc, payer: Payer) -> Iterator[None]:
    """For one payment only; afterwards the subscription is paid by its own means again."""
    own = subscription["_payer"]
    _, email, contact, *_ = own
    lent = payer._replace(email=payer.email or email, contact=payer.contact or contact)
    subscription["_payer"] = list(lent)
    yield
    subscription["_payer"] = own
    billing.save(world, subscription)
