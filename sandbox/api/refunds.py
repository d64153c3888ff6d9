"""/v1/refunds, and the refunds of a payment. Creating is idempotent where a key is sent."""

import hashlib
import json
import re

from sandbox import asked, orders, refunds
from sandbox.api.call import ApiCall
from sandbox.books import Doc, public
from sandbox.refusals import Refused

HEADER = "X-Refund-Idempotency"


def of_payment(call: ApiCall) -> Doc:
    return call.listed("refund", payment_id=call.the("payment")["id"])


def one_of_payment(call: ApiCall) -> Doc:
    refund = call.find("refund", call.names["refund"])
    if refund["payment_id"] != call.the("payment")["id"]:
        raise Refused("The id provided does not exist")
    return public(refund)


def fetch(call: ApiCall) -> Doc:
    return public(call.the("refund"))


def listed(call: ApiCall) -> Doc:
    return call.listed("refund")


def edit(call: ApiCall) -> Doc:
    return public(orders.edit_notes(call.world, call.the("refund"), call.body))


def create(call: ApiCall) -> Doc:
    return _create(call, call.names["id"])


def create_by_body(call: ApiCall) -> Doc:
    return _create(call, asked.needed_text(call.body, "payment_id"))


def _create(call: ApiCall, payment_id: str) -> Doc:
    key = call.headers.get(HEADER)
    if key is None:
        return public(_new(call, payment_id))
    if not re.fullmatch(r"[0-9A-Za-z_-]{10,}", key):
        text = "The idempotency key must have 10 or more letters, digits, hyphens or underscores."
        raise Refused(text)
    return public(_once(call, payment_id, key))


def _new(call: ApiCall, payment_id: str) -> Doc:
    outcome = call.world.books.setting("refund_outcome", "processed")
    return refunds.create(call.world, call.find("payment", payment_id), call.body, outcome)


def _once(call: ApiCall, payment_id: str, key: str) -> Doc:
    books = call.world.books
    asked_for = json.dumps([payment_id, call.body], sort_keys=True)
    print_of = hashlib.sha256(asked_for.encode()).hexdigest()
    name = f"refund key {'/'.join(call.merchant)}/{key}"
    seen = books.get(name)
    if seen is None:
        refund = _new(call, payment_id)
        memory = {"id": name, "entity": "idempotency", "created_at": call.world.now}
        books.add(call.merchant, memory | {"print": print_of, "refund": refund["id"]})
        return refund
    if seen["print"] != print_of:
        text = "Different request with the same idempotency key has already been processed."
        raise Refused(text, source="NA", step="NA", reason="NA")
    return books.the(seen["refund"])
