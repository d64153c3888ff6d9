"""A text column that is encrypted at rest and clear on the instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from gateways import sealing

if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


class Sealed(str):
    """Ciphertext, as the database holds it."""


class Loaded(Sealed):
    """Ciphertext from a dump. It is written back as it is, and so it is never opened here."""


class Unsealing(DeferredAttribute):
    """Reading the attribute decrypts it: only code that asks for a secret ever has it."""

    field: SealedTextField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed):
            return value
        clear = sealing.unseal(value, self.field.identity(instance))
        return value if isinstance(value, Loaded) else clear

    def __set__(self, instance: Any, value: Any) -> None:
        """Without this Python would find the ciphertext on the instance before it asks us."""
        instance.__dict__[self.field.attname] = value


class SealedTextField(Text):
    """Encrypted with the identity of its row: table, column and the row's `uid`."""

    descriptor_class = Unsealing

    def identity(self, instance: models.Model) -> str:
        return f"{instance._meta.db_table}.{self.column}:{instance.uid}"  # type: ignore[attr-defined]

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, instance: models.Model, add: bool) -> Sealed:
        value = instance.__dict__[self.attname]
        if not isinstance(value, Sealed):
            value = Sealed(sealing.seal(value, self.identity(instance)))
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is only written by save(): update() cannot seal it.")
        return super().get_db_prep_save(value, connection)

    def get_prep_value(self, value: Any) -> Any:
        """Django's own would ask `to_python`, which is for dumps."""
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Dumps and fixtures carry the ciphertext."""
        return str(self.pre_save(obj, add=False))

    def to_python(self, value: Any) -> Any:
        """A value from a dump: ciphertext, or the dump is refused. Nothing else asks this."""
        if value is None or isinstance(value, Sealed):
            return value
        if not sealing.is_sealed(str(value)):
            raise ValidationError(f"{self.name} is loaded as ciphertext only.")
        return Loaded(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """What a person gave is clear text, whatever it looks like."""
        self.validate(value, model_instance)
        self.run_validators(value)
        return value
