"""Connect a pair of Razorpay keys, replace them, disconnect."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Account, AuditEntry, User
from accounts.sentences import say
from gateways import problems
from gateways.models import Gateway, Mode, Problem, WebhookSecret
from gateways.razorpay import errors
from gateways.razorpay.client import CHECK_LIMITS, Razorpay

KEY_ID = re.compile(r"rzp_(test|live)_[A-Za-z0-9]+")


class NotConnected(Exception):
    """Nothing was saved. `field` is where the mend stands, `summary` what happened."""

    def __init__(self, summary: str, mend: str, field: str) -> None:
        super().__init__(summary)
        self.summary = summary
        self.mend = mend
        self.field = field


def mode_of(key_id: str) -> Mode:
    """Read from the prefix, never chosen. Raises NotConnected for anything but a key ID."""
    found = KEY_ID.fullmatch(key_id)
    if found is None:
        raise NotConnected(
            _("This is not a Razorpay key ID, so nothing was saved."),
            _("A key ID begins with rzp_test_ or rzp_live_ and has only letters and digits."),
            "key_id",
        )
    return Mode(found[1])


def check(key_id: str, key_secret: str) -> str:
    """Ask Razorpay whether it accepts the keys: the newest order's id, or "" if there is none.

    Raises NotConnected with a sentence for each way it can fail.
    """
    try:
        newest = Razorpay(key_id, key_secret, CHECK_LIMITS).newest_order()
    except errors.KeysRefused as error:
        raise NotConnected(
            _("Razorpay refused these keys, so nothing was saved."),
            _(
                "Razorpay answered “%(answer)s”. Copy the secret again, without spaces. "
                "If it is lost, make a new key in Razorpay."
            )
            % {"answer": error.description},
            "key_secret",
        ) from error
    except errors.Refused as error:
        raise NotConnected(
            _("Razorpay refused the check, so nothing was saved."),
            _("Razorpay answered “%(answer)s”.") % {"answer": error.description},
            "key_id",
        ) from error
    except errors.RazorpayError as error:
        raise NotConnected(
            _("The keys could not be checked, so nothing was saved."), str(error), "key_id"
        ) from error
    return str((newest or {}).get("id") or "")


def connect(account: Account, key_id: str, key_secret: str, user: User | None) -> Gateway:
    """Check the keys with Razorpay and connect them.

    Keys of the account that was connected here before take up its books and its webhook URL again;
    keys of another Razorpay account are a new gateway. Raises NotConnected.
    """
    mode = mode_of(key_id)
    if Gateway.objects.filter(account=account, mode=mode, disconnected_at=None).exists():
        raise already_connected(mode)
    witness = check(key_id, key_secret)
    former = same_account(account, mode, key_id, key_secret)
    gateway = former or Gateway(account=account, mode=mode, witness=witness)
    try:
        return save(gateway, key_id, key_secret, user)
    except IntegrityError as error:
        raise already_connected(mode) from error


def already_connected(mode: Mode) -> NotConnected:
    said = {
        Mode.TEST: _("A Razorpay account is connected in test mode already."),
        Mode.LIVE: _("A Razorpay account is connected in live mode already."),
    }
    mend = _("Replace its keys on its own page, or disconnect it first.")
    return NotConnected(said[mode], mend, "key_id")


def same_account(account: Account, mode: Mode, key_id: str, key_secret: str) -> Gateway | None:
    """A disconnected gateway that these keys belong to."""
    for gateway in Gateway.objects.filter(account=account, mode=mode).order_by("-pk")[:3]:
        if gateway.key_id == key_id or can_fetch(gateway.witness, key_id, key_secret):
            return gateway
    return None


def can_fetch(order_id: str, key_id: str, key_secret: str) -> bool:
    """Whether these keys see this order: then they belong to its Razorpay account."""
    if not order_id:
        return False
    try:
        Razorpay(key_id, key_secret, CHECK_LIMITS).order(order_id)
    except errors.RazorpayError:
        return False
    return True


@transaction.atomic
def save(gateway: Gateway, key_id: str, key_secret: str, user: User | None) -> Gateway:
    """Write accepted keys; a gateway without a live webhook secret gets one."""
    gateway.key_id, gateway.key_secret = key_id, key_secret
    gateway.keys_saved_at = gateway.connected_at = timezone.now()
    gateway.connected_by, gateway.disconnected_at = user, None
    gateway.save()
    if not WebhookSecret.objects.filter(gateway=gateway, expires_at=None).exists():
        WebhookSecret.objects.create(gateway=gateway)
    audit(gateway, user, gettext_noop("Connected Razorpay with key %(key)s."), key=key_id)
    return gateway


def replace_keys(gateway: Gateway, key_id: str, key_secret: str, user: User | None) -> None:
    """Put new keys of the same Razorpay account in place of the old. Raises NotConnected."""
    if mode_of(key_id) != gateway.mode:
        raise NotConnected(
            _("These keys are of the other mode, so nothing was changed."),
            _("Connect them as a payment gateway of their own."),
            "key_id",
        )
    check(key_id, key_secret)
    if gateway.witness and not can_fetch(gateway.witness, key_id, key_secret):
        raise NotConnected(
            _("These keys belong to another Razorpay account, so nothing was changed."),
            _("Disconnect this gateway and connect the other account as a new one."),
            "key_id",
        )
    with transaction.atomic():
        gateway.key_id, gateway.key_secret = key_id, key_secret
        gateway.keys_saved_at = timezone.now()
        gateway.save(update_fields=["key_id", "key_secret", "keys_saved_at"])
        problems.clear(gateway, Problem.Kind.KEYS_REFUSED)
        audit(gateway, user, gettext_noop("Replaced the API keys: now %(key)s."), key=key_id)


@transaction.atomic
def disconnect(gateway: Gateway, user: User | None) -> None:
    """Stop new sales and re-attempts. Books and paid access stay; the webhook URL answers 410."""
    gateway.disconnected_at = timezone.now()
    gateway.save(update_fields=["disconnected_at"])
    gateway.problems.filter(cleared_at=None).update(cleared_at=timezone.now())
    audit(gateway, user, gettext_noop("Disconnected Razorpay key %(key)s."), key=gateway.key_id)


def shares_keys(gateway: Gateway) -> bool:
    """Whether another account here has connected the same keys: allowed, and said on the page."""
    others = Gateway.objects.filter(key_id=gateway.key_id, disconnected_at=None)
    return others.exclude(account=gateway.account_id).exists()


def audit(gateway: Gateway, user: User | None, text: str, **values: Any) -> None:
    AuditEntry.objects.create(account_id=gateway.account_id, user=user, what=say(text, **values))
