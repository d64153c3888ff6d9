"""Order forms: made, changed and published by the rules of their pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import Mode
from accounts.api.filters import ModeFilter
from accounts.api.views import AccountRows
from gateways.choosing import mode_of
from orders import auditing, publishing
from orders.api import form_fields
from orders.api.form_fields import FormChanges, NewFormFields
from orders.models import FormField, OrderForm
from orders.publishing import NotPublishable

# Not what was asked for is wrong, but what there is, or Razorpay.
STATUS = {
    "archived": HTTPStatus.CONFLICT,
    "no_gateway": HTTPStatus.CONFLICT,
    "price_changed": HTTPStatus.CONFLICT,
    "keys_refused": HTTPStatus.BAD_GATEWAY,
    "razorpay_refused": HTTPStatus.BAD_GATEWAY,
    "razorpay_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "plan_in_doubt": HTTPStatus.SERVICE_UNAVAILABLE,
}
A_MINUTE = 60

# DRF takes fields out of the class, where its own properties of these names stay.


class AskedFields(serializers.ModelSerializer[FormField]):
    label = serializers.CharField(source="__str__", read_only=True)  # type: ignore[assignment]
    choices = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = FormField
        fields = ["kind", "label", "required", "choices"]


class OrderFormFields(serializers.ModelSerializer[OrderForm]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = Mode(read_only=True)
    product = serializers.CharField(source="product.uid", read_only=True)
    title = serializers.CharField(source="__str__", read_only=True)
    fields = AskedFields(many=True, read_only=True)  # type: ignore[assignment]
    published = serializers.BooleanField(source="is_open", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = OrderForm
        fields = [
            "id", "mode", "slug", "product", "title", "text", "fields", "published", "url",
            "created_at", "published_at", "archived_at",
        ]  # fmt: skip

    def get_url(self, form: OrderForm) -> str:
        return f"{settings.PUBLIC_URL}{form.public_path}"


class OrderFormFilter(filters.FilterSet):
    mode = ModeFilter("mode")

    class Meta:
        model = OrderForm
        fields = ["slug"]


class OrderForms(AccountRows[OrderForm]):
    """The public pages that sell a product. `published`: whether `url` takes orders now."""

    queryset = OrderForm.objects.select_related("account", "product").prefetch_related("fields")
    serializer_class = OrderFormFields
    filterset_class = OrderFormFilter
    path_to_account = "account"

    @extend_schema(request=NewFormFields, responses={201: OrderFormFields})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A draft: publish it when it is ready."""
        fields = NewFormFields(data=request.data)
        fields.is_valid(raise_exception=True)
        account = account_of(request)
        form = OrderForm(account=account, mode=mode_of(account))
        form_fields.write(form, fields.validated_data)
        return self.as_it_is(form, status.HTTP_201_CREATED)

    @extend_schema(request=FormChanges, responses=OrderFormFields)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """While it is published it must stay able to take payments."""
        form = self.get_object()
        fields = FormChanges(data=request.data)
        fields.is_valid(raise_exception=True)
        try:
            form_fields.write(form, fields.validated_data)
        except NotPublishable as error:
            raise refused(error) from error
        return self.as_it_is(form)

    @extend_schema(request=None, responses=OrderFormFields)
    @action(methods=["post"], detail=True)
    def publish(self, request: Request, **kwargs: Any) -> Response:
        """Open it to buyers, once Razorpay agrees to what it sells."""
        form = self.get_object()
        is_news = form.published_at is None
        try:
            publishing.publish(form)
        except NotPublishable as error:
            raise refused(error) from error
        if is_news:
            auditing.form_marked(form, None)
        return self.as_it_is(form)

    @extend_schema(request=None, responses=OrderFormFields)
    @action(methods=["post"], detail=True)
    def unpublish(self, request: Request, **kwargs: Any) -> Response:
        """Take it back; it is a draft again."""
        form = self.get_object()
        if form.published_at is not None:
            publishing.take_back(form)
            auditing.form_marked(form, None)
        return self.as_it_is(form)

    @extend_schema(request=None, responses=OrderFormFields)
    @action(methods=["post"], detail=True)
    def archive(self, request: Request, **kwargs: Any) -> Response:
        """Put it away, taken back. Its orders stay."""
        form = self.get_object()
        if form.archived_at is None:
            publishing.archive(form)
            auditing.form_marked(form, None)
        return self.as_it_is(form)

    def as_it_is(self, form: OrderForm, code: int = status.HTTP_200_OK) -> Response:
        return Response(OrderFormFields(self.get_queryset().get(pk=form.pk)).data, status=code)


def refused(error: NotPublishable) -> Refused:
    code = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    wait = A_MINUTE if code == HTTPStatus.SERVICE_UNAVAILABLE else None
    return Refused(str(error), error.code, code, wait)
