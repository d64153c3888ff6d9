"""The gateways behind webhook URLs, remembered by this process.

What is remembered is only good for computing the signature. Whether the gateway is still connected
and the secret still live is decided by the statement that stores the event (`inbox.accept`), so a
stale memory can never let anything in; on a mismatch it is read anew before anything is refused.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.conf import settings

from gateways.models import Gateway, WebhookSecret
from gateways.razorpay import signature

MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Door:
    """One webhook URL: which gateway, and what its deliveries may be signed with."""

    gateway_id: int
    connected: bool
    secrets: tuple[tuple[int, str], ...]
    key_secret: str

    def secret_for(self, body: bytes, given: str) -> int | None:
        """The id of the secret that signed this body, newest secrets first."""
        for secret_id, secret in self.secrets:
            if signature.is_authentic(body, given, secret):
                return secret_id
        return None

    def signed_with_key(self, body: bytes, given: str) -> bool:
        """Whether the API key secret was used by mistake."""
        return signature.matches(body, given, self.key_secret)


remembered: OrderedDict[str, Door] = OrderedDict()
lock = Lock()


def find(token: str, *, anew: bool = False) -> Door | None:
    """The door of a URL's token, None if there is none. `anew` reads it from the database."""
    if not anew and (door := remembered.get(token)):
        return door
    door = read(token)
    with lock:
        remembered.pop(token, None)
        if door is not None:
            remembered[token] = door
        if len(remembered) > MOST_REMEMBERED:
            remembered.popitem(last=False)
    return door


def read(token: str) -> Door | None:
    database = settings.RECEIVING_DATABASE
    gateway = Gateway.objects.using(database).filter(token=token).first()
    if gateway is None:
        return None
    live = WebhookSecret.objects.using(database).filter(gateway=gateway).live()
    return Door(
        gateway_id=gateway.pk,
        connected=gateway.is_connected,
        secrets=tuple((secret.pk, secret.secret) for secret in live),
        key_secret=gateway.key_secret,
    )
