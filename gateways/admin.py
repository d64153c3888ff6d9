"""Gateways and their problems, for operators. Secrets are never shown, not even masked."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from gateways.models import (
    Gateway,
    LookUp,
    Problem,
    Reconciliation,
    Refusal,
    Sighting,
    WebhookSecret,
)


@admin.register(Gateway)
class Gateways(ReadOnlyAdmin):
    list_display = [
        "key_id",
        "account",
        "mode",
        "razorpay_account_id",
        "connected_at",
        "disconnected_at",
    ]
    list_filter = ["mode"]
    list_select_related = ["account"]
    search_fields = ["key_id", "uid", "account__name", "account__uid", "razorpay_account_id"]
    exclude = ["key_secret", "token"]


@admin.register(WebhookSecret)
class WebhookSecrets(ReadOnlyAdmin):
    list_display = ["uid", "gateway", "created_at", "first_used_at", "last_used_at", "expires_at"]
    list_select_related = ["gateway"]
    search_fields = ["uid", "gateway__key_id"]
    exclude = ["secret"]


@admin.register(Refusal)
class Refusals(ReadOnlyAdmin):
    list_display = ["gateway", "reason", "count", "first_at", "last_at"]
    list_select_related = ["gateway"]
    list_filter = ["reason"]


@admin.register(Sighting)
class Sightings(ReadOnlyAdmin):
    list_display = ["gateway", "type", "first_at", "last_at"]
    list_select_related = ["gateway"]
    list_filter = ["type"]


@admin.register(Problem)
class Problems(ReadOnlyAdmin):
    list_display = [
        "kind",
        "account",
        "gateway",
        "subject",
        "what",
        "since",
        "last_seen_at",
        "cleared_at",
    ]
    list_filter = ["kind"]
    list_select_related = ["account", "gateway"]
    search_fields = ["account__name", "subject"]


@admin.register(LookUp)
class LookUps(ReadOnlyAdmin):
    list_display = ["razorpay_id", "kind", "why", "gateway", "due_at", "tries", "done_at"]
    list_filter = ["kind", "why"]
    list_select_related = ["gateway"]
    search_fields = ["razorpay_id"]


@admin.register(Reconciliation)
class Reconciliations(ReadOnlyAdmin):
    list_display = ["uid", "gateway", "since", "until", "subject", "state", "looked_at", "mended"]
    list_select_related = ["gateway"]
    list_filter = ["state"]
    search_fields = ["uid", "gateway__key_id", "subject"]
