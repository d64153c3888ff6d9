"""What buyers do with an order."""

from sandbox import asked, buyer, payments, refunds, strangers
from sandbox.books import Doc, owner
from sandbox.refusals import NotPossibleNow
from sandbox.switches.press import PAYER, Press


def pay(press: Press) -> Doc:
    press.only(*PAYER, "amount", "currency", "force")
    order = press.the("order")
    payment = buyer.pay(
        press.world,
        order,
        press.payer(),
        amount=press.amount(order["amount_due"] or order["amount"]),
        currency=asked.currency({"currency": press.body.get("currency") or order["currency"]}),
        force=asked.flag(press.body, "force"),
    )
    others = strangers.along_with_a_payment(press.world, owner(order))
    return press.changed(order=order, payment=payment) | ({"strangers": others} if others else {})


def start(press: Press) -> Doc:
    press.only(*PAYER, "amount")
    order = press.the("order")
    amount = press.amount(order["amount_due"] or order["amount"])
    payment = buyer.start(press.world, order, press.payer(), amount=amount)
    return press.changed(order=order, payment=payment)


def fail(press: Press) -> Doc:
    press.only(*PAYER, "amount", "reason")
    order = press.the("order")
    amount = press.amount(order["amount_due"] or order["amount"])
    payer, reason = press.payer(), press.reason()
    payment = buyer.fail(press.world, order, payer, amount=amount, reason=reason)
    return press.changed(order=order, payment=payment)


def authorise_late(press: Press) -> Doc:
    press.only("force")
    order = press.the("order")
    payment = payments.last_of_order(press.world, order, "failed")
    if payment is None:
        raise NotPossibleNow("No payment of this order has failed.")
    buyer.authorise_late(press.world, payment, force=asked.flag(press.body, "force"))
    return press.changed(order=order, payment=payment)


def refund(press: Press) -> Doc:
    press.only("amount", "status", "speed", "notes")
    order = press.the("order")
    payment = payments.last_of_order(press.world, order, "captured")
    if payment is None:
        raise NotPossibleNow("No payment of this order is captured and not refunded.")
    return refund_payment(press, payment) | press.changed(order=order)


def refund_payment(press: Press, payment: Doc) -> Doc:
    outcome = asked.choice(press.body, "status", refunds.OUTCOMES, "processed")
    details = {name: value for name, value in press.body.items() if name != "status" and value}
    refund = refunds.create(press.world, payment, details, outcome)
    return press.changed(payment=payment, refund=refund)
