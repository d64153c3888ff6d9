"""What Raseed can charge itself: the limits of a price that is charged from a mandate, in words.

Sources: https://razorpay.com/docs/api/payments/recurring-payments/upi/create-authorization-transaction/
and https://razorpay.com/docs/payments/recurring-payments/cards/faqs/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts import money
from orders.models import Price

CURRENCY = "INR"
# The most that a UPI mandate allows at once.
MOST = 99_999_00
# Above this the buyer's bank asks for consent to each debit.
CONSENT = 15_000_00
# Three re-attempts of a card, 36 hours apart, are over before the next charge is due.
LEAST_DAYS = 7


@dataclass(frozen=True)
class Objection:
    """Why a mandate cannot pay it; `field` is one of the price's, `code` is for scripts."""

    field: str
    said: str
    code: str


def is_chosen(price: Price | None) -> bool:
    """Whether Raseed charges this price itself."""
    ours = Price.ChargedBy.RASEED
    return price is not None and price.recurs and price.charged_by == ours


def against(terms: Mapping[str, Any]) -> Objection | None:
    """The first thing that speaks against charging these terms from a mandate."""
    if terms["currency"] != CURRENCY:
        said = _("Raseed charges mandates in rupees (INR) only.")
        return Objection("currency", said, "inr_only")
    if terms.get("trial_days"):
        said = _(
            "There is no trial where Raseed charges: with the first payment the buyer allows the "
            "ones that follow."
        )
        return Objection("trial_days", said, "no_trial")
    if terms["period"] == Price.Period.DAILY and terms.get("interval", 1) < LEAST_DAYS:
        said = _("Raseed charges every 7 days at most: choose an interval of 7 or more.")
        return Objection("interval", said, "too_often")
    return too_much(terms["amount"], terms.get("upfront_amount", 0))


def too_much(amount: int, upfront: int) -> Objection | None:
    """The first payment is made of both, and the mandate has to allow it."""
    if amount + upfront <= MOST:
        return None
    said = _("A mandate allows %(most)s at once, at most.") % {"most": money.show(MOST, CURRENCY)}
    return Objection("amount" if amount > MOST else "upfront_amount", said, "above_mandate")


def of_price(price: Price) -> Objection | None:
    names = ("currency", "trial_days", "period", "interval", "amount", "upfront_amount")
    return against({name: getattr(price, name) for name in names})


def needs_consent(price: Price) -> bool:
    """Whether the buyer approves each debit at the bank."""
    return price.amount > CONSENT


def consent() -> str:
    """In words."""
    said = _(
        "Above %(limit)s the bank asks the buyer to approve each charge, within three days. "
        "Without that it fails."
    )
    return said % {"limit": money.show(CONSENT, CURRENCY)}


def most_at_once(price: Price) -> int:
    """What the buyer allows to be debited at once: no more than is ever charged."""
    return price.amount + price.upfront_amount
