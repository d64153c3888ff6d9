"""While books are rebuilt nobody waits: no worker with the same order, and no delivery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from gateways.models import Gateway
from orders.models import Order, Payment
from tests import lives
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import differences
from tests.webhooks.test_concurrency import at_once
from webhooks import work
from webhooks.models import Event
from webhooks.rebuilding import rebuild, settling, shadow, working
from webhooks.rebuilding.instructed import Instructed
from webhooks.rebuilding.scope import Scope

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

# Of our own backend, on tables that are not temporary. A reader's lock stops nobody.
LOCKS = """
SELECT relname, mode FROM pg_locks JOIN pg_class ON pg_class.oid = pg_locks.relation
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE pid = pg_backend_pid() AND nspname = 'public' AND mode <> 'AccessShareLock'
UNION ALL
SELECT locktype, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'
"""


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Do this in a thread when the whole shadow was worked and its transaction is still open."""
    everything = settling.everything

    def then() -> None:
        everything()
        assert connection.in_atomic_block
        at_once(act)

    monkeypatch.setattr(settling, "everything", then)


def test_a_worker_is_not_held_up_by_a_rebuild(
    razorpay: Razorpay, gateway: Gateway, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It applies events of the very order, with the very ids, and receives new ones."""
    captured, *rest = lives.paid_and_partly_refunded_twice()
    razorpay.tell(captured)

    def worked() -> None:
        for body in rest:
            assert Razorpay(gateway).post(body).status_code == 200
        work.work()
        assert set(Event.objects.values_list("status", flat=True)) == {"processed"}
        assert Order.objects.get().amount_refunded == 15000

    meanwhile(monkeypatch, worked)
    row, outcome = rebuild.of(gateway.account)
    assert outcome.differences == [], "both books are of the moment in which it began"
    assert row.events == 1
    order.refresh_from_db()
    assert order.amount_refunded == 15000
    monkeypatch.undo()
    assert differences(order) == []


def test_a_rebuild_waits_for_nobody(razorpay: Razorpay, order: Order) -> None:
    """Somebody holds the order's row, as workers do, until the rebuild is over."""
    from django.db import transaction

    razorpay.tell(*lives.paid_and_refunded())
    with transaction.atomic():
        Order.objects.select_for_update().get()
        at_once(lambda: rebuild.compare(order.gateway.account).is_identical or 1 / 0)


@pytest.mark.parametrize("whole", [True, False], ids=["all", "a part"])
def test_no_row_and_no_id_is_locked(razorpay: Razorpay, order: Order, *, whole: bool) -> None:
    razorpay.tell(*lives.paid_and_refunded(), sample("payment.dispute.created"))
    other = {"id": "pay_RsdOther000001", "order_id": "order_RsdOther00001"}
    razorpay.tell(sample("payment.captured", payment=other))
    scope = Scope(order.gateway.account, None if whole else (order.pk,))
    instructed = Instructed.by(scope)
    with shadow.snapshot(), shadow.of(scope, many=True, **working.QUIETLY):
        assert working.run(instructed) == {}
        assert Payment.objects.count() == 1
        with connection.cursor() as cursor:
            cursor.execute(LOCKS)
            assert cursor.fetchall() == []
