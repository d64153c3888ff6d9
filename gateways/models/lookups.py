"""Questions to ask Razorpay later: what a handler missed and must not fetch itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gateways.models.gateways import Gateway


class LookUp(models.Model):
    """One object to fetch by its id: when, why, and how often it was tried."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        ORDER = "order", _("order")
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")
        REFUNDS = "refunds", _("refunds of a payment")
        SUBSCRIPTION = "subscription", _("subscription")

    class Why(models.TextChoices):
        UNKNOWN_INVOICE = "unknown_invoice", _("a payment of an invoice that is not known yet")
        STILL_AUTHORIZED = "still_authorized", _("authorized and not captured for 15 minutes")
        BOTH_ENDS = "both_ends", _("a refund was said to be failed and processed")
        OPEN_ORDER = "open_order", _("an order that is not paid after 15 minutes")
        PENDING_REFUND = "pending_refund", _("a refund that is still pending")
        OVERDUE_CHARGE = "overdue_charge", _("a charge was due, and nothing was heard of it")
        MORE_REFUNDED = "more_refunded", _("the payment says more was refunded than is known")

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="lookups")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    razorpay_id = models.CharField(max_length=40)
    why = models.CharField(max_length=20, choices=Why.choices)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    # What Razorpay said last, where it did not answer the question.
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "kind", "razorpay_id", "why"], name="asked_once"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="lookups_due")]
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")

    def __str__(self) -> str:
        return f"{self.kind} {self.razorpay_id}: {self.get_why_display()}"
