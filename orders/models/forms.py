"""Order forms: the public page that sells a product. Own records: never derived, never deleted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.fields import UidField
from accounts.models import Account
from gateways.models import Mode
from orders.models.catalogue import Product


class OrderForm(models.Model):
    """One page at `/f/<slug>/`. It has one mode; published when `published_at` is set."""

    uid = UidField(prefix="frm")
    account = models.ForeignKey(Account, models.CASCADE, related_name="order_forms")
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="order_forms", verbose_name=_("product")
    )
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=5000, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="forms_newest_first")]
        verbose_name = _("order form")
        verbose_name_plural = _("order forms")

    def __str__(self) -> str:
        return self.title or self.product.name

    @property
    def is_open(self) -> bool:
        """Whether it takes orders: published, and neither it nor its product put away."""
        away = self.archived_at is not None or self.product.archived_at is not None
        return self.published_at is not None and not away

    @property
    def public_path(self) -> str:
        return reverse("orders:form", args=[self.slug])


class FormField(models.Model):
    """One thing that a form asks. Without the e-mail field a form cannot take payments."""

    class Kind(models.TextChoices):
        NAME = "name", _("Name")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        TEXT = "text", _("Text")
        CHOICE = "choice", _("Choice")
        CHECKBOX = "checkbox", _("Checkbox")

    # Each at most once: they go to the customer, the others to the order's answers.
    ABOUT_BUYER = (Kind.NAME, Kind.EMAIL, Kind.PHONE)

    form = models.ForeignKey(OrderForm, models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    label = models.CharField(_("label"), max_length=150, blank=True)
    required = models.BooleanField(_("required"), default=False)
    choices = models.JSONField(_("choices"), default=list, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "kind"],
                condition=Q(kind__in=["name", "email", "phone"]),
                name="one_field_about_the_buyer",
            )
        ]
        verbose_name = _("field")
        verbose_name_plural = _("fields")

    def __str__(self) -> str:
        return self.label or self.get_kind_display()
