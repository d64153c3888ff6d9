"""Access that a person gave or ended by hand. Own records: never derived, never deleted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.catalogue import Resource
from orders.models.orders import Order


class AccessDecision(models.Model):
    """One decision about one resource of one order; the newest counts."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("given")
        ENDED = "ended", _("ended")
        UNDONE = "undone", _("back to what is paid")

    order = models.ForeignKey(Order, models.CASCADE, related_name="decisions")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+")
    kind = models.CharField(_("decision"), max_length=6, choices=Kind.choices)
    # Of what was given; null: no end.
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["order", "resource", "-id"], name="newest_decision")]
        verbose_name = _("access by hand")
        verbose_name_plural = _("access by hand")

    def __str__(self) -> str:
        return f"{self.resource}: {self.kind}"
