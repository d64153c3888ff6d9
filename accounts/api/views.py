"""The one kind of resource there is: rows of the caller's account, by our id, newest first."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import mixins, viewsets

from accounts.api.authentication import account_of

M = TypeVar("M", bound=Model)


class AccountRows(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[M], Generic[M]
):
    """Lists and shows rows. `path_to_account` is the look-up that leads to the account."""

    lookup_field = "uid"
    path_to_account = "gateway__account"
    queryset: QuerySet[Any]

    def get_queryset(self) -> QuerySet[M]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.filter(**{self.path_to_account: account_of(self.request)})
