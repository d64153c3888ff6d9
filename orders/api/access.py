"""May this customer use this resource? The one question that a seller's own site asks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import account_of
from accounts.api.fields import MODES, Mode, Sentence
from accounts.api.views import Answering
from gateways import choosing
from orders import answers
from orders.models import Resource
from orders.models.grants import Because


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
        resource = Resource.objects.filter(account=account, uid=asked["resource"]).first()
        if resource is None:
            raise NotFound(_("There is no resource %(id)s.") % {"id": asked["resource"]})
        mode = asked.get("mode") or choosing.mode_of(account)
        return Response(AnswerFields(answers.access(account, asked["email"], resource, mode)).data)
