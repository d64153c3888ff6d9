"""May this customer use this resource? The one question that a seller's own site asks.

And what a person decides about it by hand, told by a script.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.errors import Refused
from accounts.api.fields import MODES, Known, Mode, Sentence
from accounts.api.views import Answering
from accounts.models import Account
from gateways import choosing
from orders import answers, by_hand
from orders.by_hand import NotDecidable
from orders.models import AccessDecision, Order, Resource
from orders.models.grants import Because

REASON = AccessDecision._meta.get_field("reason").max_length


class StoryFields(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    what = Sentence()
    why = Sentence()


class AnswerFields(serializers.Serializer[Any]):
    allowed = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True)
    because = serializers.ChoiceField(choices=Because.choices)
    story = StoryFields(many=True)


class Question(serializers.Serializer[Any]):
    email = serializers.CharField()
    resource = serializers.CharField()
    mode = Mode(required=False)


class DecisionFields(Known):
    """One decision about one resource of one order. `until` is of what is given; null: no end."""

    order = serializers.CharField(max_length=64)
    resource = serializers.CharField(max_length=64)
    decision = serializers.ChoiceField(choices=AccessDecision.Kind.choices)
    until = serializers.DateTimeField(default=None, allow_null=True)
    reason = serializers.CharField(max_length=REASON)


class Access(Answering):
    """`until` null: no end (allowed), or never had; a past time: when it ended."""

    @extend_schema(
        parameters=[
            OpenApiParameter("email", str, required=True),
            OpenApiParameter("resource", str, required=True),
            OpenApiParameter("mode", str, enum=MODES),
        ],
        responses=AnswerFields,
    )
    def get(self, request: Request) -> Response:
        question = Question(data=request.query_params)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        account = account_of(request)
        resource = resource_of(account, asked["resource"])
        mode = asked.get("mode") or choosing.mode_of(account)
        return Response(AnswerFields(answers.access(account, asked["email"], resource, mode)).data)

    @extend_schema(request=DecisionFields, responses=AnswerFields)
    def post(self, request: Request) -> Response:
        """Give or end access by hand, or go back to what is paid; the answer that follows."""
        fields = DecisionFields(data=request.data)
        fields.is_valid(raise_exception=True)
        told = fields.validated_data
        account = account_of(request)
        order = order_of(account, told["order"])
        resource = resource_of(account, told["resource"])
        kind = AccessDecision.Kind(told["decision"])
        try:
            by_hand.check(order, resource, kind, told["until"])
        except NotDecidable as error:
            raise Refused(str(error), error.code) from error
        by_hand.decide(order, resource, kind, reason=told["reason"], user=None, until=told["until"])
        found = answers.access(account, order.customer.email, resource, order.gateway.mode)
        return Response(AnswerFields(found).data)


def resource_of(account: Account, uid: str) -> Resource:
    """The account's own resource, else 404."""
    resource = Resource.objects.filter(account=account, uid=uid).first()
    if resource is None:
        raise NotFound(_("There is no resource %(id)s.") % {"id": uid})
    return resource


def order_of(account: Account, uid: str) -> Order:
    """The account's own order, else 404."""
    rows = Order.objects.filter(gateway__account=account, uid=uid)
    order = rows.select_related("gateway", "customer", "product").first()
    if order is None:
        raise NotFound(_("There is no order %(id)s.") % {"id": uid})
    return order
