"""A shop with more events than a night may work: every night a part, until all had its turn."""

from __future__ import annotations

import pytest
from django.contrib import admin
from structlog.testing import capture_logs

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway, Problem
from orders.models import Order, Payment, Product
from tests import lives
from tests.conftest import make_gateway
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import moves_in
from tests.webhooks.rebuilding.shop import Shop
from webhooks.admin import Rebuilds
from webhooks.models import Event, Rebuild
from webhooks.rebuilding import parts, rebuild, sampling, shadow

pytestmark = pytest.mark.timeout(300)

CAPTURED = sample("payment.captured", created_at=lives.T)
MOST = 6


@pytest.fixture
def shop(gateway: Gateway, product: Product) -> Shop:
    return Shop(gateway, product)


@pytest.fixture
def large(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Orders with 4, 2, 4, 1 and 5 events, one that nobody has heard of, and events of nobody's: a
    night works six."""
    shop.sell(lives.paid_and_partly_refunded_twice())
    shop.sell([CAPTURED, sample("order.paid", created_at=lives.T)])
    shop.sell(lives.failed_then_paid_with_another())
    shop.sell([CAPTURED])
    shop.sell(lives.paid_and_refunded())
    shop.sell([])
    shop.number += 1
    shop.tell([CAPTURED])
    monkeypatch.setattr(sampling, "EVENTS", MOST)
    return shop


def orders(shop: Shop) -> list[int]:
    rows = Order.objects.filter(gateway__account=shop.gateway.account).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def nights(shop: Shop, number: int) -> list[tuple[int, ...]]:
    """Which orders so many nights look at, and that none of them is too long."""
    looked_at = []
    for _night in range(number):
        events = 0
        for account, part in sampling.within(MOST):
            row, _outcome = rebuild.of(account, part)
            events += row.events
            assert part is not None
            assert (row.orders, row.reached) == (len(part.orders), part.reached)
            looked_at.append(part.orders)
        assert events <= MOST
    return looked_at


def standing() -> list[str]:
    return [str(one.what) for one in Problem.objects.standing().filter(kind="books_differ")]


def newest() -> Rebuild:
    return Rebuild.objects.latest("pk")


def test_all_has_its_turn_and_then_its_next(large: Shop) -> None:
    one, two, three, four, five, six = orders(large)
    turns = [(one, two), (three, four), (five, six)]
    assert nights(large, 7) == [*turns, *turns, turns[0]]


def test_a_turn_goes_on_with_the_oldest_in_the_same_night(large: Shop) -> None:
    one, two, three, four, five, six = orders(large)
    Rebuild.objects.create(account=large.gateway.account, orders=9, reached=five)
    assert nights(large, 3) == [(six, one), (two, three), (four, five)]


def test_a_new_order_has_its_turn(large: Shop) -> None:
    nights(large, 2)
    new = large.sell([CAPTURED])
    assert nights(large, 2) == [tuple(orders(large)[4:6]), (new.pk, *orders(large)[:1])]


def test_an_order_that_is_too_large_stops_nobody(large: Shop) -> None:
    one, two, *others = orders(large)
    Event.objects.filter(order__in=others[:2]).update(order=two)  # seven
    with capture_logs() as logged:
        looked_at = nights(large, 3)
    assert looked_at == [(one, *others[:2]), (*others[2:],), (one, *others[:2])]
    [passed, again] = [line for line in logged if line["event"] == "rebuild.passed_over"]
    assert (passed["order"], passed["events"], passed["most"]) == (two, 7, MOST)
    assert again["order"] == two
    Event.objects.filter(order=two).latest("pk").delete()
    assert parts.next_of(large.gateway.account, MOST).orders == (*others[2:],)
    nights(large, 2)
    assert (two,) in nights(large, 1), "with six it fills a night"


def test_a_difference_is_told_in_the_night_of_its_order(large: Shop) -> None:
    spoilt = Payment.objects.get(order=orders(large)[2], captured=True)
    Payment.objects.filter(pk=spoilt.pk).update(method="card")
    sampling.nightly()
    assert newest().difference_count == 0
    assert standing() == []
    sampling.nightly()
    assert newest().differences == [
        {"table": "payment", "row": spoilt.razorpay_payment_id, "column": "method",
         "books": "card", "rebuilt": "upi"}
    ]  # fmt: skip
    [said] = standing()
    assert said.startswith("A part of the books was rebuilt")
    assert said.endswith("differ from it in 1 places.")


def test_what_a_part_found_stands_until_the_whole_is_the_same(large: Shop) -> None:
    spoilt = Payment.objects.filter(order=orders(large)[0])
    spoilt.update(method="card")
    sampling.nightly()
    assert len(standing()) == 1
    spoilt.update(method="upi")
    for _night in range(4):
        sampling.nightly()
        assert newest().difference_count == 0
        assert len(standing()) == 1
    rebuild.of(large.gateway.account)
    assert standing() == []


def test_what_the_whole_found_is_not_taken_back_by_a_part(large: Shop) -> None:
    Payment.objects.filter(order=orders(large)[4]).update(fee=7)
    rebuild.of(large.gateway.account)
    assert "1 places" in standing()[0]
    sampling.nightly()
    assert (newest().orders, newest().difference_count) == (2, 0)
    assert len(standing()) == 1


def test_a_problem_stands_at_the_gateway_of_the_part(large: Shop, account: Account) -> None:
    """Of two, each with orders in this part."""
    live = Shop(make_gateway(account, "live"), large.product)
    live.number = large.number
    *_others, last = orders(large)
    theirs = live.sell([CAPTURED])
    Rebuild.objects.create(account=account, orders=2, reached=orders(large)[4])
    Payment.objects.filter(order=orders(large)[0]).update(fee=7)
    assert parts.next_of(account, MOST).orders == (last, theirs.pk, orders(large)[0])
    sampling.nightly()
    [problem] = Problem.objects.standing().filter(kind="books_differ")
    assert problem.gateway == large.gateway


def test_a_part_that_cannot_be_rebuilt_does_not_come_again(
    large: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed() -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(shadow, "snapshot", killed)
        with pytest.raises(SystemExit):
            sampling.nightly()
    assert newest().finished_at is None
    assert nights(large, 1) == [tuple(orders(large)[2:4])]


def test_who_finds_too_little_left_is_the_first_of_the_next_night(
    large: Shop, stranger: Seller
) -> None:
    neighbour = moves_in(stranger.account)
    neighbour.tell(CAPTURED)
    ours, theirs = large.gateway.account, stranger.account
    Rebuild.objects.create(account=ours)
    # Theirs first: then ours has only five, and waits.
    assert list(sampling.within(MOST)) == [(theirs, None)]
    sampling.nightly()
    [(first, part), *others] = list(sampling.within(MOST))
    assert (first, others) == (ours, [])
    assert part is not None
    assert part.orders == tuple(orders(large)[:2])


def test_a_night_goes_on_with_what_a_part_leaves(large: Shop, stranger: Seller) -> None:
    nights(large, 1)
    moves_in(stranger.account).tell(CAPTURED)
    Rebuild.objects.create(account=stranger.account)
    [(first, part), second] = list(sampling.within(MOST))
    assert (first, part and part.size) == (large.gateway.account, 5)
    assert second == (stranger.account, None)


def test_a_shop_of_which_nothing_is_ours_keeps_nobody_waiting(
    shop: Shop, stranger: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another shop's events, and no order."""
    monkeypatch.setattr(sampling, "EVENTS", 2)
    shop.number += 1
    shop.tell(lives.paid_and_refunded())
    moves_in(stranger.account).tell(CAPTURED)
    assert sampling.nightly() == 2
    row = Rebuild.objects.get(account=shop.gateway.account)
    assert (row.orders, row.events, row.rows) == (0, 0, 0)
    assert row.finished_at is not None


def test_rebuilds_say_how_much_was_looked_at(large: Shop) -> None:
    page = Rebuilds(Rebuild, admin.site)
    sampling.nightly()
    assert page.how_much(newest()) == "2 orders"
    rebuild.of(large.gateway.account)
    assert page.how_much(newest()) == "All"
