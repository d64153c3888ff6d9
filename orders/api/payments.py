"""Payments and refunds, as merged from what Razorpay told."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import Mode, UnixTime
from accounts.api.filters import ModeFilter
from accounts.api.views import AccountRows
from orders.api import refunding
from orders.models import Payment, Refund

ERRORS = ("error_code", "error_description", "error_reason")


class PaymentFields(serializers.ModelSerializer[Payment]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True)
    order = serializers.CharField(source="order.uid", read_only=True)
    subscription = serializers.SerializerMethodField()
    captured_at = UnixTime(read_only=True)
    created_at = UnixTime(read_only=True)

    class Meta:
        model = Payment
        fields = [
            "id", "razorpay_payment_id", "mode", "status", "captured", "amount", "currency",
            "amount_refunded", "order", "subscription", "razorpay_order_id",
            "razorpay_invoice_id", "method", "email", "contact", "fee", "tax", *ERRORS,
            "created_at", "captured_at",
        ]  # fmt: skip

    def to_representation(self, instance: Payment) -> dict[str, Any]:
        """What succeeded after it had failed has no error, as at Razorpay."""
        told: dict[str, Any] = super().to_representation(instance)
        if instance.status != Payment.Status.FAILED:
            told |= dict.fromkeys(ERRORS)
        return told

    def get_subscription(self, payment: Payment) -> str | None:
        """The subscription this payment is a charge of."""
        subscription = getattr(payment.order, "subscription", None)
        return subscription.uid if subscription else None


class PaymentFilter(filters.FilterSet):
    order = filters.CharFilter("order__uid")
    subscription = filters.CharFilter("order__subscription__uid")
    mode = ModeFilter("gateway__mode")

    class Meta:
        model = Payment
        fields = ["razorpay_payment_id", "status"]


class Payments(AccountRows[Payment]):
    """Payments of orders and subscriptions."""

    queryset = Payment.objects.select_related("gateway", "order__subscription")
    serializer_class = PaymentFields
    filterset_class = PaymentFilter


class RefundFields(serializers.ModelSerializer[Refund]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True)
    payment = serializers.CharField(source="payment.uid", read_only=True)
    razorpay_payment_id = serializers.CharField(
        source="payment.razorpay_payment_id", read_only=True
    )
    order = serializers.CharField(source="payment.order.uid", read_only=True)
    created_at = UnixTime(read_only=True)
    processed_at = UnixTime(source="went_at", read_only=True)

    class Meta:
        model = Refund
        fields = [
            "id", "razorpay_refund_id", "mode", "status", "amount", "currency", "payment",
            "razorpay_payment_id", "order", "created_at", "processed_at",
        ]  # fmt: skip


class RefundFilter(filters.FilterSet):
    payment = filters.CharFilter("payment__uid")
    order = filters.CharFilter("payment__order__uid")
    mode = ModeFilter("gateway__mode")

    class Meta:
        model = Refund
        fields = ["razorpay_refund_id", "status"]


class Refunds(AccountRows[Refund]):
    """Refunds of payments. POST makes one: in full, or of an amount."""

    queryset = Refund.objects.select_related("gateway", "payment__order")
    serializer_class = RefundFields
    filterset_class = RefundFilter

    @extend_schema(
        parameters=[refunding.ONCE],
        request=refunding.RefundRequest,
        responses={201: RefundFields},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = refunding.refund(request)
        return Response(RefundFields(row).data, status=status.HTTP_201_CREATED)
