"""/v1/payments"""

from sandbox import asked, debits, orders, payments
from sandbox.api.call import ApiCall
from sandbox.api.tokens import the_token
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


def create_recurring(call: ApiCall) -> Doc:
    body = call.body
    asked.only(body, *debits.FIELDS)
    given = {name: asked.needed_text(body, name) for name in ("order_id", "customer_id", "token")}
    order = call.find("order", given["order_id"])
    token = the_token(call, given["customer_id"], given["token"])
    payment = debits.create(call.world, call.merchant, order, token, body)
    return {"razorpay_payment_id": payment["id"]}
