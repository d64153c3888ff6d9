"""How a buyer, who has no password, comes in: a link in a mail, once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.customers import Customer


class BuyerLink(models.Model):
    """One mailed link. Only a digest of it is stored."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-created_at"], name="links_of_customer")]
        verbose_name = _("link to purchases")
        verbose_name_plural = _("links to purchases")

    def __str__(self) -> str:
        return f"{self.customer}, {self.created_at:%Y-%m-%d %H:%M}"
