"""What a person told us to have Razorpay do. Own records: never derived, never deleted."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from orders.models.catalogue import Resource
from orders.models.payments import RAZORPAY_ID, Payment


class Instruction(models.Model):
    """One instruction. The row is committed before Razorpay is called.

    It stays *requested* while nobody knows what became of the call (`orders.instructing`).
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    class MadeBy(models.TextChoices):
        SELLER = "seller", _("the seller")
        SCRIPT = "script", _("the API")
        BUYER = "buyer", _("the buyer")

    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.REQUESTED
    )
    made_by = models.CharField(_("made by"), max_length=6, choices=MadeBy.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("requested"), default=timezone.now)
    # How often Razorpay was called, and when it is asked again if the answer was lost.
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    # Why it was not done: Razorpay's own words, or ours.
    refusal = models.CharField(_("refused because"), max_length=300, blank=True)

    class Meta:
        abstract = True


class RefundInstruction(Instruction):
    """Give back so much of one payment. Its uid is the idempotency key at Razorpay."""

    uid = UidField(prefix="rfi")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refund_instructions")
    # In the smallest unit of the payment's currency.
    amount = models.PositiveBigIntegerField(_("amount"), validators=[MinValueValidator(1)])
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # What the buyer may no longer open once the money is on its way back.
    ends = models.ManyToManyField(Resource, blank=True, related_name="+")
    razorpay_refund_id = models.CharField(max_length=RAZORPAY_ID, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="requested"), name="refunds_to_be_made"
            )
        ]
        verbose_name = _("instruction to refund")
        verbose_name_plural = _("instructions to refund")

    def __str__(self) -> str:
        return f"{self.payment}: {self.amount}, {self.state}"
