"""Subscriptions and their cycles, for operators. Books are shown and never edited."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin, ReadOnlyInline
from subscriptions.models import (
    Bill,
    Charge,
    Cycle,
    Debit,
    Doubt,
    Invoice,
    Mandate,
    Plan,
    Subscription,
    SubscriptionInstruction,
)


@admin.register(Plan)
class Plans(ReadOnlyAdmin):
    list_display = ["razorpay_plan_id", "price", "gateway", "requested_at", "created_at"]
    list_select_related = ["price", "gateway"]
    search_fields = ["razorpay_plan_id", "uid", "price__product__name"]


class Cycles(ReadOnlyInline):
    model = Cycle
    fields = readonly_fields = [
        "start", "end", "razorpay_order_id", "razorpay_invoice_id", "attempts", "halted_at",
    ]  # fmt: skip


@admin.register(Subscription)
class Subscriptions(ReadOnlyAdmin):
    list_display = [
        "razorpay_subscription_id",
        "status",
        "order",
        "paid_count",
        "paid_until",
        "access_until",
    ]
    list_filter = ["status", "gateway__mode"]
    list_select_related = ["order", "gateway"]
    search_fields = ["razorpay_subscription_id", "uid", "order__uid", "order__customer__email"]
    inlines = [Cycles]


@admin.register(Cycle)
class AllCycles(ReadOnlyAdmin):
    list_display = ["subscription", "start", "end", "razorpay_order_id", "halted_at"]
    list_select_related = ["subscription"]
    search_fields = ["subscription__razorpay_subscription_id", "razorpay_order_id"]


@admin.register(Charge)
class Charges(ReadOnlyAdmin):
    list_display = ["cycle", "payment", "source"]
    list_select_related = ["cycle__subscription", "payment"]
    list_filter = ["source"]
    search_fields = ["payment__razorpay_payment_id"]


@admin.register(Invoice)
class Invoices(ReadOnlyAdmin):
    list_display = [
        "razorpay_invoice_id",
        "status",
        "subscription",
        "amount",
        "currency",
        "paid_at",
    ]
    list_filter = ["status"]
    list_select_related = ["subscription"]
    search_fields = ["razorpay_invoice_id", "subscription__razorpay_subscription_id"]


@admin.register(Mandate)
class Mandates(ReadOnlyAdmin):
    list_display = ["razorpay_token_id", "status", "method", "order", "max_amount"]
    list_filter = ["status", "method"]
    list_select_related = ["order"]
    search_fields = ["razorpay_token_id", "order__uid"]


@admin.register(SubscriptionInstruction)
class SubscriptionInstructions(ReadOnlyAdmin):
    list_display = ["uid", "subscription", "kind", "state", "made_by", "created_at", "tries"]
    list_select_related = ["subscription"]
    list_filter = ["state", "kind"]
    search_fields = ["uid", "subscription__uid", "subscription__razorpay_subscription_id"]


@admin.register(Doubt)
class Doubts(ReadOnlyAdmin):
    list_display = ["subscription", "asked_at", "look_at", "settled_at", "razorpay_subscription_id"]
    list_select_related = ["subscription"]
    search_fields = ["subscription__uid", "razorpay_subscription_id"]


class Debits(ReadOnlyInline):
    model = Debit
    fields = readonly_fields = [
        "n", "state", "started_at", "answered_at", "razorpay_payment_id", "reason", "refusal",
    ]  # fmt: skip


@admin.register(Bill)
class Bills(ReadOnlyAdmin):
    list_display = ["uid", "subscription", "number", "start", "razorpay_order_id", "work_at"]
    list_select_related = ["subscription"]
    search_fields = ["uid", "razorpay_order_id", "subscription__uid"]
    inlines = [Debits]


@admin.register(Debit)
class AllDebits(ReadOnlyAdmin):
    list_display = ["uid", "bill", "n", "state", "started_at", "razorpay_payment_id", "reason"]
    list_filter = ["state"]
    list_select_related = ["bill__subscription"]
    search_fields = ["uid", "razorpay_payment_id", "bill__uid"]
