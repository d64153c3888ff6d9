"""Accounts and their API keys. A key's prefix is its mode, as at Razorpay."""

import hmac
import secrets

from sandbox import ids
from sandbox.books import Doc, Merchant, owner
from sandbox.refusals import NotHere, Refused
from sandbox.world import World

FIRST_ACCOUNT = "acc_SandboxShop001"
FIRST_KEYS = {
    "test": ("rzp_test_sandbox0000001", "sandbox-secret"),
    "live": ("rzp_live_sandbox0000001", "sandbox-live-secret"),
}


def settle_in(world: World) -> None:
    """A fresh sandbox has one account with a key pair in each mode."""
    for mode, (key_id, secret) in FIRST_KEYS.items():
        if world.books.get(key_id) is None:
            _add(world, Merchant(FIRST_ACCOUNT, mode), key_id, secret)


def make_key(world: World, mode: str, account: str | None) -> Doc:
    if mode not in FIRST_KEYS:
        raise Refused("mode is test or live.", field="mode")
    if account and not ids.is_well_formed(account):
        raise Refused("account is an id like acc_SandboxShop001.", field="account")
    merchant = Merchant(account or ids.fresh("acc_"), mode)
    return _add(world, merchant, ids.fresh(f"rzp_{mode}_"), secrets.token_urlsafe(18))


def _add(world: World, merchant: Merchant, key_id: str, secret: str) -> Doc:
    key = {"id": key_id, "entity": "key", "created_at": world.now, "secret": secret}
    return world.books.add(merchant, key | {"revoked": False})


def revoke_key(world: World, key_id: str) -> Doc:
    key = world.books.get(key_id)
    if key is None or key["entity"] != "key":
        raise NotHere("key", key_id)
    key["revoked"] = True
    return world.books.put(key)


def shown(key: Doc) -> Doc:
    merchant = owner(key)
    return {
        "account": merchant.account,
        "mode": merchant.mode,
        "key_id": key["id"],
        "key_secret": key["secret"],
        "revoked": key["revoked"],
    }


def all_keys(world: World) -> list[Doc]:
    return [shown(key) for key in world.books.all("key")]


def behind(world: World, key_id: str, secret: str) -> Merchant | None:
    """Whose keys these are, if they are right and still valid."""
    key = world.books.get(key_id)
    if key is None or key["entity"] != "key" or key["revoked"]:
        return None
    matches = hmac.compare_digest(key["secret"].encode(), secret.encode())
    return owner(key) if matches else None


def of_key(world: World, key_id: str | None) -> Merchant:
    """For switches, which need no secret: the account and mode that a key stands for."""
    key = world.books.get(key_id or FIRST_KEYS["test"][0])
    if key is None or key["entity"] != "key":
        raise NotHere("key", key_id or "")
    return owner(key)
