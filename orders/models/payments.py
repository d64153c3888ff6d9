"""Payments, refunds and disputes, as Razorpay means them. Books: merged from snapshots only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import money
from accounts.fields import UidField
from gateways.models import Gateway
from orders.merging import Merged
from orders.models.orders import Order

RAZORPAY_ID = 40


class Payment(Merged):
    """One payment. Its status only moves up; see orders.payments."""

    class Status(models.TextChoices):
        # In the order of their ranks.
        CREATED = "created", _("Created")
        FAILED = "failed", _("Failed")
        AUTHORIZED = "authorized", _("Authorized")
        CAPTURED = "captured", _("Captured")
        REFUNDED = "refunded", _("Refunded")

    uid = UidField(prefix="pmt")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="payments")
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    razorpay_payment_id = models.CharField(max_length=RAZORPAY_ID)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.CREATED
    )
    # Money came in. Not the same as status: a refunded payment was captured too.
    captured = models.BooleanField(_("was captured"), default=False)

    # Set once.
    amount = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    razorpay_order_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    razorpay_invoice_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    razorpay_customer_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    razorpay_token_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    email = models.CharField(_("e-mail given at payment"), max_length=255, blank=True)
    contact = models.CharField(_("phone given at payment"), max_length=255, blank=True)
    notes = models.JSONField(default=dict, blank=True)
    created_at = models.PositiveBigIntegerField(_("made at (unix seconds)"), null=True, blank=True)

    # As the newest snapshot says.
    method = models.CharField(_("method"), max_length=64, null=True, blank=True)  # noqa: DJ001
    card = models.JSONField(default=dict, null=True, blank=True)
    # A card of another country: for those alone the seller can press "Attempt Charge".
    international = models.BooleanField(null=True, blank=True)
    bank = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    wallet = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    vpa = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    fee = models.PositiveBigIntegerField(_("fee"), null=True, blank=True)
    tax = models.PositiveBigIntegerField(_("tax"), null=True, blank=True)
    refund_status = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    # Why it failed last: kept where money came after all.
    error_code = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    error_description = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001
    error_source = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    error_step = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    error_reason = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001

    # The greatest number seen: what Razorpay says was refunded. Not a source, a check.
    amount_refunded = models.PositiveBigIntegerField(default=0)
    # The earliest snapshot that said so, in unix seconds.
    captured_at = models.PositiveBigIntegerField(null=True, blank=True)
    failed_at = models.PositiveBigIntegerField(null=True, blank=True)
    # When we first heard of the failure: old news starts no re-attempts.
    failure_learnt_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_payment_id"], name="one_row_per_payment"
            )
        ]
        indexes = [
            models.Index(
                fields=["gateway", "captured_at"],
                condition=models.Q(captured=True),
                name="payments_by_capture",
            )
        ]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return self.razorpay_payment_id

    @property
    def total(self) -> str:
        return money.show(self.amount, self.currency)


class Refund(Merged):
    """One refund of one payment."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        FAILED = "failed", _("Failed")
        PROCESSED = "processed", _("Processed")

    uid = UidField(prefix="rfd")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="refunds")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    razorpay_refund_id = models.CharField(max_length=RAZORPAY_ID)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.PENDING
    )
    amount = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    notes = models.JSONField(default=dict, blank=True)
    created_at = models.PositiveBigIntegerField(_("made at (unix seconds)"), null=True, blank=True)
    speed_processed = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    # The earliest snapshot that said so, in unix seconds.
    processed_at = models.PositiveBigIntegerField(null=True, blank=True)
    failed_at = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_refund_id"], name="one_row_per_refund"
            )
        ]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")

    def __str__(self) -> str:
        return self.razorpay_refund_id

    @property
    def went_at(self) -> int | None:
        """When the money went back, in unix seconds. One that was called processed and failed after
        all did not go."""
        return self.processed_at if self.status == self.Status.PROCESSED else None


class Dispute(Merged):
    """A chargeback or inquiry. A lost one takes its money away as a processed refund does."""

    uid = UidField(prefix="dsp")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="disputes")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    razorpay_dispute_id = models.CharField(max_length=RAZORPAY_ID)
    status = models.CharField(_("status"), max_length=64, blank=True)
    amount = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    phase = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    reason_code = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001
    respond_by = models.PositiveBigIntegerField(null=True, blank=True)
    created_at = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_dispute_id"], name="one_row_per_dispute"
            )
        ]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")

    def __str__(self) -> str:
        return self.razorpay_dispute_id
