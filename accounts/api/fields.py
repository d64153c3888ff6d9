"""Fields that several resources share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


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


MODES = ["test", "live"]


class Mode(serializers.ChoiceField):
    """test or live; left out, live if a live gateway is connected, else test."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=MODES, **kwargs)


def utc(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
