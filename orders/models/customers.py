"""The buyers of one account, known by e-mail."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from accounts.models import Account


class Customer(models.Model):
    """A buyer of one account. The e-mail is trimmed and lower-case."""

    uid = UidField(prefix="cus")
    account = models.ForeignKey(Account, models.CASCADE, related_name="customers")
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    # The language that the buyer last ordered in; empty: the account's.
    language = models.CharField(_("language"), max_length=5, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "email"], name="one_customer_per_email")
        ]
        indexes = [models.Index(fields=["account", "-id"], name="customers_newest_first")]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        return reverse("orders:customer", args=[self.uid])

    @property
    def speaks(self) -> str:
        """The language of mails to this buyer."""
        return self.language or self.account.language


class CustomerAlias(models.Model):
    """A former e-mail of a customer; access answers for it as well."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="customer_aliases")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="aliases")
    email = models.EmailField(_("former e-mail address"))
    # Of a customer who was merged into this one: the id that it had.
    former_uid = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "email"], name="one_customer_per_alias")
        ]
        verbose_name = _("former e-mail address")
        verbose_name_plural = _("former e-mail addresses")

    def __str__(self) -> str:
        return self.email
