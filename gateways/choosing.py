"""Which gateway a sale goes through, and which mode is meant when none is given."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Account
from gateways.models import Gateway, Mode


class NoGateway(Exception):
    """This account has no connected gateway (in this mode)."""


def mode_of(account: Account) -> str:
    """Live if a live gateway is connected, else test."""
    live = Gateway.objects.filter(account=account, mode=Mode.LIVE, disconnected_at=None)
    return Mode.LIVE if live.exists() else Mode.TEST


def gateway_for(account: Account, mode: str | None) -> Gateway:
    """The connected gateway of a mode. Raises NoGateway."""
    mode = mode or mode_of(account)
    found = Gateway.objects.filter(account=account, mode=mode, disconnected_at=None).first()
    if found is None:
        raise NoGateway(
            _("No Razorpay account is connected in live mode.")
            if mode == Mode.LIVE
            else _("No Razorpay account is connected in test mode.")
        )
    return found
