"""What was read of a body, packed to be kept in its place.

Only the fields that are merged are in it (gateways/razorpay/entities.py). Names on cards, addresses
and whatever else Razorpay sent end with the body. Of one that could not be read it says why.

The first byte is the version. Rows of an older version are read for ever: a new layout gets a new
number, and its own branch in `load`.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from gateways.razorpay import deliveries
from gateways.razorpay.deliveries import Delivery, Unreadable
from gateways.razorpay.entities import Entity

VERSION = 1
UNREADABLE = "unreadable"

Told = dict[str, Any]


class NotFaithful(ValueError):
    """What would be kept does not say what the body says: the body has to stay."""


def pack(body: bytes, digest: bytes) -> bytes:
    """What is kept of a body. Raises NotFaithful, so that nothing is lost by dropping it."""
    if hashlib.sha256(body).digest() != digest:
        raise NotFaithful("the body is not the one that came")
    read = told_by(body)
    kept = compress(read)
    if load(kept) != read:
        raise NotFaithful("not read back as it was")
    return kept


def told_by(body: bytes) -> Told:
    """A body as plain values."""
    try:
        return plain(deliveries.read(body))
    except Unreadable as error:
        return {UNREADABLE: str(error)}


def plain(delivery: Delivery) -> Told:
    """A delivery as JSON can keep it. The digest is in a column of its own."""
    return {
        "type": delivery.type,
        "account_id": delivery.account_id,
        "as_of": delivery.as_of,
        "is_dated": delivery.is_dated,
        "entities": {
            kind: {"id": entity.id, **entity.fields} for kind, entity in delivery.entities.items()
        },
    }


def compress(told: Told) -> bytes:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return bytes([VERSION]) + zlib.compress(text.encode(), 9)


def load(kept: bytes) -> Told:
    """What was packed, as plain values."""
    if kept[:1] != bytes([VERSION]):
        raise ValueError(f"kept by a newer Raseed (version {kept[:1].hex()})")
    told: Told = json.loads(zlib.decompress(kept[1:]))
    return told


def unpack(kept: bytes, digest: bytes) -> Delivery:
    """The delivery, as if it had been read from its body. Raises deliveries.Unreadable."""
    return restored(load(kept), digest)


def restored(told: Told, digest: bytes) -> Delivery:
    """The inverse of `plain`. Raises deliveries.Unreadable."""
    if UNREADABLE in told:
        raise Unreadable(told[UNREADABLE])
    found = {kind: dict(fields) for kind, fields in told["entities"].items()}
    return Delivery(
        type=told["type"],
        account_id=told["account_id"],
        as_of=told["as_of"],
        digest=digest.hex(),
        entities={kind: Entity(fields.pop("id"), fields) for kind, fields in found.items()},
        is_dated=told["is_dated"],
    )
