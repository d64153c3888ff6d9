"""Every webhook of a day is lost, and one run makes the books equal to the sandbox's."""

from __future__ import annotations

from gateways.models import Problem
from orders.models import Mail
from tests.webhooks.reconciling import day, ledger
from tests.webhooks.reconciling.shop import MINUTE, Shop


def test_one_run_makes_the_books_equal(shop: Shop) -> None:
    known = day.before(shop)
    shop.go(day.NEXT_MONTH)
    shop.stage.delivers = False
    day.play(shop, known)
    assert len(ledger.differences(shop.stage.desk, shop.gateway)) > 20
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    assert (run.state, run.mended) == ("done", run.events.count())
    assert run.place["not_ours"] >= 3
    assert not run.events.exclude(status="processed").exists()
    problem = Problem.objects.standing().get(kind="missed_events")
    assert "payments: " in str(problem.what)
    assert problem.what.values["run_uid"] == run.uid
    # A receipt for each payment of that day, as if it had been told.
    assert Mail.objects.filter(kind="receipt").exists()
    again = shop.reconcile()
    assert (again.mended, again.events.count()) == (0, 0)
    assert str(again.outcome).startswith("The books are equal to Razorpay's.")
    # What was told at last, all of it and late, changes nothing more.
    shop.stage.delivers, shop.stage.heard = True, 0
    shop.stage.hear()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []


def test_where_everything_was_told_nothing_was_missed(shop: Shop) -> None:
    known = day.before(shop)
    shop.go(day.NEXT_MONTH)
    day.play(shop, known)
    shop.stage.hear()
    shop.go(3 * MINUTE)
    run = shop.reconcile()
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    # Of a charge that fails no event names the invoice: it is asked for, and was not missed.
    assert (run.place["missed"], run.looked_at > 20) == ({}, True)
    assert not run.events.exclude(type__in=["invoice.fetched", "payment.fetched"]).exists()
    assert not Problem.objects.standing().filter(kind="missed_events").exists()
    assert shop.reconcile().mended == 0
