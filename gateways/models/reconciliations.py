"""Runs that compare the books with Razorpay's lists, and how far each has come."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from accounts.sentences import SentenceField
from gateways.models.gateways import Gateway


class Reconciliation(models.Model):
    """One run over a window of time, or one object. A row is open until `finished_at` is set.

    `place` says where it stopped, so that it goes on there; `work_at` when it is looked at next.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")

    uid = UidField(prefix="rec")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="reconciliations")
    # Of Razorpay's created_at, in UTC: from `since` on, and before `until`.
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    # A Razorpay id: only this object. "": everything in the window.
    subject = models.CharField(_("object"), max_length=40, blank=True, default="")
    # Nobody: the timetable.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    place = models.JSONField(default=dict, blank=True)
    looked_at = models.PositiveIntegerField(_("objects looked at"), default=0)
    mended = models.PositiveIntegerField(_("news"), default=0)
    outcome = SentenceField()
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    work_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["gateway", "-id"], name="reconciled_newest_first"),
            models.Index(
                fields=["work_at"], condition=Q(finished_at=None), name="reconciliations_due"
            ),
        ]
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return self.uid
