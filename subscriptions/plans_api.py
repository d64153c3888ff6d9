"""Plans at Razorpay, and what they pay for. POST links one that exists there to a product."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import Known, Mode, Whole
from accounts.api.filters import ModeFilter
from accounts.api.views import AccountRows
from accounts.models import Account
from gateways import choosing
from orders.api.buying import in_words
from orders.api.pricing import PlanFields
from orders.models import Product
from subscriptions import existing_plans
from subscriptions.existing_plans import NotLinkable
from subscriptions.models import Plan
from subscriptions.pages.plan_forms import PLAN_ID


class LinkedPlanFields(serializers.ModelSerializer[Plan]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True)
    product = serializers.CharField(source="price.product.uid", read_only=True)
    plan = PlanFields(source="price", read_only=True)
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = ["id", "razorpay_plan_id", "mode", "product", "plan", "in_force", "created_at"]

    def get_in_force(self, plan: Plan) -> bool:
        """Whether new orders of the product are made with it."""
        return plan.price.replaced_at is None


class LinkFields(Known):
    """`sells`: new orders of the product are made with it, so many times; else it is recognised."""

    razorpay_plan_id = serializers.RegexField(PLAN_ID, max_length=40)
    product = serializers.CharField(max_length=64)
    mode = Mode(required=False, allow_null=True)
    sells = serializers.BooleanField(default=False)
    total_count = Whole(min_value=1, max_value=1200, required=False, allow_null=True)


class PlanFilter(filters.FilterSet):
    product = filters.CharFilter("price__product__uid")
    mode = ModeFilter("gateway__mode")

    class Meta:
        model = Plan
        fields = ["razorpay_plan_id"]


class Plans(AccountRows[Plan]):
    """The plans that this account's prices have at Razorpay."""

    queryset = Plan.objects.exclude(razorpay_plan_id=None).select_related(
        "gateway", "price__product"
    )
    serializer_class = LinkedPlanFields
    filterset_class = PlanFilter

    @extend_schema(request=LinkFields, responses={201: LinkedPlanFields})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        fields = LinkFields(data=request.data)
        fields.is_valid(raise_exception=True)
        plan = link(account_of(request), fields.validated_data)
        return Response(LinkedPlanFields(plan).data, status=status.HTTP_201_CREATED)


def link(account: Account, asked: dict[str, Any]) -> Plan:
    """Raises Refused."""
    product = Product.objects.filter(account=account, uid=asked["product"]).first()
    if product is None:
        said = _("There is no product %(id)s.") % {"id": asked["product"]}
        raise Refused(said, "unknown_product")
    if asked["sells"] and product.archived_at is not None:
        raise Refused(_("The product is archived."), "archived", HTTPStatus.CONFLICT)
    with in_words():
        gateway = choosing.gateway_for(account, asked.get("mode"))
        try:
            return existing_plans.link(
                gateway,
                product,
                existing_plans.fetch(gateway, asked["razorpay_plan_id"]),
                total_count=asked.get("total_count") or existing_plans.usual_count(product),
                sells=asked["sells"],
                user=None,
            )
        except NotLinkable as error:
            raise Refused(str(error), "not_linkable", HTTPStatus.CONFLICT) from error
