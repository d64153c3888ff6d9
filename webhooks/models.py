"""The inbox: one row for each verified delivery, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.sentences import SentenceField
from gateways.models import Gateway, Reconciliation, WebhookSecret
from orders.models import Order

MOST_ATTEMPTS = 5


class Event(models.Model):
    """One body that Razorpay signed (or an answer of its API that was merged).

    Stored once for each gateway and body: identical bytes are identical facts. A row is open until
    `processed_at` is set; the open rows are the queue.
    """

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("webhook")
        API = "api", _("API answer")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        PROCESSED = "processed", _("Processed")
        IGNORED = "ignored", _("Ignored")
        UNMATCHED = "unmatched", _("Unmatched")
        FOREIGN = "foreign", _("Foreign")
        UNREADABLE = "unreadable", _("Unreadable")
        PARKED = "parked", _("Parked")

    # The unique constraint begins with the gateway: no index of its own on the hot table.
    gateway = models.ForeignKey(
        Gateway, models.PROTECT, related_name="events", db_index=False, verbose_name=_("gateway")
    )
    kind = models.CharField(max_length=7, choices=Kind.choices, db_default=Kind.WEBHOOK)
    # The x-razorpay-event-id header. Not covered by the signature: for people and logs only.
    event_id = models.CharField(_("event ID"), max_length=64, null=True, blank=True)  # noqa: DJ001
    type = models.CharField(_("event"), max_length=64, blank=True, db_default="")
    account_ref = models.CharField(_("Razorpay account"), max_length=32, blank=True, db_default="")
    # Empty once it was dropped: then `kept` has what was read of it, compressed.
    body = models.BinaryField()
    kept = models.BinaryField(null=True, blank=True)
    body_dropped_at = models.DateTimeField(_("raw body dropped"), null=True, blank=True)
    body_sha256 = models.BinaryField(max_length=32)
    secret = models.ForeignKey(
        WebhookSecret,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        # The row is inserted by a SELECT from the secret: it exists.
        db_constraint=False,
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, db_default=Status.RECEIVED
    )
    # Unmatched, and with a trace of ours (our notes): shown. Without one it is another shop's.
    ours = models.BooleanField(_("with a trace of ours"), db_default=False)
    order = models.ForeignKey(
        Order,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
        verbose_name=_("order"),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), db_default=0)
    claimed_by = models.CharField(max_length=32, blank=True, db_default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = SentenceField()
    error = models.TextField(_("last error"), blank=True, db_default="")
    replayed = models.BooleanField(_("replayed"), db_default=False)
    # From an export: an operator vouches for it, no signature was checked here.
    imported = models.BooleanField(_("imported"), db_default=False)
    reconciliation = models.ForeignKey(
        Reconciliation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
        verbose_name=_("reconciliation"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "body_sha256"], name="one_row_per_body"),
            models.CheckConstraint(
                condition=Q(attempts__lte=MOST_ATTEMPTS + 1), name="attempts_are_counted"
            ),
        ]
        indexes = [
            # By gateway, so that they are worked on by turns; those that wait apart from the rest.
            models.Index(
                fields=["gateway", "not_before", "id"],
                condition=Q(processed_at=None),
                name="events_open",
            ),
            models.Index(
                fields=["reconciliation", "id"],
                condition=Q(reconciliation__isnull=False),
                name="events_of_reconciliation",
            ),
            models.Index(fields=["gateway", "-id"], name="events_newest_first"),
            models.Index(
                fields=["gateway", "event_id"],
                condition=Q(event_id__isnull=False),
                name="events_by_event_id",
            ),
            models.Index(
                fields=["order", "id"], condition=Q(order__isnull=False), name="events_of_order"
            ),
            models.Index(
                fields=["gateway", "status", "-id"],
                condition=~Q(status__in=["received", "processed"]),
                name="events_to_look_at",
            ),
        ]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.type or '?'} {self.event_id or self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("webhooks:event", args=[self.pk])


class Mention(models.Model):
    """A Razorpay id in an event that matched nothing: if it becomes ours, the event is woken."""

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="+", db_index=False)
    razorpay_id = models.CharField(max_length=40)
    event = models.ForeignKey(Event, models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_id", "event"], name="one_mention_per_event"
            )
        ]
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")

    def __str__(self) -> str:
        return self.razorpay_id


class Assignment(models.Model):
    """A person said that a payment which matched nothing belongs to an order.

    An own record: never derived, never deleted. What follows from it is derived (`matching`).
    """

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="+", db_index=False)
    order = models.ForeignKey(
        Order, models.CASCADE, related_name="assignments", verbose_name=_("order")
    )
    razorpay_payment_id = models.CharField(max_length=40)
    # What was paid at Razorpay: another try to pay the same belongs to our order, too.
    razorpay_order_id = models.CharField(max_length=40, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("assigned"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "razorpay_payment_id"],
                condition=Q(undone_at=None),
                name="one_order_per_assigned_payment",
            )
        ]
        indexes = [
            models.Index(
                fields=["gateway", "razorpay_order_id"],
                condition=Q(undone_at=None) & ~Q(razorpay_order_id=""),
                name="assignments_by_order_paid",
            )
        ]
        verbose_name = _("assignment by hand")
        verbose_name_plural = _("assignments by hand")

    def __str__(self) -> str:
        return f"{self.razorpay_payment_id}: {self.order}"


class Rebuild(models.Model):
    """The books of one account, or a part of them, made again from its inbox and compared with
    those that stand."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="rebuilds")
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # Of a part: how many orders, and which was looked at last (the next part goes on behind it).
    # Of all of the books: empty.
    orders = models.PositiveIntegerField(_("orders"), null=True, blank=True)
    reached = models.PositiveBigIntegerField(null=True, blank=True)
    events = models.PositiveIntegerField(_("events"), default=0)
    rows = models.PositiveIntegerField(_("rows compared"), default=0)
    # Row by row, the first hundred: [{"table", "row", "column", "books", "rebuilt"}, ...].
    differences = models.JSONField(default=list)
    difference_count = models.PositiveIntegerField(_("differences"), default=0)

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="rebuilds_newest_first")]
        verbose_name = _("rebuild")
        verbose_name_plural = _("rebuilds")

    def __str__(self) -> str:
        return f"{self.account}: {self.started_at:%Y-%m-%d %H:%M}"
