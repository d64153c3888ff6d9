"""/v1/webhooks: undocumented, but what Razorpay's own plugins use with a merchant's keys."""

from sandbox import webhooks
from sandbox.api.call import ApiCall, collection
from sandbox.books import Doc
from sandbox.refusals import Refused


def create(call: ApiCall) -> Doc:
    return webhooks.shown(webhooks.create(call.world, call.merchant, call.body))


def fetch(call: ApiCall) -> Doc:
    return webhooks.shown(_the(call))


def edit(call: ApiCall) -> Doc:
    return webhooks.shown(webhooks.edit(call.world, _the(call), call.body))


def listed(call: ApiCall) -> Doc:
    """Read from the configuration, not from the lagging index."""
    found = webhooks.of_merchant(call.world, call.merchant)[::-1]
    skip, count = call.paging()
    return collection([webhooks.shown(webhook) for webhook in found[skip : skip + count]])


def _the(call: ApiCall) -> Doc:
    for webhook in webhooks.of_merchant(call.world, call.merchant):
        if webhook["id"] == call.names["id"]:
            return webhook
    raise Refused("The id provided does not exist")
