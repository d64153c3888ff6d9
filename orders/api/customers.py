"""Customers: the buyers of the account; to correct, and to merge."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import BothModes, Known
from accounts.api.filters import EmailFilter
from accounts.api.views import AccountRows
from orders import correcting, customers, folding
from orders.api.buying import Address
from orders.correcting import NotCorrected
from orders.folding import NotMerged
from orders.models import Customer


class CustomerFields(serializers.ModelSerializer[Customer]):
    id = serializers.CharField(source="uid", read_only=True)
    mode = BothModes()

    class Meta:
        model = Customer
        fields = ["id", "mode", "email", "name", "created_at"]


class WholeCustomerFields(CustomerFields):
    """Where the customer is what was asked for."""

    former_emails = serializers.SerializerMethodField()

    class Meta(CustomerFields.Meta):
        fields = ["id", "mode", "email", "former_emails", "name", "phone", "created_at"]

    def get_former_emails(self, customer: Customer) -> list[str]:
        """Access answers for them as well; newest first."""
        aliases = sorted(customer.aliases.all(), key=lambda alias: alias.created_at, reverse=True)
        return [alias.email for alias in aliases]


class CorrectAddress(Address):
    """As in a purchase, but it may be left out."""

    def run_validation(self, data: Any = empty) -> str:
        if data is empty:
            raise serializers.SkipField
        return super().run_validation(data)


class CorrectionFields(Known):
    """What is given is changed; what is left out stays."""

    email = CorrectAddress(required=False)
    name = serializers.CharField(required=False, allow_blank=True, max_length=150)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=30)


class MergeFields(Known):
    """The id of the customer who is folded in, and is no more."""

    other = serializers.CharField(max_length=64)


class CustomerFilter(filters.FilterSet):
    email = EmailFilter("email")

    class Meta:
        model = Customer
        fields = ["email"]


class Customers(AccountRows[Customer]):
    """The buyers of this account. The id of one who was merged shows the one who stayed."""

    queryset = Customer.objects.prefetch_related("aliases")
    serializer_class = WholeCustomerFields
    filterset_class = CustomerFilter
    path_to_account = "account"

    def get_object(self) -> Customer:
        found = customers.by_uid(account_of(self.request), self.kwargs["id"])
        if found is None:
            raise Http404
        return found

    @extend_schema(request=CorrectionFields, responses=WholeCustomerFields)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        customer = self.get_object()
        fields = CorrectionFields(data=request.data)
        fields.is_valid(raise_exception=True)
        try:
            correct(customer, dict(fields.validated_data))
        except NotCorrected as error:
            raise Refused(str(error), error.code) from error
        except Customer.DoesNotExist as error:
            raise Http404 from error
        return self.as_it_is(customer)

    @extend_schema(request=MergeFields, responses=WholeCustomerFields)
    @action(methods=["post"], detail=True)
    def merge(self, request: Request, **kwargs: Any) -> Response:
        customer = self.get_object()
        fields = MergeFields(data=request.data)
        fields.is_valid(raise_exception=True)
        uid = fields.validated_data["other"]
        other = customers.by_uid(account_of(request), uid)
        if other is None:
            raise Refused(_("There is no customer %(id)s.") % {"id": uid}, "unknown_customer")
        # The id of one who is folded in already: this was asked before, and is done.
        if other != customer or uid == customer.uid:
            try:
                folding.fold(customer, other, None)
            except NotMerged as error:
                raise Refused(str(error), error.code) from error
        return self.as_it_is(customer)

    def as_it_is(self, customer: Customer) -> Response:
        shown = self.get_queryset().get(pk=customer.pk)
        return Response(WholeCustomerFields(shown).data)


@transaction.atomic
def correct(customer: Customer, given: dict[str, Any]) -> None:
    """All of it or nothing. Raises as orders.correcting.change_email."""
    email = given.pop("email", None)
    if email is not None:
        correcting.change_email(customer, email, None)
    if given:
        Customer.objects.filter(pk=customer.pk).update(**given)
