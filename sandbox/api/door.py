"""The way in to the API: failures asked for, keys, the route, and Razorpay's error objects."""

import base64
import binascii

from sandbox import merchants, sent
from sandbox.answers import Answer, in_json
from sandbox.api import failures
from sandbox.api.call import ApiCall
from sandbox.api.routes import RESOURCES, ROUTES
from sandbox.books import Merchant
from sandbox.refusals import Refused, Unauthorised, UnknownUrl
from sandbox.routing import find
from sandbox.world import World

NO_ROUTE = {"message": "no Route matched with those values"}
ASK_FOR_KEYS = {"WWW-Authenticate": 'Basic realm="Razorpay"'}


def answer(world: World, request: sent.Request) -> Answer:
    with world.turn():
        kind = failures.strike(world, request.path, request.headers)
    return failures.before(kind) or failures.after(kind, _answer(world, request))


def _answer(world: World, request: sent.Request) -> Answer:
    segments = request.path.split("/")
    if segments[1] != "v1" or segments[2] not in RESOURCES:
        # Razorpay's gateway says this in words of its own, before it looks at the keys.
        return in_json(NO_ROUTE, 404)
    try:
        return in_json(_handle(world, request))
    except Unauthorised as refused:
        return in_json(refused.in_razorpays_words(), 401, ASK_FOR_KEYS)
    except Refused as refused:
        return in_json(refused.in_razorpays_words(), refused.status)


def _handle(world: World, request: sent.Request) -> object:
    with world.turn():
        merchant = _authenticated(world, request.headers.get("Authorization", ""))
        found = find(ROUTES, request.method, request.path)
        if found is None:
            raise UnknownUrl
        route, names = found
        body = request.fields() if request.method != "GET" else {}
        call = ApiCall(world, names, request.query, body, request.headers, merchant)
        return route.handler(call)


def _authenticated(world: World, header: str) -> Merchant:
    scheme, _, encoded = header.partition(" ")
    if not header:
        raise Unauthorised("Please provide your api key for authentication purposes.")
    try:
        pair = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        raise Unauthorised from None
    key_id, _, secret = pair.partition(":")
    merchant = merchants.behind(world, key_id, secret)
    if scheme != "Basic" or merchant is None:
        raise Unauthorised
    return merchant
