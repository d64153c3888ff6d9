"""A connected pair of Razorpay keys, the secrets that sign its webhooks, what came and what not."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from accounts.models import Account
from gateways.fields import SealedTextField


class Mode(models.TextChoices):
    """Read from the key's prefix, never chosen."""

    TEST = "test", _("test")
    LIVE = "live", _("live")


def new_token() -> str:
    """The random part of a webhook URL: 192 bits. An address, not the secret."""
    return secrets.token_urlsafe(24)


def new_secret() -> str:
    """A webhook secret: 240 bits, URL-safe, so that it survives any copy and paste."""
    return f"whs_{secrets.token_urlsafe(30)}"


class GatewayQuerySet(models.QuerySet["Gateway"]):
    def connected(self) -> GatewayQuerySet:
        return self.filter(disconnected_at=None)


class Gateway(models.Model):
    """A pair of Razorpay keys in one mode. Disconnected ones keep their books."""

    uid = UidField(prefix="gw")
    account = models.ForeignKey(Account, models.CASCADE, related_name="gateways")
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices)
    key_id = models.CharField(_("key ID"), max_length=64)
    key_secret = SealedTextField(_("key secret"))
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    # "acc_...", learnt from the first event that matches an object of ours.
    razorpay_account_id = models.CharField(max_length=32, blank=True, default="")
    # Any order or subscription of this Razorpay account: keys that can fetch it are of it, too.
    witness = models.CharField(max_length=40, blank=True, default="")
    connected_at = models.DateTimeField(_("connected"), default=timezone.now)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    keys_saved_at = models.DateTimeField(_("keys accepted by Razorpay"), default=timezone.now)
    disconnected_at = models.DateTimeField(_("disconnected"), null=True, blank=True)
    # Razorpay said "too many requests": what can wait asks nothing before this.
    slow_until = models.DateTimeField(null=True, blank=True)
    # The raw bodies of its events up to this row's id have been looked through, and dropped if old.
    bodies_dropped_to = models.BigIntegerField(default=0)

    objects = GatewayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "mode"],
                condition=Q(disconnected_at=None),
                name="one_connected_gateway_per_mode",
                violation_error_message=_("This account has a gateway in this mode already."),
            ),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="gateway_mode_is_known"),
        ]
        verbose_name = _("payment gateway")
        verbose_name_plural = _("payment gateways")

    def __str__(self) -> str:
        return f"Razorpay {self.key_id[:9]}…{self.key_id[-4:]}"

    def get_absolute_url(self) -> str:
        return reverse("gateways:change", args=[self.uid])

    @property
    def is_connected(self) -> bool:
        return self.disconnected_at is None

    def note_witness(self, razorpay_id: str) -> None:
        """Remember something that only keys of this Razorpay account can fetch. One is enough."""
        if razorpay_id and not self.witness:
            Gateway.objects.filter(pk=self.pk, witness="").update(witness=razorpay_id)
            self.refresh_from_db(fields=["witness"])

    @property
    def webhook_url(self) -> str:
        """What the seller pastes into Razorpay. Under 255 characters, answers without redirect."""
        return f"{settings.PUBLIC_URL}/webhooks/razorpay/{self.token}/"


class WebhookSecretQuerySet(models.QuerySet["WebhookSecret"]):
    def live(self, now: datetime | None = None) -> WebhookSecretQuerySet:
        """Those that still verify, newest first."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
        return self.filter(unexpired).order_by("-pk")


class WebhookSecret(models.Model):
    """One secret that Razorpay signs this gateway's events with."""

    uid = UidField(prefix="whs")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="webhook_secrets")
    secret = SealedTextField(default=new_secret)
    created_at = models.DateTimeField(default=timezone.now)
    first_used_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    # Set when a newer secret is first used, or by hand.
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookSecretQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook secret")
        verbose_name_plural = _("webhook secrets")

    def __str__(self) -> str:
        return f"{self.uid} of {self.gateway}"


class Refusal(models.Model):
    """How often a delivery was refused, and when. Never what it said: it was not verified."""

    class Reason(models.TextChoices):
        MISSING = "signature_missing", _("not signed")
        MISMATCH = "signature_mismatch", _("signed with another secret")
        KEY_SECRET = "key_secret_used", _("signed with the API key secret")

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="refusals")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    count = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reason"], name="one_row_per_refusal_reason")
        ]
        verbose_name = _("refused deliveries")
        verbose_name_plural = _("refused deliveries")

    def __str__(self) -> str:
        return f"{self.gateway}: {self.count} × {self.reason}"


class Sighting(models.Model):
    """When an event type was first and last seen at a gateway: is it ticked at Razorpay?"""

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="sightings")
    type = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "type"], name="one_sighting_per_type")
        ]
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")

    def __str__(self) -> str:
        return f"{self.type}: {self.last_at:%Y-%m-%d %H:%M}"
