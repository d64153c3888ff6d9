"""Books as plain values: the same reading of those that stand and of a shadow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.sentences import Sentence
from webhooks.rebuilding import records
from webhooks.rebuilding.books import Books
from webhooks.rebuilding.records import BOOKS
from webhooks.rebuilding.scope import Scope

# Rows that are made anew have other keys: they are named by what Razorpay calls them.
NAMES = {
    "order": "order__uid",
    "payment": "payment__razorpay_payment_id",
    "cycle": "cycle__start",
    "subscription": "subscription__uid",
    "resource": "resource__uid",
    "customer": "customer__uid",
    "gateway": "gateway__uid",
    "account": "account__uid",
}


@dataclass(frozen=True)
class Name:
    """One row: of which table and gateway, and what it is called there."""

    table: type[Model]
    gateway_id: int
    words: tuple[Any, ...]

    @property
    def kind(self) -> str:
        return str(self.table._meta.verbose_name)

    def __str__(self) -> str:
        return " ".join(shown(word) for word in self.words if word not in (None, ""))


Rows = dict[Name, dict[str, Any]]


def of(scope: Scope) -> Rows:
    """Every derived row and column."""
    return {
        name: values
        for model, books in BOOKS.items()
        for name, values in rows_of(model, books, scope)
    }


def rows_of(
    model: type[Model], books: Books, scope: Scope
) -> Iterator[tuple[Name, dict[str, Any]]]:
    columns = [NAMES.get(name, name) for name in books.derived]
    rows = records.rows(model, scope).filter(books.compared)
    asked = rows.order_by("pk").values_list(books.gateway, *books.key, *columns)
    for gateway_id, *values in asked.iterator(chunk_size=2000):
        words, said = values[: len(books.key)], values[len(books.key) :]
        yield (
            Name(model, gateway_id, tuple(words)),
            dict(zip(books.derived, map(plain, said), strict=True)),
        )


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Sentence):
        return {"text": value.text, "values": {k: plain(v) for k, v in value.values.items()}}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return value


def shown(word: Any) -> str:
    return word.isoformat() if isinstance(word, datetime) else str(word)
