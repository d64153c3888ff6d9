"""Payment that repeats: Razorpay's plans and subscriptions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from gateways.models import Gateway
from orders.merging import Merged
from orders.models import Order, Price

RAZORPAY_ID = 40


class Plan(models.Model):
    """A price as a plan at Razorpay: made when first needed, never twice."""

    uid = UidField(prefix="pln")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="plans")
    price = models.ForeignKey(Price, models.PROTECT, related_name="plans")
    razorpay_plan_id = models.CharField(max_length=RAZORPAY_ID, null=True, blank=True)  # noqa: DJ001
    # Set before Razorpay is called, so that two buyers at once do not make two plans.
    requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "price"], name="one_plan_per_price"),
            models.UniqueConstraint(
                fields=["gateway", "razorpay_plan_id"], name="one_row_per_plan"
            ),
        ]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.razorpay_plan_id or self.uid


class Subscription(Merged):
    """One subscription; it belongs to the order that bought it."""

    class Status(models.TextChoices):
        CREATED = "created", _("Created")
        AUTHENTICATED = "authenticated", _("Authenticated")
        ACTIVE = "active", _("Active")
        PENDING = "pending", _("Pending")
        HALTED = "halted", _("Halted")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")
        COMPLETED = "completed", _("Completed")
        EXPIRED = "expired", _("Expired")

    FINAL = (Status.CANCELLED, Status.COMPLETED, Status.EXPIRED)

    uid = UidField(prefix="sub")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="subscriptions")
    order = models.OneToOneField(Order, models.PROTECT, related_name="subscription")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions")
    razorpay_subscription_id = models.CharField(max_length=RAZORPAY_ID, null=True, blank=True)  # noqa: DJ001

    # As the winning snapshot says. Times are unix seconds.
    status = models.CharField(
        _("status"), max_length=13, choices=Status.choices, default=Status.CREATED
    )
    razorpay_plan_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    total_count = models.PositiveIntegerField(null=True, blank=True)
    remaining_count = models.PositiveIntegerField(null=True, blank=True)
    auth_attempts = models.PositiveIntegerField(null=True, blank=True)
    current_start = models.PositiveBigIntegerField(null=True, blank=True)
    current_end = models.PositiveBigIntegerField(null=True, blank=True)
    charge_at = models.PositiveBigIntegerField(null=True, blank=True)
    start_at = models.PositiveBigIntegerField(null=True, blank=True)
    end_at = models.PositiveBigIntegerField(null=True, blank=True)
    ended_at = models.PositiveBigIntegerField(null=True, blank=True)
    expire_by = models.PositiveBigIntegerField(null=True, blank=True)
    payment_method = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    has_scheduled_changes = models.BooleanField(null=True, blank=True)
    change_scheduled_at = models.PositiveBigIntegerField(null=True, blank=True)
    pause_initiated_by = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    cancel_initiated_by = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001

    # Set once.
    razorpay_customer_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    short_url = models.CharField(max_length=255, blank=True)
    notes = models.JSONField(default=dict, blank=True)
    created_at = models.PositiveBigIntegerField(null=True, blank=True)

    # The greatest number seen.
    paid_count = models.PositiveIntegerField(default=0)
    # The earliest snapshot of a mandate that stands, and every resumption, in unix seconds.
    authenticated_at = models.PositiveBigIntegerField(null=True, blank=True)
    resumptions = models.JSONField(default=list, blank=True)

    # Derived from the cycles.
    paid_until = models.DateTimeField(_("paid until"), null=True, blank=True)
    access_until = models.DateTimeField(_("access until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_subscription_id"], name="one_row_per_subscription"
            ),
        ]
        indexes = [
            models.Index(
                fields=["gateway", "charge_at"],
                condition=Q(status__in=["authenticated", "active", "pending"]),
                name="subscriptions_to_be_charged",
            ),
            models.Index(fields=["gateway", "-id"], name="subscriptions_newest_first"),
        ]
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return self.razorpay_subscription_id or self.uid

    def get_absolute_url(self) -> str:
        return reverse("subscriptions:subscription", args=[self.uid])

    @property
    def is_ours_to_charge(self) -> bool:
        """Raseed charges a mandate itself; else Razorpay charges, and we follow."""
        return self.order.price.charged_by == Price.ChargedBy.RASEED

    @property
    def resumed_at(self) -> int | None:
        """The newest resumption, in unix seconds."""
        return max(self.resumptions, default=None)
