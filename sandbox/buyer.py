"""What a buyer does at the checkout with an order: pays, fails, pays late, pays again."""

from sandbox import billing, payments, refunds, tokens
from sandbox.books import Doc, owner
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow
from sandbox.world import World


def pay(world: World, order: Doc, payer: Payer, *, amount: int, currency: str, force: bool) -> Doc:
    _check_free(world, order)
    payment = payments.start(world, owner(order), payer, amount, currency, order=order)
    payments.authorise(world, payment)
    return _finish(world, order, payment, force=force)


def go_through(world: World, payment: Doc) -> Doc:
    """What was started before is authorised now; if its order was paid meanwhile, given back."""
    payments.authorise(world, payment)
    return _finish(world, world.books.the(payment["order_id"]), payment, force=False)


def _check_free(world: World, order: Doc) -> None:
    if payments.last_of_order(world, order, "authorized"):
        text = "A payment of this order is authorised and waits for its capture."
        raise NotPossibleNow(text)
    if "_pays" in order:
        raise NotPossibleNow(f"This order belongs to {order['_pays']}: use its switches.")


def start(world: World, order: Doc, payer: Payer, *, amount: int) -> Doc:
    """The buyer goes to the bank, and nothing is heard yet."""
    _check_free(world, order)
    payment = payments.start(world, owner(order), payer, amount, order["currency"], order=order)
    return payments.leave_open(world, payment)


def _finish(world: World, order: Doc, payment: Doc, *, force: bool) -> Doc:
    """A paid order takes no second payment: Razorpay gives it back at once, unless forced."""
    if order["status"] == "paid" and not force:
        refunds.give_back(world, payment)
        return payment
    early = world.odd("token_early")
    if early:
        tokens.settle(world, payment)
    if order["_capture"] == "automatic":
        payments.capture(world, payment)
        billing.money_arrived(world, payment)
    if not early:
        tokens.settle(world, payment)
    return payment


def fail(world: World, order: Doc, payer: Payer, *, amount: int, reason: str) -> Doc:
    if order["status"] == "paid":
        raise NotPossibleNow("This order is paid: nobody can try again.")
    payment = payments.start(world, owner(order), payer, amount, order["currency"], order=order)
    return payments.fail(world, payment, reason)


def authorise_late(world: World, payment: Doc, *, force: bool) -> Doc:
    """The bank says yes after all, for the payment that was given up."""
    if payment["status"] != "failed":
        raise NotPossibleNow(f"This payment is {payment['status']}, not failed.")
    payment["late_authorized"] = True
    payments.authorise(world, payment)
    order = world.books.get(payment["order_id"] or "")
    return _finish(world, order, payment, force=force) if order else payment


def retry_in_app(world: World, payment: Doc) -> Doc:
    """A UPI app lets the buyer try again: captured, for the same payment that failed."""
    if payment["status"] not in ("failed", "created", "authorized"):
        raise NotPossibleNow(f"This payment is {payment['status']} already.")
    order = world.books.get(payment["order_id"] or "")
    if order and order["status"] == "paid":
        raise NotPossibleNow("Its order is paid already.")
    payments.capture(world, payment)
    billing.money_arrived(world, payment)
    tokens.settle(world, payment)
    return payment


def fail_payment(world: World, payment: Doc, *, reason: str) -> Doc:
    if payment["status"] != "created":
        raise NotPossibleNow(f"This payment is {payment['status']}: it can no longer fail.")
    return payments.fail(world, payment, reason)
