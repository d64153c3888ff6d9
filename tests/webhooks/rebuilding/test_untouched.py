"""A rebuild leaves everything as it is, sees nobody else's rows, and asks nobody anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from accounts.sellers import Seller
from gateways.models import Gateway, LookUp, Problem
from gateways.razorpay import session
from orders import postman
from orders.models import Mail, Order, Payment
from tests import lives
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import differences, dump, moves_in
from webhooks.models import Event, Rebuild
from webhooks.rebuilding import rebuild, shadow
from webhooks.rebuilding.scope import Scope

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def call(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("Razorpay was called")

    monkeypatch.setattr(session.Session, "request", call)
    yield
    assert mail.outbox == []


@pytest.fixture
def told(razorpay: Razorpay, order: Order, stranger: Seller) -> Order:
    """Paid and given back, here and next door; events that match nothing; one that is not read."""
    neighbour = moves_in(stranger.account)
    for body in lives.paid_and_refunded():
        razorpay.tell(body)
        neighbour.tell(body)
    other = {"id": "pay_RsdOther000001", "order_id": "order_RsdOther00001"}
    razorpay.tell(sample("payment.captured", payment=other), sample("payment.dispute.created"))
    assert razorpay.post(b"not json").status_code == 200
    return order


def test_nothing_in_the_database_changes(told: Order) -> None:
    before = dump()
    assert sum(len(rows) for rows in before.values()) > 50
    assert differences(told) == []
    assert dump() == before
    row = Rebuild.objects.get()
    assert (row.events, row.difference_count, row.differences) == (7, 0, [])
    assert row.finished_at is not None
    assert not Problem.objects.filter(kind=Problem.Kind.BOOKS_DIFFER).exists()


def test_nothing_changes_where_books_differ_either(told: Order) -> None:
    Payment.objects.filter(gateway=told.gateway).update(fee=1)
    before = dump()
    assert differences(told) != []
    assert dump() == before


def test_nobody_is_mailed(told: Order) -> None:
    Mail.objects.all().delete()
    rebuild.of(told.gateway.account)
    postman.send_due()
    assert not Mail.objects.exists()


def test_a_neighbours_books_are_not_seen(told: Order, stranger: Seller) -> None:
    """Theirs are spoilt; ours are not, and ours are what is compared."""
    Payment.objects.filter(gateway__account=stranger.account).update(amount=1)
    assert differences(told) == []
    theirs = Order.objects.get(gateway__account=stranger.account)
    assert any("amount is 1 in the books" in said for said in differences(theirs))
    kept = Problem.objects.get(kind=Problem.Kind.BOOKS_DIFFER)
    assert (kept.account, kept.gateway) == (stranger.account, theirs.gateway)


def test_only_the_accounts_own_rows_are_in_the_shadow(told: Order, gateway: Gateway) -> None:
    with shadow.snapshot(), shadow.of(Scope(gateway.account), many=True):
        assert list(Order.objects.all()) == [told]
        assert list(Gateway.objects.all()) == [gateway]
        assert set(Event.objects.values_list("gateway", flat=True)) == {gateway.pk}
        assert not Payment.objects.exists()
        assert not LookUp.objects.exists()
    assert Order.objects.count() == 2


def test_the_shadow_has_no_keys(told: Order, gateway: Gateway) -> None:
    with shadow.snapshot(), shadow.of(Scope(gateway.account), many=False):
        table = Gateway._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT key_secret FROM "{table}"')
            assert cursor.fetchall() == [("",)]


def test_the_database_refuses_whatever_would_touch_a_real_row(told: Order) -> None:
    with shadow.snapshot(), shadow.of(Scope(told.gateway.account), many=False):
        Order.objects.update(amount=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Rebuild.objects.create(account=told.gateway.account)
        with pytest.raises(DatabaseError), transaction.atomic():
            told.gateway.account.save(update_fields=["name"])
    told.refresh_from_db()
    assert told.amount == 49900


def test_what_is_promised_for_after_a_commit_is_not_done(
    told: Order, django_capture_on_commit_callbacks: Any
) -> None:
    done = []
    with django_capture_on_commit_callbacks(execute=True), shadow.snapshot():
        transaction.on_commit(lambda: done.append(1))
    assert done == []
