"""Products: what is sold, what it costs, what it unlocks."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import BothModes, Known, Mode
from accounts.api.views import AccountRows
from orders import auditing, catalogue, rehearsing
from orders.api import resources
from orders.api.pricing import PlanFields, PriceFields
from orders.api.resources import MOST_RESOURCES, NewResourceFields, ResourceFields
from orders.catalogue import StillHeld
from orders.models import Price, Product


class ProductFields(serializers.ModelSerializer[Product]):
    """`resources`: what who buys it now may open, in the order of its page."""

    id = serializers.CharField(source="uid", read_only=True)
    mode = BothModes()
    price = serializers.SerializerMethodField()
    plan = serializers.SerializerMethodField()
    resources = ResourceFields(source="unlocked", many=True, read_only=True)

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


class ProductChanges(Known):
    """What is given is changed; what is left out stays. A new price is for new orders."""

    name = serializers.CharField(required=False, max_length=200)
    price = PriceFields(required=False)
    plan = PlanFields(required=False)
    resources = NewResourceFields(  # type: ignore[call-arg]
        many=True, required=False, allow_empty=False, max_length=MOST_RESOURCES
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("price") and attrs.get("plan"):
            refuse_both()
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
            refuse_both()
        return attrs


def refuse_both() -> None:
    said = _("Give either a price or a plan.")
    raise serializers.ValidationError({"price": said}, "price_or_plan")


class Products(AccountRows[Product]):
    """What is sold. `plan` instead of `price` makes it a subscription or instalments."""

    queryset = Product.objects.prefetch_related("prices")
    serializer_class = ProductFields
    path_to_account = "account"

    def paginate_queryset(self, queryset: Any) -> Any:
        return with_resources(super().paginate_queryset(queryset) or [])

    def get_object(self) -> Product:
        with_resources([product := super().get_object()])
        return product

    @extend_schema(request=NewProductFields, responses={201: ProductFields})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        fields = NewProductFields(data=request.data)
        fields.is_valid(raise_exception=True)
        asked = fields.validated_data
        account = account_of(request)
        unlocked = resources.rows(account, asked["resources"], ())
        product = catalogue.create_product(
            account=account,
            name=asked["name"],
            price=dict(asked.get("plan") or asked["price"]),
            resources=[row[1] if isinstance(row, tuple) else row for row in unlocked],
        )
        return self.as_it_is(product, status.HTTP_201_CREATED)

    @extend_schema(request=ProductChanges, responses=ProductFields)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        product = self.get_object()
        fields = ProductChanges(data=request.data)
        fields.is_valid(raise_exception=True)
        given = fields.validated_data
        try:
            change(product, given)
        except StillHeld as error:
            raise Refused(str(error), "still_held", HTTPStatus.CONFLICT) from error
        if given.keys() & {"price", "plan"}:
            # What Razorpay refuses of it stands among the problems.
            rehearsing.open_forms(product)
        return self.as_it_is(product)

    @extend_schema(request=None, responses=ProductFields)
    @action(methods=["post"], detail=True)
    def archive(self, request: Request, **kwargs: Any) -> Response:
        """Sell it no more. What was bought stays as it is."""
        product = self.get_object()
        if product.archived_at is None:
            catalogue.archive(product)
            auditing.product_marked(product, None)
        return self.as_it_is(product)

    @extend_schema(request=None, responses=ProductFields)
    @action(methods=["post"], detail=True)
    def unarchive(self, request: Request, **kwargs: Any) -> Response:
        """Sell it again."""
        product = self.get_object()
        if product.archived_at is not None:
            catalogue.unarchive(product)
            auditing.product_marked(product, None)
        return self.as_it_is(product)

    def as_it_is(self, product: Product, code: int = status.HTTP_200_OK) -> Response:
        shown = with_resources([self.get_queryset().get(pk=product.pk)])
        return Response(ProductFields(shown[0]).data, status=code)


def with_resources(products: Collection[Product]) -> list[Product]:
    """The same with what each unlocks beside it, in one query."""
    unlocked = catalogue.unlocked_by(products)
    for product in products:
        product.unlocked = unlocked[product.pk]  # type: ignore[attr-defined]
    return list(products)


@transaction.atomic
def change(product: Product, given: dict[str, Any]) -> None:
    """All of it or nothing. Raises StillHeld, and DRF's ValidationError."""
    if given.keys() & {"name", "resources"}:
        seen = [resource.uid for resource in catalogue.unlocked_by([product])[product.pk]]
        listed = "resources" in given
        catalogue.change_product(
            product,
            name=given.get("name", product.name),
            resources=resources.rows(product.account, given.get("resources", []), seen),
            seen=seen if listed else (),
        )
    terms = given.get("price") or given.get("plan")
    if terms:
        former = product.price
        new = catalogue.change_price(product, dict(terms))
        auditing.price_changed(new, former, None)
