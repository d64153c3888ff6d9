"""Lists of every room: paged by cursor, searchable, downloadable."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import RequestFactory

from accounts import listing
from accounts.models import AuditEntry
from accounts.sellers import Seller


@pytest.fixture
def entries(seller: Seller) -> list[AuditEntry]:
    AuditEntry.objects.all().delete()
    return [AuditEntry.objects.create(account=seller.account) for _ in range(listing.PAGE + 3)]


def get(**query: str) -> Any:
    return RequestFactory().get("/", query)


def test_the_newest_come_first_and_the_cursor_leads_to_the_rest(
    entries: list[AuditEntry], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        first = listing.page(get(), AuditEntry.objects.all())
    assert [row.pk for row in first.rows] == [e.pk for e in reversed(entries)][: listing.PAGE]
    assert (first.is_first, first.next) == (True, first.rows[-1].pk)
    last = listing.page(get(before=str(first.next)), AuditEntry.objects.all())
    assert [row.pk for row in last.rows] == [e.pk for e in entries[2::-1]]
    assert (last.is_first, last.next) == (False, None)


@pytest.mark.parametrize("before", ["", "x", "-1", "1e3", "9" * 30, "\0", "٣"])
def test_what_is_no_cursor_shows_the_first_page(entries: list[AuditEntry], before: str) -> None:
    page = listing.page(get(before=before), AuditEntry.objects.all())
    assert page.rows[0] == entries[-1]


def test_a_search_is_what_a_database_can_take() -> None:
    assert listing.searched(get(q="  pay_\x00123 ")) == "pay_123"
    assert len(listing.searched(get(q="x" * 500))) == listing.LONGEST_SEARCH
    assert listing.searched(get()) == ""


def test_a_download_holds_no_formula_and_every_character() -> None:
    rows = [
        {"name": '=HYPERLINK("https://evil.example")', "amount": "₹1,23,456.00"},
        {"name": None},
    ]
    columns: listing.Columns = {
        "Name": lambda row: row["name"],
        "Amount": lambda row: row.get("amount"),
    }
    response = listing.as_csv("orders", rows, columns)
    text = b"".join(response).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Name", "Amount"],
        ['\'=HYPERLINK("https://evil.example")', "₹1,23,456.00"],
        ["", ""],
    ]
    assert response["Content-Disposition"].startswith('attachment; filename="orders-20')
