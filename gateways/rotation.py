"""Webhook secrets: make a new one, let the old one run out, end one at once.

Razorpay signs redeliveries of older events with the old secret and replays (up to 7 days back) with
the new one, so both must verify for a while.
Sources: https://razorpay.com/docs/webhooks/faqs/ and /docs/webhooks/replay-events/
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from gateways import connecting, problems
from gateways.connecting import audit
from gateways.models import Gateway, Problem, WebhookSecret

OVERLAP = timedelta(days=7)
MOST_LIVE = 3
LAST_USE_PRECISION = timedelta(minutes=1)


@transaction.atomic
def rotate(gateway: Gateway, user: User | None) -> WebhookSecret:
    """Make a new secret. The old one ends 7 days after the new one is first used.

    Raises Gateway.DoesNotExist when the gateway is disconnected.
    """
    connecting.lock(gateway)
    secret = WebhookSecret.objects.create(gateway=gateway)
    for too_many in surplus(gateway):
        end(too_many)
    problems.report_new_secret(gateway)
    audit(gateway, user, gettext_noop("Made a new webhook secret."))
    return secret


def surplus(gateway: Gateway) -> list[WebhookSecret]:
    """The secrets over the limit: those never used before the one that Razorpay signs with."""
    newest, *older = WebhookSecret.objects.filter(gateway=gateway).live()
    older.sort(key=lambda secret: (secret.last_used_at or secret.created_at, secret.pk))
    older.sort(key=lambda secret: secret.last_used_at is not None)
    return older[: max(0, len(older) + 1 - MOST_LIVE)]


@transaction.atomic
def end_now(secret: WebhookSecret, user: User | None) -> None:
    """End an old secret at once, because it leaked."""
    end(secret)
    audit(secret.gateway, user, gettext_noop("Ended an old webhook secret at once."))


def end(secret: WebhookSecret) -> None:
    secret.expires_at = timezone.now()
    secret.save(update_fields=["expires_at"])


@transaction.atomic
def note_use(secret_id: int, used_at: datetime) -> None:
    """An event was signed with this secret: note it, and start the clock of the older ones."""
    secret = WebhookSecret.objects.select_related("gateway").get(pk=secret_id)
    fresh = Q(last_used_at=None) | Q(last_used_at__lt=used_at - LAST_USE_PRECISION)
    WebhookSecret.objects.filter(fresh, pk=secret_id).update(last_used_at=used_at)
    first = WebhookSecret.objects.filter(pk=secret_id, first_used_at=None)
    if not first.update(first_used_at=used_at):
        return
    older = WebhookSecret.objects.filter(gateway=secret.gateway, pk__lt=secret_id, expires_at=None)
    older.update(expires_at=used_at + OVERLAP)
    newer = WebhookSecret.objects.filter(gateway=secret.gateway, pk__gt=secret_id)
    if not newer.exists():
        problems.clear(secret.gateway, Problem.Kind.NEW_SECRET)
