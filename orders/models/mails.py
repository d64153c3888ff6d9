"""Mails that are owed, each tied to one fact, so that it goes out at most once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.customers import Customer
from orders.models.orders import Order


class Mail(models.Model):
    """One mail about one fact. The row is written with the fact, and sent when it is due."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("receipt")
        FAILURE = "failure", _("payment failed")
        FAILURE_SELLER = "failure_seller", _("payment failed (to the seller)")
        REMINDER = "reminder", _("still not paid")
        UNPAID = "unpaid", _("never paid, no more reminders")
        UNPAID_SELLER = "unpaid_seller", _("never paid (to the seller)")
        RECOVERED_SELLER = "recovered_seller", _("paid after all (to the seller)")
        CYCLE_FAILURE = "cycle_failure", _("charge failed, will be tried again")
        HALTED = "halted", _("charges stopped, access suspended")
        HALTED_SELLER = "halted_seller", _("charges stopped (to the seller)")
        RESUMED_SELLER = "resumed_seller", _("resumed after its end (to the seller)")
        CANCELLED = "cancelled", _("subscription cancelled")
        CANCELLED_SELLER = "cancelled_seller", _("cancelled by the buyer (to the seller)")
        EMAIL_CHANGED = "email_changed", _("e-mail address changed")
        EMAIL_FORMER = "email_former", _("e-mail address changed (to the former)")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        STARTED = "started", _("handed to the mail server")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        NOT_NEEDED = "not_needed", _("no longer true when it was due")
        TOO_OLD = "too_old", _("the fact was too old when it was learnt")
        REPLAYED = "replayed", _("learnt from a replay")

    order = models.ForeignKey(Order, models.CASCADE, null=True, blank=True, related_name="mails")
    # Of a mail that is about the buyer and no order; else the order's customer is meant.
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="mails"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # The fact: a payment's id, a cycle and try, ...
    fact = models.CharField(max_length=64)
    due_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.EmailField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "fact"], name="one_mail_per_fact"),
            models.UniqueConstraint(
                fields=["customer", "kind", "fact"], name="one_mail_per_fact_of_a_customer"
            ),
            models.CheckConstraint(
                condition=Q(order=None) ^ Q(customer=None), name="mail_of_order_or_customer"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="mails_due")]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")

    def __str__(self) -> str:
        return f"{self.kind} for {self.fact}"
