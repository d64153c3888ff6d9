"""The inbox, for scripts: what became of an event."""

from __future__ import annotations

from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.fields import Mode, Sentence
from accounts.api.filters import ModeFilter
from accounts.api.views import AccountRows
from webhooks.models import Event


class EventFields(serializers.ModelSerializer[Event]):
    id = serializers.CharField(source="pk", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True)
    order = serializers.CharField(source="order.uid", read_only=True, allow_null=True)
    outcome = Sentence(read_only=True)

    class Meta:
        model = Event
        fields = [
            "id", "event_id", "kind", "type", "mode", "status", "outcome", "attempts", "order",
            "received_at", "processed_at",
        ]  # fmt: skip


class EventFilter(filters.FilterSet):
    order = filters.CharFilter("order__uid")
    mode = ModeFilter("gateway__mode")

    class Meta:
        model = Event
        fields = ["event_id", "type", "status"]


class Events(AccountRows[Event]):
    """Every verified delivery. `event_id` is the x-razorpay-event-id header."""

    queryset = Event.objects.select_related("gateway", "order").defer("body")
    serializer_class = EventFields
    filterset_class = EventFilter
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
