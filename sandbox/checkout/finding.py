"""The order, subscription or invoice that a checkout is for, if it may be shown to whoever asks."""

from sandbox.books import Doc, owner
from sandbox.checkout.ask import Ask
from sandbox.refusals import Refused
from sandbox.world import World

KINDS = ("order", "subscription", "invoice")


def find(world: World, ask: Ask) -> Doc:
    if ask.place == "link":
        return _by_link(world, ask.link or "")
    if bool(ask.order_id) == bool(ask.subscription_id):
        raise Refused("The checkout needs an order_id, or else a subscription_id.")
    kind = "order" if ask.order_id else "subscription"
    return _of_key(world, the_key(world, ask), kind, ask.order_id or ask.subscription_id or "")


def the_key(world: World, ask: Ask) -> Doc:
    if not ask.key_id:
        raise Refused("The checkout needs a key: the key id of the shop.", field="key")
    key = world.books.get(ask.key_id)
    if key is None or key["entity"] != "key":
        raise Refused(f"The sandbox has no key {ask.key_id}.", status=401, field="key")
    if key["revoked"]:
        raise Refused(f"The key {ask.key_id} was revoked.", status=401, field="key")
    return key


def _of_key(world: World, key: Doc, kind: str, doc_id: str) -> Doc:
    doc = world.books.get(doc_id)
    if doc is None or doc["entity"] != kind or owner(doc) != owner(key):
        text = (
            f"The key {key['id']} has no {kind} {doc_id}: it does not exist,"
            " or belongs to another account or mode."
        )
        raise Refused(text, field=f"{kind}_id")
    return doc


def _by_link(world: World, link: str) -> Doc:
    """By its own id, or by the code in its short_url."""
    doc = world.books.get(link)
    if doc and doc["entity"] in KINDS:
        return doc
    for kind in ("subscription", "invoice"):
        for found in world.books.all(kind, _short_code=link):
            return found
    raise Refused("There is nothing to pay at this address.", status=404)
