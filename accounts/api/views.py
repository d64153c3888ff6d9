"""The one kind of resource there is: rows of the caller's account, by our id, newest first."""

from __future__ import annotations

from datetime import UTC
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from rest_framework import mixins, viewsets
from rest_framework.views import APIView

from accounts.api.authentication import account_of
from accounts.api.filters import KnownFilters
from accounts.api.parsers import Json
from accounts.api.schema import WithProblems

M = TypeVar("M", bound=Model)


class Answering(APIView):
    """Reads JSON and speaks UTC, also to a script in a signed-in seller's browser."""

    parser_classes: Any = [Json]
    schema = WithProblems()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)


class AccountRows(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    Answering,
    viewsets.GenericViewSet[M],
    Generic[M],
):
    """Lists and shows rows. `path_to_account` is the look-up that leads to the account."""

    lookup_field = "uid"
    lookup_url_kwarg = "id"
    path_to_account = "gateway__account"
    filter_backends: Any = [KnownFilters]
    queryset: QuerySet[Any]

    def get_queryset(self) -> QuerySet[M]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.filter(**{self.path_to_account: account_of(self.request)})
