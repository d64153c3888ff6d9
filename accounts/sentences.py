"""Sentences that are stored once and read in any language.

A story ("₹499.00 captured; order ord_… is paid.") is written when it happens and read later, in
Hindi or English. So the row keeps the msgid and its values; the words are chosen when it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts import money

if TYPE_CHECKING:
    Json = models.JSONField[Any, Any]
else:
    Json = models.JSONField


@dataclass(frozen=True)
class Sentence:
    """A msgid with %(name)s places, and the values for them.

    A value is text or a number, a pair (amount, currency), an aware datetime, or a Sentence.
    """

    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.text:
            return ""
        return gettext(self.text) % {name: shown(value) for name, value in self.values.items()}

    def __bool__(self) -> bool:
        return bool(self.text)


def say(text: str, **values: Any) -> Sentence:
    """A sentence; mark `text` with gettext_noop where it is written."""
    return Sentence(text, values)


def shown(value: Any) -> str:
    """A value as a reader sees it."""
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, tuple):
        return money.show(*value)
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j M Y, H:i")
    return str(value)


def pack(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, Sentence):
        return {"say": value.text, **{k: pack(v) for k, v in value.values.items()}}
    if isinstance(value, tuple):
        amount, currency = value
        return {"money": [amount, currency]}
    if isinstance(value, datetime) and timezone.is_aware(value):
        return {"time": value.astimezone(UTC).isoformat()}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"A sentence cannot keep {value!r}.")


def unpack(value: Any) -> Any:
    """The inverse of `pack`."""
    if not isinstance(value, dict):
        return value
    if "say" in value:
        return Sentence(value["say"], {k: unpack(v) for k, v in value.items() if k != "say"})
    if "money" in value:
        return tuple(value["money"])
    return datetime.fromisoformat(value["time"])


class SentenceField(Json):
    """A column that holds one Sentence; empty means nothing was said."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"default": Sentence, "blank": True}
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["default"], kwargs["blank"]
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sentence:
        loaded = super().from_db_value(value, expression, connection)
        return unpack(loaded) if loaded else Sentence()

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, Sentence):
            raise TypeError(f"{self.name} holds a Sentence, not {value!r}.")
        return super().get_prep_value(pack(value) if value else {})

    def value_to_string(self, obj: models.Model) -> Any:
        value = self.value_from_object(obj)
        return pack(value) if value else {}

    def to_python(self, value: Any) -> Sentence:
        if isinstance(value, Sentence):
            return value
        return unpack(value) if value else Sentence()
