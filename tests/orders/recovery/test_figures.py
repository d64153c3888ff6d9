"""What is at risk, recovered and given up: counted by the account's own months."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway
from orders import catalogue
from orders.models import Customer, Order, Product, Reattempt
from orders.pages.recovery import figures
from orders.pages.recovery.figures import Catch
from subscriptions.models import Charge, Subscription
from tests import lives
from tests.conftest import make_gateway, make_order
from tests.lives import DAY, MONTH, T
from tests.orders.recovery.conftest import Fail, Pay, Tell
from tests.orders.sales.conftest import See
from tests.orders.sales.test_order_page import in_order, text_of
from tests.samples import sample

HOUR = 3600
# In India: 1 December, 00:00.
DECEMBER = int(datetime(2026, 11, 30, 18, 30, tzinfo=UTC).timestamp())


@pytest.fixture
def now(account: Account) -> Any:
    """The figures of the test mode, as the account sees them."""

    def figures_at(mode: str = "test") -> Any:
        with timezone.override(account.zone):
            return figures.of(account, mode)

    return figures_at


def sums(found: Any) -> tuple[list[str], int]:
    return found.sums, found.count


def test_money_that_came_late_was_recovered(now: Any, order: Order, fail: Fail, pay: Pay) -> None:
    fail(order)
    assert sums(now()["at_risk"]) == (["₹499.00"], 1)
    pay(order, T + 30 * 60)
    assert sums(now()["recovered"]) == (["₹499.00"], 1)
    assert sums(now()["at_risk"]) == ([], 0)
    assert sums(now()["given_up"]) == ([], 0)


def test_money_that_came_at_once_was_never_lost(
    now: Any, order: Order, fail: Fail, pay: Pay
) -> None:
    fail(order)
    pay(order, T + 30 * 60 - 1)
    assert sums(now()["recovered"]) == ([], 0)
    assert now()["charts"] == []


def test_money_without_a_failure_is_no_recovery(now: Any, order: Order, pay: Pay) -> None:
    pay(order, T)
    assert sums(now()["recovered"]) == ([], 0)


@pytest.mark.parametrize(("paid_at", "month"), [(DECEMBER - 1, 11), (DECEMBER, 12)])
def test_a_month_begins_at_midnight_in_the_accounts_zone(
    now: Any, order: Order, fail: Fail, pay: Pay, clock: Any, paid_at: int, month: int
) -> None:
    fail(order, DECEMBER - DAY)
    pay(order, paid_at)
    for day in (DECEMBER - 1, DECEMBER + 10 * DAY):
        clock.move_to(datetime.fromtimestamp(day, UTC))
        expected = 1 if now()["month"].month == month else 0
        assert now()["recovered"].count == expected


def test_a_cycle_is_recovered_by_its_own_charge_and_once(
    now: Any, subscription: Subscription, tell: Tell
) -> None:
    tell(*lives.renewed_after_two_failures())
    assert sums(now()["recovered"]) == (["₹499.00"], 1)
    charge = Charge.objects.get(cycle__start=T + MONTH)
    Charge.objects.create(cycle=charge.cycle, payment=charge.payment, source="invoice")
    assert sums(now()["recovered"]) == (["₹499.00"], 1)


def test_the_next_cycles_charge_recovers_nothing(
    now: Any, subscription: Subscription, tell: Tell, clock: Any
) -> None:
    tell(*lives.halted_after_four_failures())
    assert sums(now()["given_up"]) == (["₹499.00"], 1)
    tell(lives.charged(2, T + 2 * MONTH + 8))
    assert sums(now()["recovered"]) == ([], 0)
    clock.move_to(datetime.fromtimestamp(T + MONTH + 3 * DAY + 120, UTC))
    assert sums(now()["given_up"]) == (["₹499.00"], 1)


def test_a_halted_cycle_that_is_paid_is_not_given_up_any_more(
    now: Any, subscription: Subscription, tell: Tell, clock: Any
) -> None:
    tell(*lives.halted_after_four_failures(), lives.charged(1, T + MONTH + 10 * DAY))
    assert sums(now()["recovered"]) == (["₹499.00"], 1)
    clock.move_to(datetime.fromtimestamp(T + MONTH + 3 * DAY + 120, UTC))
    assert sums(now()["given_up"]) == ([], 0)


def test_currencies_and_modes_never_add_up(
    now: Any, account: Account, gateway: Gateway, customer: Customer, order: Order,
    fail: Fail, pay: Pay,
) -> None:  # fmt: skip
    abroad = catalogue.create_product(
        account=account, name="Studio", price={"amount": 4900, "currency": "USD"}, resources=[]
    )
    other = make_order(gateway, abroad, customer, "order_RsdOther00001")
    for one in (order, other):
        fail(one)
        pay(one, T + HOUR)
    assert sums(now()["recovered"]) == (["₹499.00", "$49.00"], 2)
    assert [(chart.currency, chart.total) for chart in now()["charts"]] == [
        ("INR", "₹499.00"), ("USD", "$49.00"),
    ]  # fmt: skip
    assert sums(now("live")["recovered"]) == ([], 0)


def test_another_accounts_money_is_not_ours(
    now: Any, order: Order, fail: Fail, pay: Pay, their_gateway: Gateway
) -> None:
    fail(order)
    pay(order, T + HOUR)
    found = figures.of(their_gateway.account, "test")
    assert sums(found["recovered"]) == ([], 0)
    assert sums(found["given_up"]) == ([], 0)


def test_the_chart_says_by_reason_what_came_back(
    see: See, account: Account, gateway: Gateway, product: Product, order: Order,
    fail: Fail, pay: Pay,
) -> None:  # fmt: skip
    person = Customer.objects.create(account=account, email="second@example.com")
    second = make_order(gateway, product, person, "order_RsdOther00001")
    fail(order)
    pay(order, T + HOUR)
    fail(second, T, "card_expired")
    pay(second, T + HOUR)
    shown = see("/recovery/", state="recovered")
    in_order(
        text_of(shown), "Recovered in November", "₹998.00", "2 payments", "Given up in November",
        "Recovered in November 2026, by reason", "Why it had failed", "Card expired", "₹499.00",
        "1 payment", "Too little money in the account", "₹499.00", "30 minutes or more",
    )  # fmt: skip
    assert shown.count('<rect width="100%" height="10"') == 2


def test_the_last_failure_before_the_money_is_its_reason(
    now: Any, order: Order, fail: Fail, pay: Pay
) -> None:
    fail(order, T, "card_expired")
    fail(order, T + 600, "insufficient_funds")
    pay(order, T + HOUR)
    ((bar,),) = [chart.bars for chart in now()["charts"]]
    assert bar.reason == "too little money in the account"


def failed_try(n: int, when: int, reason: str) -> dict[str, Any]:
    """A try to pay the n-th period, by its order at Razorpay."""
    payment = lives.charge_of(n, id=f"pay_RsdTried{when}", error_reason=reason)
    return sample("payment.failed", created_at=when, payment={**payment, "created_at": when})


@pytest.mark.parametrize(
    ("told", "reason"), [(True, "too little money in the account"), (False, "no reason given")]
)
def test_the_reason_of_a_cycle_is_its_own(
    now: Any, subscription: Subscription, tell: Tell, told: bool, reason: str
) -> None:
    """A try of an older one is told meanwhile."""
    start = T + 2 * MONTH
    tell(*lives.renewed_after_two_failures(), lives.pending(2, 1))
    if told:
        tell(failed_try(2, start + 50, "insufficient_funds"))
    tell(lives.pending(2, 2), failed_try(1, start + DAY + HOUR, "card_expired"))
    tell(lives.charged(2, start + DAY + 2 * HOUR))
    ((bar,),) = [chart.bars for chart in now()["charts"]]
    assert bar.reason == reason


def test_many_reasons_are_six_bars_and_the_others() -> None:
    caught = [Catch((n, 0), (9 - n) * 100, "INR", f"reason {n}") for n in range(9)]
    (chart,) = figures.charts(caught)
    assert [bar.reason for bar in chart.bars] == [*(f"reason {n}" for n in range(6)), ""]
    assert [bar.share for bar in chart.bars][:2] == [100, 89]
    assert chart.bars[-1].amount == "₹6.00"
    assert chart.bars[-1].count == 3
    assert chart.total == "₹45.00"


def test_live_money_is_shown_where_there_is_live_money(
    meera: Client, account: Account, seller: Seller, order: Order, fail: Fail
) -> None:
    fail(order)
    meera.force_login(seller.user)
    assert meera.get("/recovery/").context["figures"]["at_risk"].count == 1
    make_gateway(account, "live")
    assert meera.get("/recovery/").context["figures"]["at_risk"].count == 0
    assert meera.get("/recovery/?mode=test").context["figures"]["at_risk"].count == 1


def test_the_figures_cost_three_queries(
    now: Any, order: Order, fail: Fail, pay: Pay, django_assert_num_queries: Any
) -> None:
    fail(order)
    assert Reattempt.objects.count() == 3
    with django_assert_num_queries(3):
        now()
