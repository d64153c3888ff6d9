"""What Raseed charges itself, from a mandate: own records, never derived and never deleted.

A bill is one billing period with the Razorpay order that pays it; a debit is one call that charged
the mandate for it. Cycles, payments and the ledger are derived from these and from what Razorpay
tells.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from subscriptions.models.subscriptions import RAZORPAY_ID, Subscription


class Bill(models.Model):
    """One billing period of a subscription that Raseed charges. Times are unix seconds.

    All tries to pay it are payments of the one Razorpay order: the only lock that Razorpay shares
    with us. Its `uid` is that order's receipt, so asking twice makes one.
    """

    uid = UidField(prefix="bil")
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="bills")
    number = models.PositiveIntegerField()
    # The buyer pays it in Checkout and thereby allows the debits that follow. Its period begins
    # with that payment, so `start` and `end` are null until then.
    authorises = models.BooleanField(default=False)
    # Of such a bill: what its order at Razorpay can be paid by, "upi" or "card".
    method = models.CharField(max_length=8, blank=True)
    # Of such a bill: when its mandate was given back at Razorpay. Nobody charges it any more.
    given_back_at = models.DateTimeField(null=True, blank=True)
    # The period is the `step`-th one after `anchor`: month ends are counted from there.
    anchor = models.PositiveBigIntegerField(null=True, blank=True)
    step = models.PositiveIntegerField(default=0)
    start = models.PositiveBigIntegerField(_("start"), null=True, blank=True)
    end = models.PositiveBigIntegerField(_("end"), null=True, blank=True)
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    # Null until Razorpay has answered.
    razorpay_order_id = models.CharField(max_length=RAZORPAY_ID, null=True, blank=True)  # noqa: DJ001
    created_at = models.DateTimeField(default=timezone.now)
    # When the task looks at it next, to make its order and its first debit; null: that was done.
    # Of one that authorises: how long its buyer may be in Checkout, and nothing is debited; in the
    # end, when its mandate is tried to be given back again.
    work_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="one_bill_per_number"),
        ]
        indexes = [
            models.Index(fields=["razorpay_order_id"], name="bills_by_razorpay_order"),
            models.Index(fields=["work_at"], condition=~Q(work_at=None), name="bills_to_charge"),
        ]
        ordering = ["number"]
        verbose_name = _("bill")
        verbose_name_plural = _("bills")

    def __str__(self) -> str:
        return f"{self.subscription} #{self.number}"


class Debit(models.Model):
    """One call that charges the mandate. The row is committed before the call.

    *started* while the call is made; *unknown* when its answer was lost; *accepted* when Razorpay
    named a payment, whatever becomes of it; *refused* when no debit was made.
    """

    class State(models.TextChoices):
        STARTED = "started", _("Started")
        UNKNOWN = "unknown", _("Unknown")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    OPEN = (State.STARTED, State.UNKNOWN)

    uid = UidField(prefix="dbt")
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="debits")
    # 0 is the first try, 1 to 3 are the re-attempts.
    n = models.PositiveSmallIntegerField(default=0)
    razorpay_token_id = models.CharField(max_length=RAZORPAY_ID)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.STARTED)
    # How many tries the order had seen when this was made, by Razorpay's own count: what tells
    # later whether a lost call was done.
    attempts_before = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    razorpay_payment_id = models.CharField(max_length=RAZORPAY_ID, blank=True)
    # Why no debit was made: a word for us, and Razorpay's own words for people.
    reason = models.CharField(_("reason"), max_length=64, blank=True)
    refusal = models.CharField(_("refused because"), max_length=300, blank=True)

    class Meta:
        constraints = [
            # The last line of defence: while one may be on its way, there is no other.
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(state__in=["started", "unknown"]),
                name="one_open_debit_per_bill",
            ),
            models.UniqueConstraint(
                fields=["bill", "n"], condition=~Q(state="refused"), name="one_debit_per_try"
            ),
            models.CheckConstraint(condition=Q(n__lte=3), name="three_debits_after_the_first"),
        ]
        ordering = ["pk"]
        verbose_name = _("debit")
        verbose_name_plural = _("debits")

    def __str__(self) -> str:
        return f"{self.bill}: try {self.n}, {self.state}"
