"""How pages list rows, in every room: newest first, by cursor, with a search, as CSV if asked."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

PAGE = 50
LONGEST_SEARCH = 100
# A spreadsheet takes a cell that begins with one of these for a formula (ASVS 5.0, 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = TypeVar("Row", bound=Model)
Columns = dict[str, Callable[[Any], Any]]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows; `next` is the `before` of the page after this one."""

    rows: list[Row]
    next: int | None
    is_first: bool


def page(request: HttpRequest, rows: QuerySet[Row]) -> Page[Row]:
    """The rows of this page: one query that does not grow with the table."""
    before = request.GET.get("before", "")
    has_cursor = before.isascii() and before.isdecimal() and len(before) < 19
    if has_cursor:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    after = found[PAGE - 1].pk if len(found) > PAGE else None
    return Page(found[:PAGE], after, not has_cursor)


def searched(request: HttpRequest) -> str:
    """What the visitor looks for, as a database can take it."""
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def as_csv(name: str, rows: Iterable[Any], columns: Columns) -> StreamingHttpResponse:
    """A download, row by row, so that its size costs no memory."""
    writer = csv.writer(Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(columns)  # the mark by which Excel knows UTF-8
        for row in rows:
            yield writer.writerow([cell(value(row)) for value in columns.values()])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return response


def cell(value: Any) -> str:
    """A value as text that no spreadsheet runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


class Echo:
    """A file for csv.writer that gives back what is written."""

    def write(self, text: str) -> str:
        return text
