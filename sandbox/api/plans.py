"""/v1/plans"""

from sandbox import plans
from sandbox.api.call import ApiCall
from sandbox.books import Doc, public


def create(call: ApiCall) -> Doc:
    return public(plans.create(call.world, call.merchant, call.body))


def fetch(call: ApiCall) -> Doc:
    return public(call.the("plan"))


def listed(call: ApiCall) -> Doc:
    return call.listed("plan")
