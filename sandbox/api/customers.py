"""/v1/customers"""

from sandbox import customers
from sandbox.api.call import ApiCall
from sandbox.books import Doc, public


def create(call: ApiCall) -> Doc:
    return public(customers.create(call.world, call.merchant, call.body))


def fetch(call: ApiCall) -> Doc:
    return public(call.the("customer"))


def listed(call: ApiCall) -> Doc:
    return call.listed("customer")


def edit(call: ApiCall) -> Doc:
    return public(customers.edit(call.world, call.the("customer"), call.body))
