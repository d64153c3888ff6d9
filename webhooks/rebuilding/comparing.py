"""Two sets of books side by side: each difference, row by row and column by column, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gateways.models import Gateway, Problem
from orders.models import Dispute, Grant, Order
from webhooks.rebuilding.reading import Name, Rows

# Longer values are cut where they are shown; a difference is found in all of them.
LONGEST = 200


@dataclass(frozen=True)
class Difference:
    """One column of one row, or a whole row: then `column` is empty and one side is None."""

    table: str
    row: str
    column: str
    books: Any
    rebuilt: Any

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        values = {"table": self.table, "row": self.row, "column": self.column}
        if self.column:
            values |= {"books": shown(self.books), "rebuilt": shown(self.rebuilt)}
            said = _(
                "%(table)s %(row)s: %(column)s is %(books)s in the books, rebuilt %(rebuilt)s."
            )
            return said % values
        if self.books is None:
            return _("%(table)s %(row)s follows from the inbox and is not in the books.") % values
        return _("%(table)s %(row)s is in the books and does not follow from the inbox.") % values


def compare(books: Rows, rebuilt: Rows) -> Iterator[tuple[Name, Difference]]:
    """In the order of the tables; of the rows in books first."""
    for name, stands in books.items():
        made = rebuilt.get(name)
        if made is None:
            yield name, Difference(name.kind, str(name), "", stands, None)
        elif made != stands:
            yield from columns(name, stands, made)
    settled = {name.words[0] for name in books if name.table is Grant}
    for name, made in rebuilt.items():
        if name not in books and not (name.words[0] in settled and is_over(name, made)):
            yield name, Difference(name.kind, str(name), "", None, made)


def of_orders(books: Rows, rebuilt: Rows) -> tuple[Rows, Rows]:
    """Of a part: without what is of the gateway. A problem names what it is about, an order or a
    dispute; of all others it is not known to which orders they belong."""
    about = {
        (name.gateway_id, name.words[0])
        for name in (*books, *rebuilt)
        if name.table in (Order, Dispute)
    }

    def belongs(name: Name) -> bool:
        if name.table is Problem:
            return (name.gateway_id, name.words[-1]) in about
        return name.table is not Gateway

    mine, made = ({name: rows[name] for name in rows if belongs(name)} for rows in (books, rebuilt))
    return mine, made


def is_over(name: Name, made: dict[str, Any]) -> bool:
    """A grant that gives nothing any more. What a product unlocks later is not written to orders
    whose access was over by then, until they are settled again: both are right."""
    if name.table is not Grant or made["ends_at"] is None:
        return False
    return datetime.fromisoformat(made["ends_at"]) <= timezone.now()


def columns(
    name: Name, stands: dict[str, Any], made: dict[str, Any]
) -> Iterator[tuple[Name, Difference]]:
    for column, value in stands.items():
        if made[column] != value:
            yield name, Difference(name.kind, str(name), column, value, made[column])


def shown(value: Any) -> str:
    """A value in words, short."""
    if value is None or value == "":
        return _("nothing")
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
