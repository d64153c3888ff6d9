"""Whose books are looked at, and how much of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts.models import Account

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Scope:
    """All books of an account; or a part of them: some orders, and whatever hangs on these."""

    account: Account
    orders: tuple[int, ...] | None = None

    @property
    def is_part(self) -> bool:
        return self.orders is not None

    def rows(self, model: type[Row], account: str, order: str | None) -> QuerySet[Row]:
        """Those of a table, by its ways to the account and to the order. What hangs on no order is
        the same in a part: which of it belongs there is seen when it was read (`comparing`)."""
        rows = model._base_manager.filter(**{account: self.account})
        if self.orders is None or order is None:
            return rows
        return rows.filter(**{f"{order}__in": self.orders})
