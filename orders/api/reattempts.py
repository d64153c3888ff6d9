"""The ledger of re-attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import CursorPagination

from accounts.api.fields import Mode, UnixTime
from accounts.api.filters import ModeFilter
from accounts.api.pagination import NewestFirst
from accounts.api.views import AccountRows
from orders.models import Reattempt
from orders.recovering import told
from orders.retries import OPEN, REATTEMPTS

WHY_NOT = {
    "type": "string",
    "enum": ["by_hand", "not_accepted", "missed", None],
    "nullable": True,
}
LINK = {"type": "string", "format": "uri", "nullable": True}


class CycleStart(UnixTime):
    """When the billing period began; null for an order that is paid once."""

    def get_attribute(self, reattempt: Any) -> int | None:
        return reattempt.cycle or None


class ReattemptFields(serializers.ModelSerializer[Reattempt]):
    id = serializers.CharField(source="uid", read_only=True)
    razorpay_payment_id = serializers.CharField(
        source="payment.razorpay_payment_id", read_only=True, allow_null=True
    )
    mode = Mode(source="order.gateway.mode", read_only=True)
    of = serializers.SerializerMethodField()
    order = serializers.CharField(source="order.uid", read_only=True)
    subscription = serializers.SerializerMethodField()
    cycle = CycleStart(read_only=True)
    reason = serializers.SerializerMethodField()
    why_not_counted = serializers.SerializerMethodField()
    waiting_for_bank = serializers.SerializerMethodField()
    pay_url = serializers.SerializerMethodField()

    class Meta:
        model = Reattempt
        fields = [
            "id", "mode", "order", "subscription", "cycle", "n", "of", "due_at", "started_at",
            "done_at", "state", "counted", "why_not_counted", "made_by", "reason",
            "waiting_for_bank", "razorpay_payment_id", "pay_url",
        ]  # fmt: skip

    def get_of(self, reattempt: Reattempt) -> int:
        """Always three."""
        return REATTEMPTS

    def get_subscription(self, reattempt: Reattempt) -> str | None:
        """The subscription whose charge is tried again."""
        subscription = getattr(reattempt.order, "subscription", None)
        return subscription.uid if subscription else None

    def get_reason(self, reattempt: Reattempt) -> str | None:
        return reattempt.reason or None

    @extend_schema_field(WHY_NOT)
    def get_why_not_counted(self, reattempt: Reattempt) -> str | None:
        """Of a try that was made, or was due, and does not count towards the three."""
        return told.why_not_counted(reattempt)

    def get_waiting_for_bank(self, reattempt: Reattempt) -> bool:
        """`due_at` is an estimate then: of an e-mandate, where the bank's answer fixes the day."""
        scheduled = reattempt.state == Reattempt.State.SCHEDULED
        return scheduled and told.waits_for_bank(reattempt.order)

    @extend_schema_field(LINK)
    def get_pay_url(self, reattempt: Reattempt) -> str | None:
        """Where the buyer pays what is open; null once money came in, or while no page is known."""
        return told.pay_link(reattempt)


class ReattemptFilter(filters.FilterSet):
    order = filters.CharFilter("order__uid")
    subscription = filters.CharFilter("order__subscription__uid")
    cycle = filters.IsoDateTimeFilter(method="of_cycle")
    mode = ModeFilter("order__gateway__mode")
    open = filters.BooleanFilter(method="of_open")
    due_from = filters.IsoDateTimeFilter("due_at", "gte")
    due_before = filters.IsoDateTimeFilter("due_at", "lt")

    class Meta:
        model = Reattempt
        fields = ["state", "made_by"]

    def of_open(self, rows: QuerySet[Reattempt], name: str, wanted: bool) -> Any:
        """Those that are still to be made, or under way."""
        still = {"n__isnull": False, "state__in": OPEN}
        return rows.filter(**still) if wanted else rows.exclude(**still)

    def of_cycle(self, rows: QuerySet[Reattempt], name: str, start: datetime) -> Any:
        return rows.filter(cycle=int(start.timestamp()))


class InTheirOrder(NewestFirst):
    """As they were, or will be, made."""

    ordering: Any = ("due_at", "pk")


class Reattempts(AccountRows[Reattempt]):
    """From the first failure on exactly three with an n; what is shown and not counted has none."""

    queryset = Reattempt.objects.select_related(
        "order__gateway", "order__price", "order__subscription", "payment"
    ).prefetch_related(*told.TO_PAY)
    serializer_class = ReattemptFields
    filterset_class = ReattemptFilter
    pagination_class: type[CursorPagination] | Any = InTheirOrder
    path_to_account = "order__gateway__account"
