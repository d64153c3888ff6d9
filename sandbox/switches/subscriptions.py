"""What buyers, banks and sellers do with a subscription, and with its invoices."""

from sandbox import asked, billing, buyer, changes, invoices, payments, strangers, subscriptions
from sandbox.books import Doc, owner
from sandbox.refusals import NotPossibleNow
from sandbox.switches.orders import refund_payment
from sandbox.switches.press import PAYER, Press


def pay(press: Press) -> Doc:
    press.only(*PAYER)
    subscription = press.the("subscription")
    if subscription["status"] in ("pending", "halted"):
        _take_means(press, subscription)
        payment = billing.charge(press.world, subscription, _due_invoice(press, subscription))
    else:
        payment = subscriptions.authenticate(press.world, subscription, press.payer())
    others = strangers.along_with_a_payment(press.world, owner(subscription))
    return _changed(press, subscription, payment) | ({"strangers": others} if others else {})


def _take_means(press: Press, subscription: Doc) -> None:
    method = press.payer().method if press.body.get("method") else None
    subscriptions.take_means(press.world, subscription, method, press.payer())


def change_method(press: Press) -> Doc:
    """Documented: pending is charged at once; halted goes on, and its invoices stay unpaid."""
    press.only(*PAYER)
    subscription = press.the("subscription")
    status = subscription["status"]
    if status not in ("authenticated", "active", "pending", "halted"):
        raise NotPossibleNow(f"This subscription is {status}: there is no method to change.")
    _take_means(press, subscription)
    payment = None
    if status == "pending":
        payment = billing.charge(press.world, subscription, _due_invoice(press, subscription))
    elif status == "halted":
        billing.revive(press.world, subscription)
    return _changed(press, subscription, payment)


def authorise_late(press: Press) -> Doc:
    press.only()
    subscription = press.the("subscription")
    issued = [
        invoice
        for invoice in invoices.of_subscription(press.world, subscription)
        if invoice["status"] == "issued"
    ]
    for invoice in reversed(issued):
        order = press.world.books.the(invoice["order_id"])
        payment = payments.last_of_order(press.world, order, "failed")
        if payment:
            buyer.authorise_late(press.world, payment, force=False)
            return _changed(press, subscription, payment)
    raise NotPossibleNow("No open invoice of this subscription has a failed payment.")


def charge(press: Press) -> Doc:
    press.only()
    subscription = press.the("subscription")
    invoice = _due_invoice(press, subscription)
    return _changed(press, subscription, billing.charge(press.world, subscription, invoice))


def fail(press: Press) -> Doc:
    press.only(*PAYER, "reason")
    subscription, reason = press.the("subscription"), press.reason()
    if subscription["status"] == "created":
        payer = press.payer()
        payment = subscriptions.fail_authentication(press.world, subscription, payer, reason)
    elif subscription["status"] == "halted":
        text = "It is halted: nothing is charged automatically. Try charge, or pay its invoices."
        raise NotPossibleNow(text)
    else:
        invoice = _due_invoice(press, subscription)
        payment = billing.fail(press.world, subscription, invoice, reason)
    return _changed(press, subscription, payment)


def _due_invoice(press: Press, subscription: Doc) -> Doc:
    """The open invoice of the current cycle; else the next cycle is brought forward."""
    status = subscription["status"]
    if status in ("pending", "halted"):
        return press.world.books.the(subscription["_invoice"])
    if status == "authenticated":
        return billing.begin(press.world, subscription)
    if status != "active" or billing.is_last_cycle(subscription):
        raise NotPossibleNow(f"No cycle of this {status} subscription can be charged.")
    return billing.open_cycle(press.world, subscription)


def fail_next(press: Press) -> Doc:
    press.only("n")
    subscription = press.the("subscription")
    n = asked.integer(press.body, "n", most=1_000)
    subscription["_fail_next"] = billing.TRIES if n is None else n
    billing.save(press.world, subscription)
    return _changed(press, subscription) | {"fail_next": subscription["_fail_next"]}


def halt(press: Press) -> Doc:
    press.only()
    subscription = press.the("subscription")
    if subscription["status"] == "halted":
        raise NotPossibleNow("It is halted already.")
    # Halted means that a cycle is unpaid, so there must be one.
    invoice = _due_invoice(press, subscription)
    billing.halt(press.world, subscription)
    return _changed(press, subscription) | press.changed(invoice=invoice)


def pause(press: Press) -> Doc:
    press.only("at_cycle_end")
    at_end = asked.flag(press.body, "at_cycle_end")
    return _changed(
        press, changes.pause(press.world, press.the("subscription"), at_cycle_end=at_end)
    )


def resume(press: Press) -> Doc:
    press.only()
    return _changed(press, changes.resume(press.world, press.the("subscription")))


def cancel(press: Press) -> Doc:
    press.only("at_cycle_end")
    at_end = asked.flag(press.body, "at_cycle_end")
    return _changed(
        press, changes.cancel(press.world, press.the("subscription"), at_cycle_end=at_end)
    )


def refund(press: Press) -> Doc:
    press.only("amount", "status", "speed", "notes")
    subscription = press.the("subscription")
    paid = [i for i in invoices.of_subscription(press.world, subscription) if i["payment_id"]]
    found = [press.world.books.the(invoice["payment_id"]) for invoice in paid]
    captured = [payment for payment in found if payment["status"] == "captured"]
    if not captured:
        raise NotPossibleNow("No payment of this subscription is captured and not refunded.")
    return refund_payment(press, captured[-1]) | _changed(press, subscription)


def pay_invoice(press: Press) -> Doc:
    press.only()
    invoice, subscription = _invoice(press)
    payment = billing.charge(press.world, subscription, invoice)
    return _changed(press, subscription, payment) | press.changed(invoice=invoice)


def fail_invoice(press: Press) -> Doc:
    """A try by hand: it does not count towards the automatic ones."""
    press.only("reason")
    invoice, subscription = _invoice(press)
    payment = invoices.fail(press.world, invoice, subscription, press.reason())
    return _changed(press, subscription, payment) | press.changed(invoice=invoice)


def _invoice(press: Press) -> tuple[Doc, Doc]:
    invoice = press.the("invoice")
    if not invoice["subscription_id"]:
        raise NotPossibleNow("This invoice belongs to no subscription.")
    return invoice, press.world.books.the(invoice["subscription_id"])


def _changed(press: Press, subscription: Doc, payment: Doc | None = None) -> Doc:
    return press.changed(subscription=subscription, payment=payment)
