"""/v1/customers/:id/tokens"""

from sandbox import tokens
from sandbox.api.call import ApiCall, collection
from sandbox.books import Doc, public
from sandbox.refusals import NotPossibleNow, Refused


def listed(call: ApiCall) -> Doc:
    """Razorpay leaves out what is unused, expired or deleted. This list lags as all of them."""
    customer = call.the("customer")
    found = call.world.books.all("token", customer_id=customer["id"])
    shown = [token for token in found if _is_listed(call, token)]
    return collection([public(token) for token in reversed(shown)])


def _is_listed(call: ApiCall, token: Doc) -> bool:
    used = token["used_at"] and not token["_deleted"]
    known = token["created_at"] <= call.world.now - call.lag
    return bool(used and known and token["expired_at"] > call.world.now)


def the_token(call: ApiCall, customer_id: str, token_id: str) -> Doc:
    """Only under its own customer."""
    customer, token = call.find("customer", customer_id), call.find("token", token_id)
    if token["customer_id"] != customer["id"] or token["_deleted"]:
        raise Refused("The id provided does not exist")
    return token


def _named(call: ApiCall) -> Doc:
    return the_token(call, call.names["id"], call.names["token"])


def fetch(call: ApiCall) -> Doc:
    return public(_named(call))


def delete(call: ApiCall) -> Doc:
    tokens.delete(call.world, _named(call))
    return {"deleted": True}


def cancel(call: ApiCall) -> Doc:
    try:
        tokens.cancel_soon(call.world, _named(call))
    except NotPossibleNow as refused:
        raise Refused(refused.description, field="status") from None
    return {"status": "cancellation_initiated"}
