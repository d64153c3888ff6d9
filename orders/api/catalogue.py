"""Products: what is sold, what it costs, what it unlocks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import money
from accounts.api.authentication import account_of
from accounts.api.views import AccountRows
from orders import catalogue
from orders.catalogue import NewResource
from orders.models import Price, Product, Resource

# https://razorpay.com/docs/api/orders/create/
LEAST = {"INR": 100}
LARGEST_AMOUNT = 2**53 - 1


def check_currency(code: str) -> None:
    if not money.is_currency(code):
        raise serializers.ValidationError(_("“%(code)s” is not a currency.") % {"code": code})


def check_least(amount: int, currency: str) -> None:
    least = LEAST.get(currency, 1)
    if amount < least:
        raise serializers.ValidationError(
            {
                "amount": _("Razorpay takes at least %(least)s.")
                % {"least": money.show(least, currency)}
            }
        )


class PriceFields(serializers.Serializer[Any]):
    amount = serializers.IntegerField(min_value=1, max_value=LARGEST_AMOUNT)
    currency = serializers.CharField(max_length=3, default="INR", validators=[check_currency])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_least(attrs["amount"], attrs["currency"])
        return attrs


class PlanFields(PriceFields):
    """A price that repeats: https://razorpay.com/docs/api/payments/subscriptions/create-plan/"""

    kind = serializers.ChoiceField(
        choices=[Price.Kind.SUBSCRIPTION, Price.Kind.INSTALMENTS], default=Price.Kind.SUBSCRIPTION
    )
    period = serializers.ChoiceField(choices=Price.Period.choices)
    interval = serializers.IntegerField(min_value=1, max_value=365, default=1)
    total_count = serializers.IntegerField(min_value=1, max_value=1200)
    trial_days = serializers.IntegerField(min_value=0, max_value=365, default=0)
    upfront_amount = serializers.IntegerField(min_value=0, max_value=LARGEST_AMOUNT, default=0)
    charged_by = serializers.ChoiceField(
        choices=Price.ChargedBy.choices, default=Price.ChargedBy.RAZORPAY
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["period"] == Price.Period.DAILY and attrs["interval"] < 7:
            said = _("Razorpay charges every 7 days at most: choose an interval of 7 or more.")
            raise serializers.ValidationError({"interval": said})
        return super().validate(attrs)


class ResourceFields(serializers.ModelSerializer[Resource]):
    """A new resource (title with a link or a text), or the id of one that exists."""

    id = serializers.CharField(source="uid", required=False)
    title = serializers.CharField(max_length=200, required=False)

    class Meta:
        model = Resource
        fields = ["id", "title", "url", "text"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("uid") and not attrs.get("title"):
            raise serializers.ValidationError({"title": _("A resource needs a title.")})
        return attrs


class ProductFields(serializers.ModelSerializer[Product]):
    id = serializers.CharField(source="uid", read_only=True)
    price = PriceFields(required=False, allow_null=True)
    plan = PlanFields(required=False, allow_null=True)
    resources = ResourceFields(many=True, allow_empty=False)
    mode = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ["id", "name", "price", "plan", "resources", "mode", "created_at", "archived_at"]
        read_only_fields = ["created_at", "archived_at"]

    @extend_schema_field({"type": "string", "nullable": True})
    def get_mode(self, product: Product) -> None:
        """A product is sold in both modes."""
        return

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("price")) == bool(attrs.get("plan")):
            raise serializers.ValidationError(
                {"price": _("Give either a price or a plan.")}, code="price_or_plan"
            )
        return attrs

    def to_representation(self, product: Product) -> dict[str, Any]:
        shown = super().to_representation(product)
        price = product.price
        shown["price"] = PriceFields(price).data if price and not price.recurs else None
        shown["plan"] = PlanFields(price).data if price and price.recurs else None
        return shown


class Products(mixins.CreateModelMixin, AccountRows[Product]):
    """What is sold. `plan` instead of `price` makes it a subscription or instalments."""

    queryset = Product.objects.prefetch_related("resources", "prices")
    serializer_class = ProductFields
    path_to_account = "account"
    filterset_fields: list[str] = []

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        fields = ProductFields(data=request.data)
        fields.is_valid(raise_exception=True)
        asked = fields.validated_data
        product = catalogue.create_product(
            account=account_of(request),
            name=asked["name"],
            price=dict(asked.get("plan") or asked["price"]),
            resources=[new_or_known(request, item) for item in asked["resources"]],
        )
        return Response(ProductFields(product).data, status=status.HTTP_201_CREATED)


def new_or_known(request: Request, item: dict[str, Any]) -> NewResource | Resource:
    """A resource to make, or one of the account's own."""
    if not item.get("uid"):
        return NewResource(item["title"], item.get("url", ""), item.get("text", ""))
    known = Resource.objects.filter(account=account_of(request), uid=item["uid"]).first()
    if known is None:
        raise serializers.ValidationError(
            {"resources": _("There is no resource %(id)s.") % {"id": item["uid"]}}
        )
    return known
