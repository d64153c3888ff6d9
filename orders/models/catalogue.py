"""What is sold, and what a buyer may then open. Own records: never derived, never deleted."""

from __future__ import annotations

from django.core.validators import MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import money
from accounts.fields import UidField
from accounts.models import Account


class Resource(models.Model):
    """Something a buyer may open: a text or a link."""

    uid = UidField(prefix="res")
    account = models.ForeignKey(Account, models.CASCADE, related_name="resources")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(
        _("link"), max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    text = models.TextField(_("text"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def __str__(self) -> str:
        return self.title


class Product(models.Model):
    """What is sold; it unlocks one or more resources."""

    uid = UidField(prefix="prd")
    account = models.ForeignKey(Account, models.CASCADE, related_name="products")
    name = models.CharField(_("name"), max_length=200)
    resources = models.ManyToManyField(Resource, related_name="products", verbose_name=_("unlocks"))
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Price | None:
        """The price that new orders are made at."""
        return self.prices.filter(replaced_at=None).first()


class Price(models.Model):
    """How a product is paid for. A change makes a new row; running orders keep theirs."""

    class Kind(models.TextChoices):
        ONE_TIME = "one_time", _("one payment")
        SUBSCRIPTION = "subscription", _("subscription")
        INSTALMENTS = "instalments", _("instalments")

    class Period(models.TextChoices):
        # https://razorpay.com/docs/api/payments/subscriptions/create-plan/
        DAILY = "daily", _("day")
        WEEKLY = "weekly", _("week")
        MONTHLY = "monthly", _("month")
        QUARTERLY = "quarterly", _("quarter")
        YEARLY = "yearly", _("year")

    class ChargedBy(models.TextChoices):
        RAZORPAY = "razorpay", _("Razorpay")
        RASEED = "raseed", _("Raseed, from a mandate")

    uid = UidField(prefix="prc")
    product = models.ForeignKey(Product, models.CASCADE, related_name="prices")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ONE_TIME)
    amount = models.PositiveBigIntegerField(_("amount"), validators=[MinValueValidator(1)])
    currency = models.CharField(_("currency"), max_length=3, default="INR")
    period = models.CharField(_("period"), max_length=9, choices=Period.choices, blank=True)
    interval = models.PositiveSmallIntegerField(_("every"), default=1)
    total_count = models.PositiveSmallIntegerField(_("number of charges"), null=True, blank=True)
    trial_days = models.PositiveSmallIntegerField(_("days of trial"), default=0)
    upfront_amount = models.PositiveBigIntegerField(_("amount at the start"), default=0)
    charged_by = models.CharField(
        max_length=8, choices=ChargedBy.choices, default=ChargedBy.RAZORPAY
    )
    created_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(replaced_at=None), name="one_price_in_force"
            ),
            models.CheckConstraint(
                condition=Q(kind="one_time") | (Q(total_count__gt=0) & ~Q(period="")),
                name="recurring_price_has_period_and_count",
            ),
        ]
        verbose_name = _("price")
        verbose_name_plural = _("prices")

    def __str__(self) -> str:
        return money.show(self.amount, self.currency)

    @property
    def upfront(self) -> str:
        return money.show(self.upfront_amount, self.currency)

    @property
    def recurs(self) -> bool:
        return self.kind != self.Kind.ONE_TIME
