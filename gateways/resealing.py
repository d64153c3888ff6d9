"""Bring every secret under the key that writes, so that an older key can be thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models, transaction

from gateways import sealing
from gateways.fields import SealedTextField
from gateways.sealing import SealBroken


@dataclass
class Resealed:
    """How many secrets were sealed anew, and the rows whose secret no key opens."""

    count: int = 0
    broken: list[str] = field(default_factory=list)


def reseal() -> Resealed:
    """Seal anew what another key than the first of ENCRYPTION_KEYS has sealed. May run twice."""
    done, writer = Resealed(), next(iter(sealing.keys()))
    for model, column in sealed_columns():
        rows = model._default_manager.exclude(**{f"{column.attname}__startswith": f"{writer}."})
        for pk in list(rows.values_list("pk", flat=True)):
            try:
                reseal_one(model, column, pk)
                done.count += 1
            except SealBroken as error:
                done.broken.append(f"{model._meta.label} {pk}: {error}")
    return done


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedTextField]]:
    for model in apps.get_models():
        for column in model._meta.fields:
            if isinstance(column, SealedTextField):
                yield model, column


@transaction.atomic
def reseal_one(model: type[models.Model], column: SealedTextField, pk: int) -> None:
    """Each row by itself, so that nobody waits for all of them."""
    row = model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
    if row is not None:
        setattr(row, column.attname, getattr(row, column.attname))
        row.save(update_fields=[column.attname])
