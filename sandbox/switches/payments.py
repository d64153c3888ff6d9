"""What happens to one payment or refund."""

from sandbox import asked, buyer, debits, emandates, payments, refunds
from sandbox.books import Doc
from sandbox.switches.orders import refund_payment
from sandbox.switches.press import Press


def pay(press: Press) -> Doc:
    press.only()
    payment = press.the("payment")
    if debits.is_open(payment):
        return _changed(press, debits.succeed(press.world, payment))
    if emandates.is_open(payment):
        return _changed(press, emandates.succeed(press.world, payment))
    return _changed(press, buyer.retry_in_app(press.world, payment))


def fail(press: Press) -> Doc:
    press.only("reason")
    payment, reason = press.the("payment"), press.reason()
    if emandates.is_open(payment):
        return _changed(press, emandates.fail(press.world, payment, reason))
    return _changed(press, buyer.fail_payment(press.world, payment, reason=reason))


def authorise_late(press: Press) -> Doc:
    press.only("force")
    force = asked.flag(press.body, "force")
    return _changed(press, buyer.authorise_late(press.world, press.the("payment"), force=force))


def capture(press: Press) -> Doc:
    press.only()
    payment = press.the("payment")
    amount, currency = payment["amount"], payment["currency"]
    return _changed(press, payments.capture_by_seller(press.world, payment, amount, currency))


def refund(press: Press) -> Doc:
    press.only("amount", "status", "speed", "notes")
    return refund_payment(press, press.the("payment"))


def process_refund(press: Press) -> Doc:
    press.only()
    return press.changed(refund=refunds.finish(press.world, press.the("refund"), "processed"))


def fail_refund(press: Press) -> Doc:
    press.only()
    return press.changed(refund=refunds.finish(press.world, press.the("refund"), "failed"))


def _changed(press: Press, payment: Doc) -> Doc:
    order = press.world.books.get(payment["order_id"] or "")
    token = press.world.books.get(payment.get("token_id") or "")
    return press.changed(payment=payment, order=order, token=token)
