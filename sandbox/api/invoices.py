"""/v1/invoices"""

from sandbox.api.call import ApiCall
from sandbox.books import Doc, public


def fetch(call: ApiCall) -> Doc:
    return public(call.the("invoice"))


def listed(call: ApiCall) -> Doc:
    query = call.query
    links = {name: query.get(name) for name in ("subscription_id", "payment_id", "receipt")}
    return call.listed("invoice", **links)
