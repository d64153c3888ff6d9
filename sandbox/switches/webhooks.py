"""The dashboard's page of webhooks: add, edit, enable, disable, remove."""

from sandbox import asked, merchants, webhooks
from sandbox.books import Doc
from sandbox.switches.press import Press


def add(press: Press) -> Doc:
    press.only(*webhooks.FIELDS, "key_id")
    merchant = merchants.of_key(press.world, asked.text(press.body, "key_id"))
    return _shown(webhooks.create(press.world, merchant, _details(press.body)))


def edit(press: Press) -> Doc:
    return _shown(webhooks.edit(press.world, press.the("webhook"), _details(press.body)))


def enable(press: Press) -> Doc:
    press.only()
    return _shown(webhooks.set_active(press.world, press.the("webhook"), active=True))


def disable(press: Press) -> Doc:
    press.only()
    return _shown(webhooks.set_active(press.world, press.the("webhook"), active=False))


def remove(press: Press) -> Doc:
    press.only()
    webhook = press.the("webhook")
    webhooks.remove(press.world, webhook)
    return {"removed": webhook["id"]}


def listed(press: Press) -> Doc:
    found = press.world.books.all("webhook")
    return {"webhooks": [webhooks.shown(webhook) for webhook in found]}


def _details(body: Doc) -> Doc:
    details = {name: value for name, value in body.items() if name != "key_id"}
    events = details.get("events")
    if events == "all" or (isinstance(events, list) and "all" in events):
        details["events"] = list(webhooks.EVENTS)
    return details


def _shown(webhook: Doc) -> Doc:
    return {"webhook": webhooks.shown(webhook)}
