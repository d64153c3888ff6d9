"""What is sold and what became of it, for operators. Books are shown and never edited."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model, URLField
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin, ReadOnlyInline
from orders.models import (
    AccessDecision,
    BuyerLink,
    Customer,
    CustomerAlias,
    Dispute,
    FormField,
    Grant,
    GrantChange,
    Mail,
    Order,
    OrderForm,
    Payment,
    Price,
    Product,
    Reattempt,
    Refund,
    RefundInstruction,
    Resource,
)


class Prices(ReadOnlyInline):
    model = Price
    fields = readonly_fields = [
        "uid", "kind", "amount", "currency", "period", "interval", "total_count", "replaced_at",
    ]  # fmt: skip


@admin.register(Product)
class Products(admin.ModelAdmin):
    list_display = ["name", "account", "created_at", "archived_at"]
    list_select_related = ["account"]
    search_fields = ["name", "uid", "account__name"]
    readonly_fields = ["uid", "account", "resources", "created_at"]
    inlines = [Prices]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Resource)
class Resources(ReadOnlyAdmin):
    list_display = ["title", "account", "url", "created_at"]
    list_select_related = ["account"]
    search_fields = ["title", "uid", "account__name"]
    # What Django 6 does by itself, and Django 5.2 asks to be told.
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


@admin.register(Price)
class AllPrices(ReadOnlyAdmin):
    list_display = ["uid", "product", "kind", "amount", "currency", "replaced_at"]
    list_select_related = ["product"]
    search_fields = ["uid", "product__name"]


@admin.register(Customer)
class Customers(ReadOnlyAdmin):
    list_display = ["email", "name", "account", "created_at"]
    list_select_related = ["account"]
    search_fields = ["email", "name", "uid", "aliases__email"]


@admin.register(CustomerAlias)
class CustomerAliases(ReadOnlyAdmin):
    list_display = ["email", "customer", "account", "created_at"]
    list_select_related = ["customer", "account"]
    search_fields = ["email", "customer__email"]


@admin.register(BuyerLink)
class BuyerLinks(ReadOnlyAdmin):
    list_display = ["customer", "created_at", "expires_at", "used_at"]
    list_select_related = ["customer"]
    search_fields = ["customer__email"]
    exclude = ["digest"]


@admin.register(OrderForm)
class OrderForms(ReadOnlyAdmin):
    list_display = ["slug", "product", "account", "mode", "published_at", "archived_at"]
    list_filter = ["mode"]
    list_select_related = ["product", "account"]
    search_fields = ["slug", "uid", "title", "product__name", "account__name"]


@admin.register(FormField)
class FormFields(ReadOnlyAdmin):
    list_display = ["form", "position", "kind", "label", "required"]
    list_select_related = ["form__product"]
    search_fields = ["form__slug", "label"]


@admin.register(Order)
class Orders(ReadOnlyAdmin):
    list_display = [
        "uid",
        "razorpay_order_id",
        "status",
        "total",
        "customer",
        "product",
        "created_at",
    ]
    list_filter = ["status", "gateway__mode"]
    list_select_related = ["customer", "product", "gateway"]
    search_fields = ["uid", "razorpay_order_id", "customer__email"]


@admin.register(Payment)
class Payments(ReadOnlyAdmin):
    list_display = ["razorpay_payment_id", "status", "captured", "total", "method", "order"]
    list_filter = ["status", "method"]
    list_select_related = ["order"]
    search_fields = ["razorpay_payment_id", "uid", "order__uid", "razorpay_order_id"]


@admin.register(Refund)
class Refunds(ReadOnlyAdmin):
    list_display = ["razorpay_refund_id", "status", "amount", "currency", "payment"]
    list_filter = ["status"]
    list_select_related = ["payment"]
    search_fields = ["razorpay_refund_id", "payment__razorpay_payment_id"]


@admin.register(Dispute)
class Disputes(ReadOnlyAdmin):
    list_display = ["razorpay_dispute_id", "status", "amount", "currency", "payment"]
    list_filter = ["status"]
    list_select_related = ["payment"]
    search_fields = ["razorpay_dispute_id", "payment__razorpay_payment_id"]


@admin.register(Grant)
class Grants(ReadOnlyAdmin):
    list_display = ["customer", "resource", "order", "because", "covered_until", "ends_at"]
    list_filter = ["because"]
    list_select_related = ["customer", "resource", "order"]
    search_fields = ["customer__email", "order__uid", "resource__title"]


@admin.register(GrantChange)
class GrantChanges(ReadOnlyAdmin):
    list_display = ["at", "order", "what", "why"]
    list_select_related = ["order"]
    search_fields = ["order__uid", "order__customer__email"]


@admin.register(Reattempt)
class Reattempts(ReadOnlyAdmin):
    list_display = [
        "order",
        "cycle",
        "n",
        "state",
        "due_at",
        "done_at",
        "made_by",
        "counted",
        "reason",
        "work_at",
        "looks",
    ]
    list_filter = ["state", "made_by", "counted", "order__gateway__mode"]
    list_select_related = ["order"]
    search_fields = ["uid", "order__uid", "order__customer__email", "payment__razorpay_payment_id"]


@admin.register(Mail)
class Mails(ReadOnlyAdmin):
    list_display = ["kind", "order", "customer", "fact", "state", "due_at", "sent_at", "sent_to"]
    list_filter = ["kind", "state"]
    list_select_related = ["order", "customer"]
    search_fields = ["order__uid", "customer__email", "sent_to", "fact"]


@admin.register(RefundInstruction)
class RefundInstructions(ReadOnlyAdmin):
    list_display = ["uid", "payment", "amount", "state", "made_by", "created_at", "tries"]
    list_select_related = ["payment"]
    list_filter = ["state"]
    search_fields = ["uid", "payment__razorpay_payment_id", "razorpay_refund_id"]


@admin.register(AccessDecision)
class AccessDecisions(ReadOnlyAdmin):
    list_display = ["order", "resource", "kind", "until", "reason", "user", "at"]
    list_select_related = ["order", "resource", "user"]
    search_fields = ["order__uid", "resource__title"]
