"""How a buyer comes in: ask for a link, open it once, be here for thirty days, leave.

A buyer has no password. Who reads the mail of the address is let in, to one business per link.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import groupby

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connections, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import normal_email
from orders import senders
from orders.models import BuyerLink, Customer

log = structlog.get_logger(__name__)

VALID = timedelta(minutes=30)
VALID_IN_RECEIPT = timedelta(days=7)  # read when it is convenient, by the same person
STAY = timedelta(days=30)
KEY = "buyer"  # in the session, beside a seller's sign-in
WINDOW = 3600  # seconds
PER_ADDRESS = 5
PER_VISITOR = 30  # a mobile network shows many people under one address

# Mails go out beside the answer, so that it takes as long whether an address is known or not.
outbox = ThreadPoolExecutor(max_workers=2, thread_name_prefix="buyer-links")


def may_ask(visitor: str, email: str) -> bool:
    """Counted alike whether the address is known or not."""
    by_visitor = takes_slot(f"visitor {visitor}", PER_VISITOR)
    return by_visitor and takes_slot(f"address {normal_email(email)}", PER_ADDRESS)


def takes_slot(who: str, slots: int) -> bool:
    """One of so many slots, for an hour. Taking one is atomic, so a burst gets no more."""
    name = hashlib.sha256(who.encode()).hexdigest()
    return any(cache.add(f"buyer-link-{name}-{slot}", 1, WINDOW) for slot in range(slots))


def mail_later(email: str) -> None:
    """Send what `mail_links` sends, off the answer's path."""
    outbox.submit(mail_in_thread, email)


def mail_in_thread(email: str) -> None:
    try:
        mail_links(email)
    except Exception as error:  # noqa: BLE001 - nobody waits for it; the buyer asks again
        log.warning("buyer_links.not_sent", error=repr(error))
    finally:
        connections.close_all()


def mail_links(email: str) -> None:
    """One mail per present address, with a link per business. Nobody known: no mail.

    A former address is known, but what is asked with it goes to the present one: the former may be
    somebody else's by now.
    """
    address = normal_email(email)
    known = Customer.objects.filter(Q(email=address) | Q(aliases__email=address)).distinct()
    found = known.select_related("account").order_by("email", "account__name", "pk")
    for present, customers in groupby(found, key=lambda customer: customer.email):
        compose(present, list(customers)).send()


def compose(email: str, customers: list[Customer]) -> EmailMessage:
    """The letter, in the language of its reader; the first line is the subject."""
    links = [(customer.account.name, make(customer)) for customer in customers]
    only = customers[0].account if len(customers) == 1 else None
    with translation.override(customers[0].speaks):
        text = render_to_string("orders/mail/link.txt", {"links": links, "business": only})
    subject, _rest, body = text.strip().partition("\n")
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        from_email=senders.of(only) if only else None,
        to=[email],
    )


@transaction.atomic
def make(customer: Customer, valid: timedelta = VALID) -> str:
    """A new link's URL. Only the mail holds it; the row holds a digest.

    Raises Customer.DoesNotExist where the address was changed a moment ago: the mail would go to
    the former one. A change that comes now waits, and then ends this link with the others.
    """
    held = Customer.objects.select_for_update(no_key=True)
    held.get(pk=customer.pk, email=customer.email)
    now = timezone.now()
    customer.links.filter(expires_at__lt=now).delete()
    token = secrets.token_urlsafe(32)
    BuyerLink.objects.create(customer=customer, digest=digest(token), expires_at=now + valid)
    return f"{settings.PUBLIC_URL}{reverse('orders:my_open', args=[token])}"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> BuyerLink | None:
    """A link that can still be used. One that was mailed before the address changed cannot."""
    links = BuyerLink.objects.filter(
        digest=digest(token), used_at=None, expires_at__gt=timezone.now()
    ).exclude(customer__aliases__created_at__gte=F("created_at"))
    return links.select_related("customer__account").first()


def use(token: str) -> Customer | None:
    """Use a link up. Of two at once one gets the customer, the other None."""
    link = find(token)
    if link is None:
        return None
    unused = BuyerLink.objects.filter(pk=link.pk, used_at=None)
    return link.customer if unused.update(used_at=timezone.now()) else None


def enter(request: HttpRequest, customer: Customer) -> None:
    """Begin a visit, or add one more business to that of the same address."""
    others = [other.pk for other in here(request) if other.email == customer.email]
    request.session.cycle_key()
    request.session[KEY] = {
        "email": customer.email,
        "customers": sorted({*others, customer.pk}),
        "until": (timezone.now() + STAY).timestamp(),
    }
    if not request.user.is_authenticated:  # else the seller's sign-in says how long
        request.session.set_expiry(STAY)


def here(request: HttpRequest) -> list[Customer]:
    """Who visits: one person, as a customer of one or more businesses. [] is nobody.

    An address that was changed meanwhile ends its visits.
    """
    visit = request.session.get(KEY)
    if visit is None or visit["until"] < timezone.now().timestamp():
        return []
    theirs = Customer.objects.filter(pk__in=visit["customers"], email=visit["email"])
    return list(theirs.select_related("account").order_by("account__name", "pk"))


def leave(request: HttpRequest) -> None:
    """End the visit, and the session with it unless a seller is signed in."""
    if not request.user.is_authenticated:
        request.session.flush()
    request.session.pop(KEY, None)


def was_let_in(request: HttpRequest, token: str) -> bool:
    """Whether this very visit came in by this link: a second click is no reason to complain."""
    return BuyerLink.objects.filter(digest=digest(token), customer__in=ids(here(request))).exists()


def ids(customers: Iterable[Customer]) -> list[int]:
    return [customer.pk for customer in customers]
