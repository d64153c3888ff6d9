"""Fields that several resources share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MODES = ["test", "live"]


class Known(serializers.Serializer[Any]):
    """A body in which every name is known: a misspelt `trial_days` must not charge at once."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                said = _("There is no such field.")
                raise serializers.ValidationError(dict.fromkeys(unknown, said), "unknown_field")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """An integer, written as one: 499.00 is refused, since somebody may mean rupees."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "format": "date-time", "nullable": True})
class UnixTime(serializers.Field[Any, Any, Any, Any]):
    """Razorpay's unix seconds, shown as ISO 8601 in UTC like every other time."""

    def to_representation(self, value: int) -> str:
        return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")


@extend_schema_field({"type": "string"})
class Sentence(serializers.Field[Any, Any, Any, Any]):
    """A stored sentence, in the language of the request."""

    def to_representation(self, value: Any) -> str:
        return str(value)


class Mode(serializers.ChoiceField):
    """test or live; left out, live if a live gateway is connected, else test."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=MODES, **kwargs)


@extend_schema_field({"type": "string", "enum": MODES, "nullable": True})
class BothModes(serializers.Field[Any, Any, Any, Any]):
    """The `mode` of what belongs to both: null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="pk", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> None:
        return None
