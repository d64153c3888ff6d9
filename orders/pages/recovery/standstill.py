"""Why the series of a gateway stand still, and where that is mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from gateways.models import Gateway, Problem


@dataclass(frozen=True)
class Standstill:
    """What stops them, since when, and the page that mends it."""

    said: str
    since: datetime | None
    link: str
    mend: str


def of(gateway: Gateway) -> Standstill | None:
    """None while Raseed can speak with Razorpay."""
    if gateway.disconnected_at is not None:
        return disconnected(gateway)
    refused = Problem.objects.standing().filter(gateway=gateway, kind=Problem.Kind.KEYS_REFUSED)
    problem = refused.first()
    return keys_refused(gateway, problem.since) if problem else None


def disconnected(gateway: Gateway) -> Standstill:
    said = _("Paused: this Razorpay account is disconnected. Raseed makes no re-attempts for it.")
    link = reverse("gateways:list")
    return Standstill(said, gateway.disconnected_at, link, _("Payment gateways"))


def keys_refused(gateway: Gateway, since: datetime) -> Standstill:
    said = _(
        "Paused: Razorpay refuses the API keys. Raseed makes no re-attempts and cannot ask what "
        "became of Razorpay's own; all of it goes on when the keys are mended."
    )
    return Standstill(said, since, gateway.get_absolute_url(), _("Mend the keys"))
