"""The billing periods of a subscription, what paid for them, and their invoices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from gateways.models import Gateway
from orders.merging import Merged
from orders.models import Payment
from subscriptions.models.subscriptions import RAZORPAY_ID, Subscription


class Cycle(Merged):
    """One billing period: (subscription, its start). Times are unix seconds."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="cycles")
    start = models.PositiveBigIntegerField(_("start"))
    # Merged by how far they can be trusted: charged, then invoice, then any other event.
    end = models.PositiveBigIntegerField(_("end"), null=True, blank=True)
    razorpay_plan_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    # Set once: what the period is billed with.
    razorpay_order_id = models.CharField(max_length=RAZORPAY_ID, blank=True, db_index=True)
    razorpay_invoice_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    # {"1": {"at": first snapshot of that attempt, "next": [as of, the next date it named]}, ...};
    # without "next" where Razorpay named none, because it had stopped.
    attempts = models.JSONField(default=dict, blank=True)
    halted_at = models.PositiveBigIntegerField(null=True, blank=True)
    # When we first heard of a failure: old news starts no re-attempts.
    failure_learnt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "start"], name="one_row_per_cycle")
        ]
        ordering = ["start"]
        verbose_name = _("billing period")
        verbose_name_plural = _("billing periods")

    def __str__(self) -> str:
        return f"{self.subscription} from {self.start}"


class Charge(models.Model):
    """A payment that pays for a cycle: told by subscription.charged, or derived from an invoice."""

    class Source(models.TextChoices):
        CHARGED = "charged", _("subscription.charged")
        INVOICE = "invoice", _("a paid invoice")
        BILL = "bill", _("our own order for the period")

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="charges")
    payment = models.ForeignKey(Payment, models.CASCADE, related_name="charges")
    source = models.CharField(max_length=7, choices=Source.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "payment", "source"], name="one_row_per_charge_and_source"
            )
        ]
        verbose_name = _("charge")
        verbose_name_plural = _("charges")

    def __str__(self) -> str:
        return f"{self.payment} pays {self.cycle}"


class Invoice(Merged):
    """Razorpay's invoice of one cycle (or of an amount at the start, then without a period)."""

    class Status(models.TextChoices):
        # In the order of their ranks.
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        PARTIALLY_PAID = "partially_paid", _("Partially paid")
        EXPIRED = "expired", _("Expired")
        CANCELLED = "cancelled", _("Cancelled")
        DELETED = "deleted", _("Deleted")
        PAID = "paid", _("Paid")

    uid = UidField(prefix="inv")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="invoices")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="invoices")
    razorpay_invoice_id = models.CharField(max_length=RAZORPAY_ID)
    status = models.CharField(_("status"), max_length=14, choices=Status.choices, blank=True)
    razorpay_order_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    razorpay_payment_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    amount = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    billing_start = models.PositiveBigIntegerField(null=True, blank=True)
    billing_end = models.PositiveBigIntegerField(null=True, blank=True)
    short_url = models.CharField(max_length=255, blank=True)
    created_at = models.PositiveBigIntegerField(null=True, blank=True)
    paid_at = models.PositiveBigIntegerField(null=True, blank=True)
    expired_at = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_invoice_id"], name="one_row_per_invoice"
            )
        ]
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")

    def __str__(self) -> str:
        return self.razorpay_invoice_id

    def payment_ids(self) -> set[str]:
        """Every payment that a snapshot named: the one kept, and what was kept beside it."""
        beside = {value for _as_of, value in self.conflicts.get("razorpay_payment_id", [])}
        return (beside | {self.razorpay_payment_id}) - {""}
