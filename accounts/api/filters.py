"""What lists can be narrowed by. A filter that does not exist is refused: a misspelt one would
otherwise show every row, and a script takes the first for the one that it asked for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api.fields import MODES
from accounts.models import normal_email

# Of every list: where to go on, how many, and DRF's way to name a format.
OF_EVERY_LIST = {"cursor", "page_size", "format"}


class ModeFilter(filters.ChoiceFilter):
    """test or live."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, choices=[(mode, mode) for mode in MODES], **kwargs)


class EmailFilter(filters.CharFilter):
    """An address, however it is written."""

    def filter(self, qs: QuerySet[Any], value: str) -> Any:
        return super().filter(qs, normal_email(value or ""))


class KnownFilters(filters.DjangoFilterBackend):
    """Filters by what the list offers, and by nothing else."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        offered = self.get_filterset_class(view, queryset)
        known = OF_EVERY_LIST | set(offered.base_filters if offered else ())
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            raise ValidationError(
                dict.fromkeys(unknown, _("There is no such filter.")), "unknown_filter"
            )
        return super().filter_queryset(request, queryset, view)
