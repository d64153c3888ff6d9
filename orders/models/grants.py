"""Who may open what, from when to when, and why it ever changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sentences import SentenceField
from orders.models.catalogue import Resource
from orders.models.customers import Customer
from orders.models.orders import Order


class Because(models.TextChoices):
    """Why somebody has, or has not, access. The words of the API."""

    PAID = "paid", _("Paid")
    TRIAL = "trial", _("Trial")
    GRACE = "grace", _("In grace")
    FORM_SENT = "form_sent", _("Form sent")
    BY_HAND = "by_hand", _("Given by hand")
    NOT_BOUGHT = "not_bought", _("Not bought")
    NOT_PAID = "not_paid", _("Not paid")
    REFUNDED = "refunded", _("Refunded")
    PERIOD_OVER = "period_over", _("Period over")
    SUSPENDED = "suspended", _("Suspended")
    ENDED_BY_HAND = "ended_by_hand", _("Ended by hand")


class Grant(models.Model):
    """One customer may use one resource, from one order. Books: derived from the order's facts.

    Access runs to `ends_at`; of that, the time after `covered_until` is grace, or given by hand.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="grants")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="grants")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="grants")
    starts_at = models.DateTimeField(_("starts"))
    covered_until = models.DateTimeField(_("covered until"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    because = models.CharField(_("because"), max_length=13, choices=Because.choices)
    ended_because = models.CharField(
        _("when over, because"), max_length=13, choices=Because.choices, default=Because.PERIOD_OVER
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "resource"], name="one_grant_per_order_item"),
            models.CheckConstraint(
                condition=Q(ends_at=None)
                | Q(covered_until=None)
                | Q(covered_until__lte=models.F("ends_at")),
                name="grace_follows_cover",
            ),
        ]
        indexes = [models.Index(fields=["customer", "resource"], name="grants_of_customer")]
        verbose_name = _("grant")
        verbose_name_plural = _("grants")

    def __str__(self) -> str:
        return f"{self.customer}: {self.resource}"


class GrantChange(models.Model):
    """One line of the story: what changed in an order's access, and why."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="grant_changes")
    at = models.DateTimeField(default=timezone.now)
    what = SentenceField()
    why = SentenceField()

    class Meta:
        indexes = [models.Index(fields=["order", "at"], name="grant_story")]
        verbose_name = _("change of access")
        verbose_name_plural = _("changes of access")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
