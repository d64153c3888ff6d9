"""Sales that Razorpay refuses for what the seller set: a problem of the seller's, at its field.

A buyer cannot mend an amount, a currency or a plan, so a refusal to make what is sold is always the
seller's matter. It stands on the price until Razorpay agrees or nothing is sold at it any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Problem
from gateways.razorpay import errors
from orders.models import Price, Product

KIND = Problem.Kind.REFUSED_SALE
LONGEST = 300  # characters of Razorpay's sentence


class Asked(StrEnum):
    """What Razorpay was asked to make."""

    ORDER = "order"
    PLAN = "plan"
    SUBSCRIPTION = "subscription"


SAID = {
    Asked.ORDER: gettext_noop("Razorpay refused an order of “%(product)s”: %(answer)s"),
    Asked.PLAN: gettext_noop("Razorpay refused the plan of “%(product)s”: %(answer)s"),
    Asked.SUBSCRIPTION: gettext_noop(
        "Razorpay refused a subscription to “%(product)s”: %(answer)s"
    ),
}
MEND = gettext_noop(
    "Buyers cannot pay it. Change the price, or ask Razorpay whether your account may take it."
)
MEND_UPFRONT = gettext_noop(
    "Buyers cannot pay it. Lower the amount at the start or leave it empty: Razorpay calls such "
    "add-ons deprecated, and not every account may use them."
)
# Razorpay's names, and the field of a price that each is about. The first that is named counts.
FIELDS = {
    Asked.ORDER: {"currency": "currency", "amount": "amount"},
    Asked.PLAN: {name: name for name in ("currency", "amount", "interval", "period")},
    Asked.SUBSCRIPTION: {
        "total_count": "total_count",
        "start_at": "trial_days",
        "currency": "currency",
        "amount": "amount",
    },
}
# The plan was agreed to with its amount and currency. So what is said of these is of the add-on.
FIELDS_OF_ADDON = dict.fromkeys(
    ("addons", "addon", "add-ons", "add-on", "currency", "amount"), "upfront_amount"
)


@dataclass(frozen=True)
class Refusal:
    """One that stands. `words` are Razorpay's, `field` is one of the price's, or ""."""

    problem: Problem
    words: str
    field: str

    @property
    def mode(self) -> str:
        return self.problem.gateway.mode if self.problem.gateway else ""


@contextmanager
def watching(gateway: Gateway, price: Price, asked: Asked) -> Iterator[None]:
    """A call that makes what is sold at this price: refused, it is a problem until one is not."""
    try:
        yield
    except errors.KeysRefused:
        raise
    except errors.Refused as error:
        report(gateway, price, asked, error)
        raise
    else:
        agreed(gateway, price, asked)


@transaction.atomic
def report(gateway: Gateway, price: Price, asked: Asked, error: errors.Refused) -> None:
    """Tell it, unless nothing is sold at this price any more. Whoever changes that waits here."""
    product = Product.objects.select_for_update().get(pk=price.product_id)
    if product.archived_at is not None or product.price != price:
        return
    words, named = printable(error.description), printable(error.field)
    field = field_of(price, asked, error)
    what = say(
        SAID[asked],
        product=product.name,
        answer=f"“{words}” ({named})" if named else f"“{words}”",
        asked=asked.value,
        words=words,
        field=field,
        product_uid=product.uid,
    )
    mend = say(MEND_UPFRONT if field == "upfront_amount" else MEND)
    problems.report(gateway, KIND, what=what, mend=mend, subject=price.uid)


def printable(text: str) -> str:
    """What a column and a page can hold: not too long, no control characters."""
    return "".join(char for char in text if char.isprintable())[:LONGEST]


def field_of(price: Price, asked: Asked, error: errors.Refused) -> str:
    """The field of the price that the refusal is about; "" where it names none.

    Razorpay's `field` may lead through others, such as `item.amount`; where it is missing, the
    sentence may name one.
    """
    names = FIELDS[asked]
    if asked is Asked.SUBSCRIPTION and price.upfront_amount:
        names = names | FIELDS_OF_ADDON
    named = set(re.findall(r"[a-z_-]+", (error.field or error.description).lower()))
    return next((ours for theirs, ours in names.items() if theirs in named), "")


def agreed(gateway: Gateway, price: Price, asked: Asked) -> None:
    """What was refused was made. A plan that was made says nothing of what is sold by it."""
    for problem in problems.standing(gateway, KIND, price.uid):
        if asked is not Asked.PLAN or problem.what.values.get("asked") == asked:
            problems.clear(gateway, KIND, price.uid)


def no_longer_sold(product: Product, *prices: Price) -> None:
    """The price was replaced, or the product archived: there is nothing to mend any more."""
    subjects = [price.uid for price in prices]
    of_product(product).filter(subject__in=subjects).update(cleared_at=timezone.now())


def of_product(product: Product) -> QuerySet[Problem]:
    return Problem.objects.standing().filter(account=product.account_id, kind=KIND)


def standing(product: Product) -> list[Refusal]:
    """What stands at the product's price, in each mode. One query."""
    in_force = Price.objects.filter(product=product, replaced_at=None).values("uid")
    rows = of_product(product).filter(subject__in=in_force).select_related("gateway")
    return [
        Refusal(row, row.what.values.get("words", ""), row.what.values.get("field", ""))
        for row in rows.order_by("pk")
    ]
