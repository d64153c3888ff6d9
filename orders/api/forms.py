"""Order forms, to look at: they are made and published on the pages."""

from __future__ import annotations

from django.conf import settings
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.fields import Mode
from accounts.api.filters import ModeFilter
from accounts.api.views import AccountRows
from orders.models import FormField, OrderForm

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

    queryset = OrderForm.objects.select_related("product").prefetch_related("fields")
    serializer_class = OrderFormFields
    filterset_class = OrderFormFilter
    path_to_account = "account"
