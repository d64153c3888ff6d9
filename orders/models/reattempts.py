"""The ledger of the three daily re-attempts after a failed payment."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from orders.models.orders import Order
from orders.models.payments import Payment


class Reattempt(models.Model):
    """One try after the first: n of three, or not counted (n is null)."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        STARTED = "started", _("Started")
        UNKNOWN = "unknown", _("Unknown")
        FAILED = "failed", _("Failed")
        SUCCEEDED = "succeeded", _("Succeeded")
        CANCELLED = "cancelled", _("Cancelled")
        MISSED = "missed", _("Missed")
        REFUSED = "refused", _("Refused")

    class MadeBy(models.TextChoices):
        RASEED = "raseed", _("Raseed")
        RAZORPAY = "razorpay", _("Razorpay")
        SELLER = "seller", _("the seller")
        BUYER = "buyer", _("the buyer")
        UNCLEAR = "unclear", _("unclear")

    uid = UidField(prefix="rat")
    order = models.ForeignKey(Order, models.CASCADE, related_name="reattempts")
    # The start of the billing period in unix seconds; 0 for an order that is paid once.
    cycle = models.PositiveBigIntegerField(default=0)
    n = models.PositiveSmallIntegerField(null=True, blank=True)
    # The payment of a try that is shown and not counted.
    payment = models.ForeignKey(
        Payment, models.CASCADE, null=True, blank=True, related_name="reattempts"
    )
    due_at = models.DateTimeField(_("due"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=64, blank=True)
    made_by = models.CharField(_("made by"), max_length=10, choices=MadeBy.choices)
    counted = models.BooleanField(_("counted"), default=False)
    # When `make-due-reattempts` looks at it next; null: there is nothing left to do. A process that
    # looks moves it on first, so that of several only one works on a row.
    work_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "cycle", "n"], name="one_reattempt_per_slot"),
            models.UniqueConstraint(fields=["order", "payment"], name="one_reattempt_per_payment"),
            models.CheckConstraint(
                condition=Q(n=None) | Q(n__in=[1, 2, 3]), name="three_reattempts_and_no_more"
            ),
        ]
        indexes = [
            models.Index(fields=["work_at"], condition=~Q(work_at=None), name="reattempts_to_make"),
            models.Index(
                fields=["order", "cycle"],
                condition=Q(n__isnull=False, state__in=["scheduled", "started", "unknown"]),
                name="series_being_tried",
            ),
            models.Index(fields=["done_at"], condition=Q(n=3), name="series_by_their_end"),
        ]
        verbose_name = _("re-attempt")
        verbose_name_plural = _("re-attempts")

    def __str__(self) -> str:
        return f"{self.order}: {self.n or '–'} of 3, {self.state}"
