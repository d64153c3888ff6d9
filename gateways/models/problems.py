"""What only the seller can mend; shown until it is gone, then cleared by itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from accounts.models import Account
from accounts.sentences import SentenceField
from gateways.models.gateways import Gateway


class ProblemQuerySet(models.QuerySet["Problem"]):
    def standing(self) -> ProblemQuerySet:
        """Not cleared yet."""
        return self.filter(cleared_at=None)


class Problem(models.Model):
    """One thing to mend: what happened, since when, how to mend it."""

    class Kind(models.TextChoices):
        BOOKS_DIFFER = "books_differ", _("The books differ from what was received")
        DISPUTE = "dispute", _("A payment is disputed")
        FOREIGN = "foreign_events", _("Another Razorpay account posts here")
        KEYS_REFUSED = "keys_refused", _("Razorpay refuses the API keys")
        LATE_TWIN = "late_twin", _("A second subscription could not be cancelled")
        MISSED_EVENTS = "missed_events", _("Razorpay's events did not arrive")
        NEW_SECRET = "new_secret", _("The new webhook secret is not in use yet")
        ODD_MONEY = "odd_money", _("Money that does not fit the order")
        PARTIAL_REFUND = "partial_refund", _("Refunded in part: what about access?")
        REFUSED_SALE = "refused_sale", _("Razorpay refuses a sale")
        UNKNOWN_PLAN = "unknown_plan", _("Which product is this plan?")
        UNREADABLE = "unreadable_event", _("A signed event could not be read")
        PARKED = "parked_event", _("An event could not be applied")

    uid = UidField(prefix="prb")
    account = models.ForeignKey(Account, models.CASCADE, related_name="problems")
    gateway = models.ForeignKey(
        Gateway, models.CASCADE, null=True, blank=True, related_name="problems"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # What it is about, so that the same problem is not told twice: a plan id, an account id, ...
    subject = models.CharField(max_length=64, blank=True, default="")
    what = SentenceField()
    mend = SentenceField()
    since = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    count = models.PositiveIntegerField(default=1)
    cleared_at = models.DateTimeField(null=True, blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "gateway", "kind", "subject"],
                condition=Q(cleared_at=None),
                name="one_standing_problem_per_subject",
            )
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(cleared_at=None), name="problems_standing")
        ]
        verbose_name = _("problem")
        verbose_name_plural = _("problems")

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()} ({self.subject})"
            if self.subject
            else self.get_kind_display()
        )
