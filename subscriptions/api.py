"""Subscriptions: payment that repeats."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import Known, Mode, UnixTime
from accounts.api.filters import EmailFilter, ModeFilter
from accounts.api.views import AccountRows
from orders import ending
from orders.api.buying import KEY, STATUS, PurchaseFields, buy, in_words
from orders.api.customers import CustomerFields
from orders.checkout import NotYet
from orders.models import Price, Product
from orders.paying import pay_url
from subscriptions import acting, objections, outcomes, starting
from subscriptions.models import Subscription, SubscriptionInstruction

Kind = SubscriptionInstruction.Kind
State = SubscriptionInstruction.State


class SubscriptionFields(serializers.ModelSerializer[Subscription]):
    """`charged_by` raseed: from a mandate, without subscription and plan at Razorpay."""

    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(source="gateway.mode", read_only=True)
    razorpay_plan_id = serializers.SerializerMethodField()
    charged_by = serializers.CharField(source="order.price.charged_by", read_only=True)
    order = serializers.CharField(source="order.uid", read_only=True)
    product = serializers.CharField(source="order.product.uid", read_only=True)
    customer = CustomerFields(source="order.customer", read_only=True)
    current_start = UnixTime(read_only=True)
    current_end = UnixTime(read_only=True)
    charge_at = UnixTime(read_only=True)
    start_at = UnixTime(read_only=True)
    ended_at = UnixTime(read_only=True)
    cancels_at = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="order.created_at", read_only=True)
    checkout_url = serializers.SerializerMethodField()

    class Meta:
        model = Subscription
        fields = [
            "id", "razorpay_subscription_id", "razorpay_plan_id", "razorpay_customer_id", "mode",
            "charged_by", "status", "order", "product", "customer", "quantity", "total_count",
            "paid_count", "remaining_count", "auth_attempts", "current_start", "current_end",
            "charge_at", "start_at", "ended_at", "cancels_at", "paid_until", "access_until",
            "created_at", "checkout_url",
        ]  # fmt: skip

    def get_razorpay_plan_id(self, subscription: Subscription) -> str | None:
        return subscription.razorpay_plan_id or None

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_cancels_at(self, subscription: Subscription) -> str | None:
        """When it ends that was cancelled at the end of its period. Razorpay does not say it."""
        end = ending.of(subscription)
        return serializers.DateTimeField().to_representation(end) if end else None

    def get_checkout_url(self, subscription: Subscription) -> str:
        """Where the buyer authorises the charges: Razorpay's hosted page, or our pay page."""
        return subscription.short_url or pay_url(subscription.order)


class SubscriptionFilter(filters.FilterSet):
    order = filters.CharFilter("order__uid")
    email = EmailFilter("order__customer__email")
    mode = ModeFilter("gateway__mode")

    class Meta:
        model = Subscription
        fields = ["razorpay_subscription_id", "status"]


class CancelFields(Known):
    """Now, or when the running billing period ends."""

    at_cycle_end = serializers.BooleanField(default=False)


class ChangePlanFields(Known):
    """To the price of which product. Now, or when the running billing period ends."""

    product = serializers.CharField(max_length=64)
    at_cycle_end = serializers.BooleanField(default=False)


class NoFields(Known):
    """Nothing is asked."""


class Subscriptions(AccountRows[Subscription]):
    """Subscriptions. POST starts one at Razorpay; the buyer then authorises it.

    What is done to one is told to Razorpay; the answer is the subscription as it is then.
    """

    queryset = Subscription.objects.select_related(
        "gateway", "order__product", "order__customer", "order__price"
    ).prefetch_related("instructions")
    serializer_class = SubscriptionFields
    filterset_class = SubscriptionFilter

    @extend_schema(parameters=[KEY], request=PurchaseFields, responses={201: SubscriptionFields})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        order = buy(request, starting.check)
        subscription = self.get_queryset().get(order=order)
        return Response(SubscriptionFields(subscription).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CancelFields, responses=SubscriptionFields)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: str) -> Response:
        """Cannot be taken back. Access stays to the end of what is paid."""
        asked = checked(CancelFields, request)
        kind = Kind.CANCEL_AT_END if asked["at_cycle_end"] else Kind.CANCEL
        return self.instruct(self.get_object(), kind)

    @extend_schema(request=NoFields, responses=SubscriptionFields)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, id: str) -> Response:
        """Nothing is charged until it is resumed. Access stays to the end of what is paid."""
        checked(NoFields, request)
        return self.instruct(self.get_object(), Kind.PAUSE)

    @extend_schema(request=NoFields, responses=SubscriptionFields)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, id: str) -> Response:
        """Razorpay charges again."""
        checked(NoFields, request)
        return self.instruct(self.get_object(), Kind.RESUME)

    @extend_schema(request=ChangePlanFields, responses=SubscriptionFields)
    @action(detail=True, methods=["post"], url_path="change-plan")
    def change_plan(self, request: Request, id: str) -> Response:
        """The number of charges that are left stays."""
        asked = checked(ChangePlanFields, request)
        found, price = self.get_object(), price_of(request, asked["product"])
        kind = Kind.CHANGE_PLAN_AT_END if asked["at_cycle_end"] else Kind.CHANGE_PLAN
        return self.instruct(found, kind, price)

    def instruct(
        self, subscription: Subscription, kind: Kind, price: Price | None = None
    ) -> Response:
        """Have it done; the subscription as the books have it then."""
        with in_words():
            try:
                made = acting.instruct(subscription, kind, acting.MadeBy.SCRIPT, price=price)
            except objections.NotPossible as error:
                raise Refused(str(error), error.code, HTTPStatus.CONFLICT) from error
            except NotYet as error:  # its plan cannot be had now, and nothing is kept
                raise Refused(str(error), error.code, STATUS[error.code]) from error
        if made.state == State.REFUSED:
            said = outcomes.refused(made)
            raise Refused(said, "razorpay_refused", HTTPStatus.BAD_GATEWAY)
        if made.state == State.REQUESTED:
            raise Refused(outcomes.in_doubt(), "outcome_unknown", HTTPStatus.GATEWAY_TIMEOUT)
        return Response(SubscriptionFields(self.get_object()).data)


def checked(fields: type[Known], request: Request) -> dict[str, Any]:
    """The body, once it is known to be right. None at all is an empty one."""
    body = fields(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def price_of(request: Request, product_uid: str) -> Price:
    """What one of the account's products costs now."""
    account = account_of(request)
    product = Product.objects.filter(account=account, uid=product_uid).first()
    if product is None:
        said = _("There is no product %(id)s.") % {"id": product_uid}
        raise Refused(said, "unknown_product")
    if product.price is None:
        raise Refused(_("This product is not for sale."), "not_for_sale")
    return product.price
