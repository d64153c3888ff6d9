"""Connect a pair of Razorpay keys, replace them, disconnect."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Account, AuditEntry, User
from accounts.sentences import say
from gateways import checking, problems
from gateways.checking import Checked, NotConnected
from gateways.models import Gateway, Mode, Problem, WebhookSecret

MOST_WITNESSES = 10  # of former gateways; all are asked within the one time limit

Kind = Problem.Kind
# About the connection itself: without one there is nothing to mend, and with the next one it is
# told anew. All others are about books, buyers and events, which stay: their problems stay, too.
OF_CONNECTION = (
    Kind.FOREIGN, Kind.KEYS_REFUSED, Kind.MISSED_EVENTS, Kind.NEW_SECRET, Kind.REFUSED_SALE,
)  # fmt: skip


def connect(account: Account, key_id: str, key_secret: str, user: User | None) -> Gateway:
    """Check the keys with Razorpay and connect them.

    Keys of the account that was connected here before take up its books and its webhook URL again;
    keys of another Razorpay account are a new gateway. Raises NotConnected.
    """
    mode = checking.mode_of(key_id)
    if Gateway.objects.filter(account=account, mode=mode).connected().exists():
        raise already_connected(mode)
    former, checked = recognise(account, mode, key_id, key_secret)
    gateway = former or Gateway(account=account, mode=mode, witness=checked.newest)
    try:
        save(gateway, key_id, key_secret, user)
    except (IntegrityError, Gateway.DoesNotExist) as error:
        raise already_connected(mode) from error
    gateway.note_witness(checked.newest)
    return gateway


def already_connected(mode: Mode) -> NotConnected:
    said = {
        Mode.TEST: _("A Razorpay account is connected in test mode already."),
        Mode.LIVE: _("A Razorpay account is connected in live mode already."),
    }
    mend = _("Replace its keys on its own page, or disconnect it first.")
    return NotConnected(said[mode], mend, "key_id")


def recognise(
    account: Account, mode: Mode, key_id: str, key_secret: str
) -> tuple[Gateway | None, Checked]:
    """The former gateway that these keys belong to, if any; and what Razorpay said to them.

    Raises NotConnected, also when a witness could not be asked: a guess could split the books.
    """
    former = Gateway.objects.filter(account=account, mode=mode).order_by("-pk")
    known = former.filter(key_id=key_id).first()
    if known:
        return known, checking.check(key_id, key_secret)
    witnessed = former.exclude(witness="")[:MOST_WITNESSES]
    by_witness = {gateway.witness: gateway for gateway in witnessed}
    checked = checking.check(key_id, key_secret, by_witness)
    return by_witness.get(checked.seen), checked


def lock(gateway: Gateway, *, connected: bool = True) -> None:
    """Nobody else connects or disconnects it until this transaction ends.

    Raises Gateway.DoesNotExist when somebody just did.
    """
    rows = Gateway.objects.select_for_update(no_key=True)
    rows.get(pk=gateway.pk, disconnected_at__isnull=connected)


@transaction.atomic
def save(gateway: Gateway, key_id: str, key_secret: str, user: User | None) -> None:
    """Write accepted keys; a gateway without a lasting webhook secret gets one."""
    changed = None
    if gateway.pk:
        lock(gateway, connected=False)
        changed = ["key_id", "key_secret", "keys_saved_at", "connected_at", "connected_by",
                   "disconnected_at"]  # fmt: skip
    gateway.key_id, gateway.key_secret = key_id, key_secret
    gateway.keys_saved_at = gateway.connected_at = timezone.now()
    gateway.connected_by, gateway.disconnected_at = user, None
    gateway.save(update_fields=changed)
    provide_secret(gateway)
    audit(gateway, user, gettext_noop("Connected Razorpay with key %(key)s."), key=key_id)


def provide_secret(gateway: Gateway) -> None:
    """See that there is a secret to paste, and say so where an older one is still in use."""
    secrets = list(WebhookSecret.objects.filter(gateway=gateway).live())
    if not secrets or secrets[0].expires_at:
        secrets.insert(0, WebhookSecret.objects.create(gateway=gateway))
    if secrets[1:] and not secrets[0].first_used_at:
        problems.report_new_secret(gateway)


def replace_keys(gateway: Gateway, key_id: str, key_secret: str, user: User | None) -> None:
    """Put new keys of the same Razorpay account in place of the old.

    Raises NotConnected, and Gateway.DoesNotExist when the gateway is disconnected.
    """
    if checking.mode_of(key_id) != gateway.mode:
        raise NotConnected(
            _("These keys are of the other mode, so nothing was changed."),
            _("Connect them as a payment gateway of their own."),
            "key_id",
        )
    gateway.refresh_from_db(fields=["witness"])  # a sale may have come since it was read
    checked = checking.check(key_id, key_secret, filter(None, [gateway.witness]))
    if gateway.witness != checked.seen:
        raise NotConnected(
            _("These keys belong to another Razorpay account, so nothing was changed."),
            _("Disconnect this gateway and connect the other account as a new one."),
            "key_id",
        )
    with transaction.atomic():
        lock(gateway)
        gateway.key_id, gateway.key_secret = key_id, key_secret
        gateway.keys_saved_at = timezone.now()
        gateway.save(update_fields=["key_id", "key_secret", "keys_saved_at"])
        gateway.note_witness(checked.newest)
        problems.clear(gateway, Kind.KEYS_REFUSED)
        audit(gateway, user, gettext_noop("Replaced the API keys: now %(key)s."), key=key_id)


@transaction.atomic
def disconnect(gateway: Gateway, user: User | None) -> None:
    """Stop new sales and re-attempts. Books and paid access stay; the webhook URL answers 410.

    Raises Gateway.DoesNotExist when it is disconnected already.
    """
    lock(gateway)
    gateway.disconnected_at = timezone.now()
    gateway.save(update_fields=["disconnected_at"])
    ended = gateway.problems.filter(cleared_at=None, kind__in=OF_CONNECTION)
    ended.update(cleared_at=timezone.now())
    audit(gateway, user, gettext_noop("Disconnected Razorpay key %(key)s."), key=gateway.key_id)


def shares_keys(gateway: Gateway) -> bool:
    """Whether another account here has connected the same keys: allowed, and said on the page."""
    others = Gateway.objects.filter(key_id=gateway.key_id, disconnected_at=None)
    return others.exclude(account=gateway.account_id).exists()


def audit(gateway: Gateway, user: User | None, text: str, **values: Any) -> None:
    AuditEntry.objects.create(account_id=gateway.account_id, user=user, what=say(text, **values))
