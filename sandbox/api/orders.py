"""/v1/orders"""

from sandbox import orders
from sandbox.api.call import ApiCall
from sandbox.books import Doc, public


def create(call: ApiCall) -> Doc:
    return public(orders.create(call.world, call.merchant, call.body))


def fetch(call: ApiCall) -> Doc:
    return public(call.the("order"))


def listed(call: ApiCall) -> Doc:
    return call.listed("order", receipt=call.query.get("receipt"))


def edit(call: ApiCall) -> Doc:
    return public(orders.edit_notes(call.world, call.the("order"), call.body))


def payments_of(call: ApiCall) -> Doc:
    return call.listed("payment", order_id=call.the("order")["id"])
