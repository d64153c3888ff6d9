"""Links in mails to somebody who has not paid: to the order, and to say that it is not wanted.

A link is signed, so that nobody makes one up; it does not end before its order does.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from orders.models import Order

# A dot is in no part of a token, and no mail program ends a link at it.
signer = signing.Signer(salt="orders.recovering.links", sep=".")


def token(order: Order) -> str:
    """What names the order in a link."""
    return signer.sign(order.uid)


def uid_of(token: str) -> str | None:
    """The uid of the order that a link names; None where the link is not one of ours."""
    try:
        return signer.unsign(token)
    except signing.BadSignature:
        return None


def reopen_url(order: Order) -> str:
    """Leads to the order's own page for paying."""
    return absolute("orders:reopen", token(order))


def decline_url(order: Order) -> str:
    """Says that the order is not wanted. A subscription is cancelled under "My purchases"."""
    return absolute("orders:decline", token(order))


def absolute(name: str, *args: str) -> str:
    """A page's address, as a mail gives it."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"
