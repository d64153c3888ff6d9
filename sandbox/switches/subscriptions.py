"""What buyers, banks and sellers do with a subscription, and with its invoices."""

from sandbox import (
    asked,
    attempts,
    billing,
    changes,
    invoices,
    strangers,
    subscriber,
    subscriptions,
)
from sandbox.books import Doc, owner
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow
from sandbox.switches.orders import refund_payment
from sandbox.switches.press import PAYER, Press


def pay(press: Press) -> Doc:
    press.only(*PAYER)
    subscription, payer = press.the("subscription"), _payer(press)
    payment = subscriber.pay(press.world, subscription, payer, method=_method(press))
    others = strangers.along_with_a_payment(press.world, owner(subscription))
    return _changed(press, subscription, payment) | ({"strangers": others} if others else {})


def _payer(press: Press) -> Payer:
    return press.payer("emandate")


def _method(press: Press) -> str | None:
    """What is not given stays."""
    given = press.body.get("method") or press.body.get("international")
    return _payer(press).method if given else None


def change_method(press: Press) -> Doc:
    press.only(*PAYER)
    subscription, payer = press.the("subscription"), _payer(press)
    payment = subscriber.change_method(press.world, subscription, payer, method=_method(press))
    return _changed(press, subscription, payment)


def authorise_late(press: Press) -> Doc:
    press.only()
    subscription = press.the("subscription")
    payment = subscriber.authorise_late(press.world, subscription)
    return _changed(press, subscription, payment)


def charge(press: Press) -> Doc:
    press.only()
    subscription = press.the("subscription")
    invoice = subscriber.due_invoice(press.world, subscription)
    # What is halted is charged by nobody but the seller.
    by = "seller" if subscription["status"] == "halted" else "razorpay"
    return _changed(press, subscription, billing.charge(press.world, subscription, invoice, by))


def attempt_charge(press: Press) -> Doc:
    press.only("outcome", "reason")
    outcome = asked.choice(press.body, "outcome", ["fail", "pay"], "fail")
    subscription = press.the("subscription")
    reason = press.reason() if outcome == "fail" else None
    payment = attempts.attempt(press.world, subscription, reason=reason)
    invoice = press.world.books.get(payment["invoice_id"])
    return _changed(press, subscription, payment) | press.changed(invoice=invoice)


def fail(press: Press) -> Doc:
    press.only(*PAYER, "reason")
    subscription, reason = press.the("subscription"), press.reason()
    if subscription["status"] == "created":
        payer = _payer(press)
        payment = subscriptions.fail_authentication(press.world, subscription, payer, reason)
    elif subscription["status"] == "halted":
        text = "It is halted: nothing is charged automatically. Try charge, or pay its invoices."
        raise NotPossibleNow(text)
    else:
        invoice = subscriber.due_invoice(press.world, subscription)
        payment = billing.fail(press.world, subscription, invoice, reason)
    return _changed(press, subscription, payment)


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
    invoice = subscriber.due_invoice(press.world, subscription)
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
    payment = billing.charge(press.world, subscription, invoice, by="buyer")
    return _changed(press, subscription, payment) | press.changed(invoice=invoice)


def fail_invoice(press: Press) -> Doc:
    """A try by hand: it does not count towards the automatic ones."""
    press.only("reason")
    invoice, subscription = _invoice(press)
    payment = invoices.fail(press.world, invoice, subscription, press.reason(), by="buyer")
    return _changed(press, subscription, payment) | press.changed(invoice=invoice)


def _invoice(press: Press) -> tuple[Doc, Doc]:
    invoice = press.the("invoice")
    if not invoice["subscription_id"]:
        raise NotPossibleNow("This invoice belongs to no subscription.")
    return invoice, press.world.books.the(invoice["subscription_id"])


def _changed(press: Press, subscription: Doc, payment: Doc | None = None) -> Doc:
    return press.changed(subscription=subscription, payment=payment)
