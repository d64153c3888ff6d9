"""How a table is described of which something is derived; `records.py` describes them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class Books:
    """A table of which something is derived.

    `own` columns are taken over, of the rows in `taken` (None: no row is our own record); `derived`
    ones are made anew and compared, of the rows in `compared`; `aside` are neither. `key` names a
    row in words that are the same in both books. `partly` are derived columns of which some values
    are our own: they are taken over, and `strip` empties those that are not. `gateway` and `order`
    are the ways to the two; what is of a gateway and of no order has no way there.
    """

    gateway: str
    key: tuple[str, ...]
    derived: tuple[str, ...]
    order: str | None = None
    own: tuple[str, ...] = ()
    aside: tuple[str, ...] = ("id", "uid")
    taken: Q | None = None
    compared: Q = Q()
    partly: tuple[str, ...] = ()
    strip: Callable[[], None] | None = None

    @property
    def account(self) -> str:
        """The way to the account."""
        return "account" if self.gateway == "pk" else f"{self.gateway}__account"
