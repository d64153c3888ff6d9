"""What a page at a buyer's was shown: which visit it belongs to, and which price.

The visit is kept for an hour in a cookie of this page alone, so that going back and pressing again
is the same visit. The ticket in the page is signed and holds for a day.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from orders.models import OrderForm, Price

COOKIE = "visit"
SALT = "orders.form"
AN_HOUR = 60 * 60
A_DAY = 24 * AN_HOUR


@dataclass(frozen=True)
class Ticket:
    visit: str
    price: str

    def sealed(self, form: OrderForm) -> str:
        return signing.dumps([form.uid, self.visit, self.price], salt=SALT)


def issue(request: HttpRequest, price: Price, form: OrderForm) -> Ticket:
    """For a page that is shown now."""
    visit = request.get_signed_cookie(COOKIE, default=None, salt=form.uid, max_age=AN_HOUR)
    return Ticket(visit or secrets.token_urlsafe(16), price.uid)


def read(sealed: str, form: OrderForm) -> Ticket | None:
    """The ticket that was sent, unless it is too old or none of this form's."""
    try:
        uid, visit, price = signing.loads(sealed, salt=SALT, max_age=A_DAY)
    except (signing.BadSignature, ValueError):
        return None
    return Ticket(visit, price) if uid == form.uid else None


def remember(response: HttpResponse, ticket: Ticket, form: OrderForm) -> None:
    response.set_signed_cookie(
        COOKIE,
        ticket.visit,
        salt=form.uid,
        max_age=AN_HOUR,
        path=form.public_path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
