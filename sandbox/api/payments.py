"""/v1/payments"""

from sandbox import asked, orders, payments
from sandbox.api.call import ApiCall
from sandbox.books import Doc, public


def fetch(call: ApiCall) -> Doc:
    payment = call.the("payment")
    wants_card = "card" in (call.query.get("expand[]"), call.query.get("expand"))
    card = {"card": payment["_card"]} if wants_card and "_card" in payment else {}
    return public(payment) | card


def listed(call: ApiCall) -> Doc:
    return call.listed("payment")


def edit(call: ApiCall) -> Doc:
    return public(orders.edit_notes(call.world, call.the("payment"), call.body))


def capture(call: ApiCall) -> Doc:
    payment = call.the("payment")
    asked.only(call.body, "amount", "currency")
    amount = asked.needed_integer(call.body, "amount", least=1)
    currency = asked.text(call.body, "currency") or "INR"
    return public(payments.capture_by_seller(call.world, payment, amount, currency))
