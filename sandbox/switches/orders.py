"""What buyers do with an order."""

from sandbox import asked, buyer, mandates, payments, refunds, strangers
from sandbox.books import Doc, owner
from sandbox.payments import Payer
from sandbox.refusals import NotPossibleNow
from sandbox.switches.press import PAYER, Press


def pay(press: Press) -> Doc:
    press.only(*PAYER, "amount", "currency", "force", "recurring")
    order = press.the("order")
    payment = buyer.pay(
        press.world,
        order,
        _payer(press, order),
        amount=press.amount(order["amount_due"] or order["amount"]),
        currency=asked.currency({"currency": press.body.get("currency") or order["currency"]}),
        force=asked.flag(press.body, "force"),
    )
    others = strangers.along_with_a_payment(press.world, owner(order))
    return _changed(press, order, payment) | ({"strangers": others} if others else {})


def _payer(press: Press, order: Doc) -> Payer:
    """Whoever pays an authorisation order allows the later debits too, unless told otherwise."""
    payer = press.payer(default=order.get("method") or "card")
    asks = mandates.is_asked_by(order)
    return payer._replace(recurring=asked.flag(press.body, "recurring", default=asks) and asks)


def _changed(press: Press, order: Doc, payment: Doc) -> Doc:
    token = press.world.books.get(payment.get("token_id") or "")
    return press.changed(order=order, payment=payment, token=token)


def start(press: Press) -> Doc:
    press.only(*PAYER, "amount", "recurring")
    order = press.the("order")
    amount = press.amount(order["amount_due"] or order["amount"])
    payment = buyer.start(press.world, order, _payer(press, order), amount=amount)
    return _changed(press, order, payment)


def fail(press: Press) -> Doc:
    press.only(*PAYER, "amount", "reason", "recurring")
    order = press.the("order")
    amount = press.amount(order["amount_due"] or order["amount"])
    payer, reason = _payer(press, order), press.reason()
    payment = buyer.fail(press.world, order, payer, amount=amount, reason=reason)
    return _changed(press, order, payment)


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
