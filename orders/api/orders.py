"""Orders: one purchase each."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.fields import Mode
from accounts.api.filters import EmailFilter, ModeFilter
from accounts.api.views import AccountRows
from orders import checkout
from orders.api import deciding
from orders.api.buying import KEY, PurchaseFields, buy
from orders.api.customers import CustomerFields
from orders.api.deciding import DecisionOnRefunds, MeantFields
from orders.models import Order
from orders.paying import pay_url


class OrderFields(serializers.ModelSerializer[Order]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True)
    product = serializers.CharField(source="product.uid", read_only=True)
    customer = CustomerFields(read_only=True)
    overpaid = serializers.IntegerField(read_only=True)
    checkout_url = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            "id", "razorpay_order_id", "mode", "status", "amount", "currency", "amount_paid",
            "amount_refunded", "overpaid", "product", "customer", "created_at", "expires_at",
            "checkout_url",
        ]  # fmt: skip

    def get_checkout_url(self, order: Order) -> str:
        """Where the buyer pays, or sees that it is paid."""
        return pay_url(order)


class OrderFilter(filters.FilterSet):
    mode = ModeFilter("gateway__mode")
    email = EmailFilter("customer__email")

    class Meta:
        model = Order
        fields = ["razorpay_order_id", "status"]


class Orders(AccountRows[Order]):
    """Orders. POST places one: it exists here before it exists at Razorpay."""

    queryset = Order.objects.select_related("gateway", "product", "customer", "price")
    serializer_class = OrderFields
    filterset_class = OrderFilter

    @extend_schema(parameters=[KEY], request=PurchaseFields, responses={201: OrderFields})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        order = buy(request, checkout.check)
        return Response(OrderFields(order).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=MeantFields, responses=OrderFields)
    @action(detail=True, methods=["post"])
    def meant(self, request: Request, id: str) -> Response:
        """The money that does not fit this order is meant. Nothing moves."""
        order = self.get_object()
        MeantFields(data=request.data).is_valid(raise_exception=True)
        deciding.say_meant(order)
        return Response(OrderFields(order).data)

    @extend_schema(request=DecisionOnRefunds, responses=OrderFields)
    @action(detail=True, methods=["post"], url_path="decide-refunds")
    def decide_refunds(self, request: Request, id: str) -> Response:
        """What refunds in part that were made elsewhere mean for access."""
        order = self.get_object()
        fields = DecisionOnRefunds(data=request.data)
        fields.is_valid(raise_exception=True)
        deciding.decide_refunds(order, fields.validated_data["ends"])
        return Response(OrderFields(order).data)
