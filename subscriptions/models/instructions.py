"""What a person told us to do with a subscription at Razorpay, and what became of lost answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from orders.models import Instruction, Price
from subscriptions.models.subscriptions import RAZORPAY_ID, Subscription


class SubscriptionInstruction(Instruction):
    """Cancel, pause, resume, or change the plan. https://razorpay.com/docs/api/payments/subscriptions/"""

    class Kind(models.TextChoices):
        CANCEL = "cancel", _("Cancel now")
        CANCEL_AT_END = "cancel_at_end", _("Cancel at the end of the period")
        PAUSE = "pause", _("Pause")
        RESUME = "resume", _("Resume")
        CHANGE_PLAN = "change_plan", _("Change the plan now")
        CHANGE_PLAN_AT_END = "change_at_end", _("Change the plan at the end of the period")

    uid = UidField(prefix="sbi")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="instructions")
    kind = models.CharField(_("what"), max_length=13, choices=Kind.choices)
    # Of a change of plan: what is charged from then on.
    price = models.ForeignKey(
        Price, models.PROTECT, null=True, blank=True, related_name="instructions"
    )
    # Of what is done at the end of a period: that end, as it was known when it was asked for.
    effective_at = models.DateTimeField(_("takes effect"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="requested"), name="instructions_to_carry_out"
            ),
            models.Index(fields=["subscription", "-id"], name="newest_instruction"),
        ]
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")

    def __str__(self) -> str:
        return f"{self.subscription}: {self.kind}, {self.state}"


class Doubt(models.Model):
    """Razorpay was asked to make a subscription, and nobody has heard yet whether it did.

    Written before the call and settled by its answer. What is left over is looked for in Razorpay's
    list, which lags by minutes; a twin that is found there is cancelled.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="doubts")
    asked_at = models.DateTimeField(default=timezone.now)
    look_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    # What the call had made after all.
    razorpay_subscription_id = models.CharField(max_length=RAZORPAY_ID, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["look_at"], condition=Q(settled_at=None), name="open_doubts")
        ]
        verbose_name = _("lost answer")
        verbose_name_plural = _("lost answers")

    def __str__(self) -> str:
        return f"{self.subscription}, {self.asked_at:%Y-%m-%d %H:%M}"
