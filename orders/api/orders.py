"""Orders: one purchase each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import Mode
from accounts.api.views import AccountRows
from gateways.choosing import NoGateway
from gateways.razorpay import errors
from orders import checkout
from orders.api.customers import CustomerFields
from orders.checkout import NotPlaceable
from orders.models import Order, Product
from orders.paying import pay_url


class OrderFields(serializers.ModelSerializer[Order]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = serializers.CharField(source="gateway.mode", read_only=True)
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


class Purchase(serializers.Serializer[Any]):
    """Who buys what."""

    product = serializers.CharField()
    email = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    name = serializers.CharField(required=False, allow_blank=True, max_length=150, default="")
    mode = Mode(required=False, allow_null=True)


class OrderFilter(filters.FilterSet):
    mode = filters.CharFilter("gateway__mode")
    email = filters.CharFilter("customer__email")

    class Meta:
        model = Order
        fields = ["razorpay_order_id", "status"]


class Orders(mixins.CreateModelMixin, AccountRows[Order]):
    """Orders. POST places one: it exists here before it exists at Razorpay."""

    queryset = Order.objects.select_related("gateway", "product", "customer", "price")
    serializer_class = OrderFields
    filterset_class = OrderFilter

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with in_words():
            order = checkout.place(**purchase_of(request))
        return Response(OrderFields(order).data, status=status.HTTP_201_CREATED)


def purchase_of(request: Request) -> dict[str, Any]:
    """The checked purchase, as the placing functions take it."""
    fields = Purchase(data=request.data)
    fields.is_valid(raise_exception=True)
    asked = fields.validated_data
    account = account_of(request)
    product = Product.objects.filter(account=account, uid=asked["product"]).first()
    if product is None:
        said = _("There is no product %(id)s.") % {"id": asked["product"]}
        raise Refused(said, "unknown_product")
    return {
        "account": account,
        "product": product,
        "email": asked.get("email") or "",
        "name": asked["name"],
        "mode": asked.get("mode"),
    }


@contextmanager
def in_words() -> Iterator[None]:
    """What can go wrong when something is bought, as answers of the API."""
    try:
        yield
    except NotPlaceable as error:
        raise Refused(str(error), error.code) from error
    except NoGateway as error:
        raise Refused(str(error), "no_gateway", HTTPStatus.CONFLICT) from error
    except errors.KeysRefused as error:
        raise Refused(str(error), "keys_refused", HTTPStatus.BAD_GATEWAY) from error
    except errors.Refused as error:
        raise Refused(str(error), "razorpay_refused", HTTPStatus.BAD_GATEWAY) from error
    except errors.TryAgain as error:
        raise Refused(str(error), "razorpay_unavailable", HTTPStatus.SERVICE_UNAVAILABLE) from error
    except errors.OutcomeUnknown as error:
        raise Refused(str(error), "outcome_unknown", HTTPStatus.GATEWAY_TIMEOUT) from error
