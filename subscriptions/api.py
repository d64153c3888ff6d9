"""Subscriptions: payment that repeats."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import Mode, UnixTime
from accounts.api.filters import EmailFilter, ModeFilter
from accounts.api.views import AccountRows
from orders.api.buying import PurchaseFields, in_words, purchase_of
from orders.api.customers import CustomerFields
from orders.paying import pay_url
from subscriptions import starting
from subscriptions.models import Subscription


class SubscriptionFields(serializers.ModelSerializer[Subscription]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True)
    order = serializers.CharField(source="order.uid", read_only=True)
    product = serializers.CharField(source="order.product.uid", read_only=True)
    customer = CustomerFields(source="order.customer", read_only=True)
    current_start = UnixTime(read_only=True)
    current_end = UnixTime(read_only=True)
    charge_at = UnixTime(read_only=True)
    start_at = UnixTime(read_only=True)
    ended_at = UnixTime(read_only=True)
    created_at = serializers.DateTimeField(source="order.created_at", read_only=True)
    checkout_url = serializers.SerializerMethodField()

    class Meta:
        model = Subscription
        fields = [
            "id", "razorpay_subscription_id", "razorpay_plan_id", "razorpay_customer_id", "mode",
            "status", "order", "product", "customer", "quantity", "total_count", "paid_count",
            "remaining_count", "auth_attempts", "current_start", "current_end", "charge_at",
            "start_at", "ended_at", "paid_until", "access_until", "created_at", "checkout_url",
        ]  # fmt: skip

    def get_checkout_url(self, subscription: Subscription) -> str:
        """Razorpay's hosted page, where the buyer authorises the charges."""
        return subscription.short_url or pay_url(subscription.order)


class SubscriptionFilter(filters.FilterSet):
    order = filters.CharFilter("order__uid")
    email = EmailFilter("order__customer__email")
    mode = ModeFilter("gateway__mode")

    class Meta:
        model = Subscription
        fields = ["razorpay_subscription_id", "status"]


class Subscriptions(AccountRows[Subscription]):
    """Subscriptions. POST starts one at Razorpay; the buyer then authorises it."""

    queryset = Subscription.objects.select_related("gateway", "order__product", "order__customer")
    serializer_class = SubscriptionFields
    filterset_class = SubscriptionFilter

    @extend_schema(request=PurchaseFields, responses={201: SubscriptionFields})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with in_words():
            subscription = starting.start(**purchase_of(request))
        return Response(SubscriptionFields(subscription).data, status=status.HTTP_201_CREATED)
