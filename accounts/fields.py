"""Ids that people and scripts see: `ord_7f3k...`. They say what they name and reveal no counts."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: easy to read aloud
RANDOM_LENGTH = 16  # 80 bits

if TYPE_CHECKING:
    TextField = models.CharField[str, str]
else:
    TextField = models.CharField


class UidField(TextField):
    """A unique id with a prefix, made when the instance is made."""

    def __init__(self, prefix: str = "", **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs |= {"max_length": 24, "unique": True, "editable": False, "default": self.make}
        super().__init__(**kwargs)

    def make(self) -> str:
        """A fresh id."""
        return f"{self.prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))}"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for ours in ("max_length", "unique", "editable", "default"):
            del kwargs[ours]
        return name, path, args, {**kwargs, "prefix": self.prefix}
