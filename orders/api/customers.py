"""Customers: the buyers of the account."""

from __future__ import annotations

from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.fields import BothModes
from accounts.api.filters import EmailFilter
from accounts.api.views import AccountRows
from orders.models import Customer


class CustomerFields(serializers.ModelSerializer[Customer]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = BothModes()

    class Meta:
        model = Customer
        fields = ["id", "mode", "email", "name", "created_at"]


class CustomerFilter(filters.FilterSet):
    email = EmailFilter("email")

    class Meta:
        model = Customer
        fields = ["email"]


class Customers(AccountRows[Customer]):
    """The buyers of this account."""

    queryset = Customer.objects.all()
    serializer_class = CustomerFields
    filterset_class = CustomerFilter
    path_to_account = "account"
