"""Products: what is sold, what it costs, what it unlocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.validators import URLValidator
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.fields import BothModes, Known, Mode
from accounts.api.views import AccountRows
from accounts.models import Account
from orders import catalogue
from orders.api.pricing import PlanFields, PriceFields
from orders.catalogue import NewResource
from orders.models import Price, Product, Resource

MOST_RESOURCES = 100


class ResourceFields(serializers.ModelSerializer[Resource]):
    id = serializers.CharField(source="uid", read_only=True)
    url = serializers.CharField(read_only=True)

    class Meta:
        model = Resource
        fields = ["id", "title", "url", "text"]


class ProductFields(serializers.ModelSerializer[Product]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = BothModes()
    price = serializers.SerializerMethodField()
    plan = serializers.SerializerMethodField()
    resources = ResourceFields(many=True, read_only=True)

    class Meta:
        model = Product
        fields = ["id", "name", "mode", "price", "plan", "resources", "created_at", "archived_at"]

    @extend_schema_field(PriceFields(allow_null=True))
    def get_price(self, product: Product) -> dict[str, Any] | None:
        price = in_force(product)
        return PriceFields(price).data if price and not price.recurs else None

    @extend_schema_field(PlanFields(allow_null=True))
    def get_plan(self, product: Product) -> dict[str, Any] | None:
        price = in_force(product)
        return PlanFields(price).data if price and price.recurs else None


def in_force(product: Product) -> Price | None:
    """The price of a product whose prices were fetched with it."""
    return next((price for price in product.prices.all() if price.replaced_at is None), None)


class NewResourceFields(Known):
    """A new resource (a title with a link or a text), or the id of one that exists."""

    id = serializers.CharField(required=False, max_length=64)
    title = serializers.CharField(required=False, max_length=200)
    url = serializers.CharField(
        default="", allow_blank=True, max_length=500, validators=[URLValidator(["http", "https"])]
    )
    text = serializers.CharField(default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("id") and not attrs.get("title"):
            raise serializers.ValidationError({"title": _("A resource needs a title.")})
        return attrs


class NewProductFields(Known):
    """A name, a price or a plan, and what it unlocks. A product is sold in both modes."""

    name = serializers.CharField(max_length=200)
    price = PriceFields(required=False, allow_null=True)
    plan = PlanFields(required=False, allow_null=True)
    resources = NewResourceFields(many=True, allow_empty=False, max_length=MOST_RESOURCES)  # type: ignore[call-arg]
    mode = Mode(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("price")) == bool(attrs.get("plan")):
            said = _("Give either a price or a plan.")
            raise serializers.ValidationError({"price": said}, "price_or_plan")
        return attrs


class Products(AccountRows[Product]):
    """What is sold. `plan` instead of `price` makes it a subscription or instalments."""

    queryset = Product.objects.prefetch_related(
        "prices", Prefetch("resources", Resource.objects.order_by("pk"))
    )
    serializer_class = ProductFields
    path_to_account = "account"

    @extend_schema(request=NewProductFields, responses={201: ProductFields})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        fields = NewProductFields(data=request.data)
        fields.is_valid(raise_exception=True)
        asked = fields.validated_data
        account = account_of(request)
        product = catalogue.create_product(
            account=account,
            name=asked["name"],
            price=dict(asked.get("plan") or asked["price"]),
            resources=list(new_or_known(account, asked["resources"])),
        )
        shown = self.get_queryset().get(pk=product.pk)
        return Response(ProductFields(shown).data, status=status.HTTP_201_CREATED)


def new_or_known(account: Account, items: list[dict[str, Any]]) -> Iterator[NewResource | Resource]:
    """Resources to make, and those of the account's own that are named."""
    named = [item["id"] for item in items if "id" in item]
    known = {found.uid: found for found in Resource.objects.filter(account=account, uid__in=named)}
    for place, item in enumerate(items):
        if "id" not in item:
            yield NewResource(item["title"], item["url"], item["text"])
        elif item["id"] in known:
            yield known[item["id"]]
        else:
            said = _("There is no resource %(id)s.") % {"id": item["id"]}
            raise serializers.ValidationError(
                {"resources": {str(place): {"id": said}}}, "unknown_resource"
            )
