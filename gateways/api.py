"""Gateways and problems, for scripts: to look at. Keys are connected on the page, or by command."""

from __future__ import annotations

from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.fields import Mode, Sentence
from accounts.api.filters import ModeFilter
from accounts.api.views import AccountRows
from gateways.models import Gateway, Problem


class GatewayFields(serializers.ModelSerializer[Gateway]):
    """Never a secret. The webhook's URL is an address."""

    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(read_only=True)
    razorpay_account_id = serializers.SerializerMethodField()
    webhook_url = serializers.CharField(read_only=True)

    class Meta:
        model = Gateway
        fields = [
            "id", "razorpay_account_id", "mode", "key_id", "webhook_url", "connected_at",
            "disconnected_at",
        ]  # fmt: skip

    def get_razorpay_account_id(self, gateway: Gateway) -> str | None:
        """Known from the first event that is about something of ours."""
        return gateway.razorpay_account_id or None


class GatewayFilter(filters.FilterSet):
    mode = ModeFilter("mode")


class Gateways(AccountRows[Gateway]):
    """The connected Razorpay keys, and those that were."""

    queryset = Gateway.objects.all()
    serializer_class = GatewayFields
    filterset_class = GatewayFilter
    path_to_account = "account"


class ProblemReportFields(serializers.ModelSerializer[Problem]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True, allow_null=True)
    gateway = serializers.CharField(source="gateway.uid", read_only=True, allow_null=True)
    what = Sentence(read_only=True)
    mend = Sentence(read_only=True)

    class Meta:
        model = Problem
        fields = [
            "id", "mode", "gateway", "kind", "subject", "what", "mend", "count", "since",
            "last_seen_at",
        ]  # fmt: skip


class ProblemFilter(filters.FilterSet):
    gateway = filters.CharFilter("gateway__uid")
    mode = ModeFilter("gateway__mode")

    class Meta:
        model = Problem
        fields = ["kind"]


class Problems(AccountRows[Problem]):
    """What only the seller can mend, until it is mended."""

    queryset = Problem.objects.standing().select_related("gateway")
    serializer_class = ProblemReportFields
    filterset_class = ProblemFilter
    path_to_account = "account"
