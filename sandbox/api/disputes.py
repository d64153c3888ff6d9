"""/v1/disputes"""

from sandbox.api.call import ApiCall
from sandbox.books import Doc, public


def fetch(call: ApiCall) -> Doc:
    return public(call.the("dispute"))


def listed(call: ApiCall) -> Doc:
    return call.listed("dispute")
