"""One purchase by one customer, also of a subscription."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import money
from accounts.fields import UidField
from gateways.models import Gateway
from orders.models.catalogue import Price, Product
from orders.models.customers import Customer
from orders.models.forms import OrderForm

LIFETIME = timedelta(days=30)


def expiry() -> datetime:
    """When an order made now expires if nobody pays it."""
    return timezone.now() + LIFETIME


class Order(models.Model):
    """What was asked for (own record) and, below, what became of it (books)."""

    class Status(models.TextChoices):
        CREATED = "created", _("Created")
        ATTEMPTED = "attempted", _("Attempted")
        PAID = "paid", _("Paid")
        PARTIALLY_REFUNDED = "partially_refunded", _("Partially refunded")
        REFUNDED = "refunded", _("Refunded")
        EXPIRED = "expired", _("Expired")

    uid = UidField(prefix="ord")
    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="orders")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    product = models.ForeignKey(Product, models.PROTECT, related_name="orders")
    price = models.ForeignKey(Price, models.PROTECT, related_name="orders")
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    # Null until Razorpay has answered, and for ever where a subscription charges.
    razorpay_order_id = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001
    form = models.ForeignKey(
        OrderForm, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    # What the buyer answered beside name, e-mail and phone: [{"label": ..., "value": ...}, ...].
    answers = models.JSONField(default=list, blank=True)
    # The account's switch when the order was made: what was promised then stays promised.
    access_on_form = models.BooleanField(default=False)
    # Razorpay ids of what the seller has decided about: refunds in part, what they mean for access,
    # and payments that do not fit the order and were said to be meant.
    decided_refunds = models.JSONField(default=list, blank=True)
    # The buyer said that they no longer want it: it can be paid, but nobody reminds them.
    declined_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=expiry)

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.CREATED
    )
    amount_paid = models.PositiveBigIntegerField(_("paid"), default=0)
    amount_refunded = models.PositiveBigIntegerField(_("refunded"), default=0)
    # The newest thing Razorpay said about it, in unix seconds. A clock that is behind Razorpay's
    # (or a sandbox whose clock was moved) must not keep open what Razorpay says is over.
    as_of = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            # NULLs do not collide.
            models.UniqueConstraint(
                fields=["gateway", "razorpay_order_id"], name="one_order_per_razorpay_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(status__in=["created", "attempted"]),
                name="orders_to_expire",
            ),
            models.Index(fields=["gateway", "-id"], name="orders_newest_first"),
        ]
        verbose_name = _("order")
        verbose_name_plural = _("orders")

    def __str__(self) -> str:
        return self.uid

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.uid])

    @property
    def total(self) -> str:
        return money.show(self.amount, self.currency)

    @property
    def first_payment(self) -> str:
        """What the buyer pays first: with an amount at the start, if no trial comes before."""
        return money.show(self.amount + self.price.upfront_amount, self.currency)

    @property
    def overpaid(self) -> int:
        """What was kept beyond the amount, in the smallest unit. A subscription pays repeatedly."""
        if self.price.recurs:
            return 0
        return max(0, self.amount_paid - self.amount_refunded - self.amount)
