"""Bodies as Razorpay sends them: payment.captured, 2 to 4 KB, no two alike, really signed.

Made from our own samples. A template is rendered once; a body is a template with its ids filled in,
which is cheap enough to make tens of thousands before the clock starts.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import random
import secrets
import string
import time
from collections.abc import Iterator
from typing import Any

from tests.samples import as_bytes, sample

SHAPES = [f"payment.captured{shape}" for shape in ("", ".card", ".netbanking", ".wallet")]
SMALLEST, LARGEST = 2048, 4096  # bytes
LONGEST_NOTE = 256  # characters, https://razorpay.com/docs/api/understand/#notes
MARK = "#" * 14  # stands where the ids differ; as long as they are

Pieces = list[bytes]


def templates(count: int = 64) -> list[Pieces]:
    """Bodies in all shapes and sizes, cut where an id belongs. The same in every run."""
    chance = random.Random(count)
    return [template(SHAPES[n % len(SHAPES)], chance) for n in range(count)]


def template(shape: str, chance: random.Random) -> Pieces:
    body = payment(shape, f"pay_{MARK}", f"order_{MARK}")
    size = chance.randint(SMALLEST, LARGEST)
    entity = body["payload"]["payment"]["entity"]
    notes: dict[str, str] = {}
    entity["notes"] = notes
    while (room := size - len(as_bytes(body))) > 20:
        length = min(LONGEST_NOTE, room - 12)
        notes[f"note_{len(notes)}"] = filler(length, chance) if length > 0 else ""
    return as_bytes(body).split(MARK.encode())


def filler(length: int, chance: random.Random) -> str:
    """Words that compress about as badly as names and addresses do."""
    letters = chance.choices(string.ascii_letters + string.digits, k=length)
    return "".join(" " if n % 7 == 6 else letter for n, letter in enumerate(letters))


def payment(shape: str, payment_id: str, order_id: str) -> dict[str, Any]:
    now = int(time.time())
    changed = {"id": payment_id, "order_id": order_id, "created_at": now - 3}
    return sample(shape, created_at=now, payment=changed)


def label(number: int) -> str:
    """14 characters, as scattered as real ids."""
    return hashlib.blake2b(number.to_bytes(16, "big"), digest_size=7).hexdigest()


def unknown(count: int) -> Iterator[bytes]:
    """Bodies about orders that nobody made: `count` made at once, then as many as are asked for."""
    cut, start = templates(), secrets.randbits(64)

    def made() -> Iterator[bytes]:
        for number in itertools.count(start):
            yield label(number).encode().join(cut[number % len(cut)])

    bodies = made()
    return itertools.chain(list(itertools.islice(bodies, count)), bodies)


def for_order(order_id: str, amount: int) -> bytes:
    """The body that pays one order of ours."""
    body = payment(SHAPES[0], f"pay_{label(secrets.randbits(64))}", order_id)
    body["payload"]["payment"]["entity"]["amount"] = amount
    return as_bytes(body)


def request(body: bytes, *, path: str, secret: str) -> bytes:
    """The whole HTTP request, signed, under an event id of its own."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Razorpay-Webhook/v1\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Razorpay-Signature: {hmac.digest(secret.encode(), body, 'sha256').hex()}\r\n"
        f"x-razorpay-event-id: {label(secrets.randbits(64))}\r\n\r\n"
    )
    return head.encode() + body
