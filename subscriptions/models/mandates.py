"""Mandates: what a buyer allowed to be debited again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gateways.models import Gateway
from orders.merging import Merged
from orders.models import Order
from subscriptions.models.subscriptions import RAZORPAY_ID


class Mandate(Merged):
    """A Razorpay token, found through a payment of one of our orders."""

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="mandates")
    order = models.ForeignKey(Order, models.PROTECT, related_name="mandates")
    razorpay_token_id = models.CharField(max_length=RAZORPAY_ID)
    status = models.CharField(_("status"), max_length=64, blank=True)
    method = models.CharField(_("method"), max_length=64, null=True, blank=True)  # noqa: DJ001
    max_amount = models.PositiveBigIntegerField(_("largest debit"), null=True, blank=True)
    # Whose it is at Razorpay: a mandate is asked for and charged under its customer.
    razorpay_customer_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    # A card of another country; null: not told, which is taken for a domestic one.
    international = models.BooleanField(null=True, blank=True)
    # Why the bank said no.
    failure_reason = models.CharField(max_length=255, blank=True)
    created_at = models.PositiveBigIntegerField(null=True, blank=True)
    expired_at = models.PositiveBigIntegerField(null=True, blank=True)
    # The earliest time at which Razorpay said that it is over, in unix seconds.
    ended_at = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_token_id"], name="one_row_per_mandate"
            )
        ]
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")

    def __str__(self) -> str:
        return self.razorpay_token_id
