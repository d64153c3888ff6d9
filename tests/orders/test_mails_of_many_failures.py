"""Three mails of each kind a day to the seller, and one in the morning about all the others."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection

from accounts.sellers import Seller
from accounts.sentences import say
from gateways.models import Gateway
from orders import catalogue, digests, mails, postman
from orders.causes import Cause, at
from orders.models import Customer, Mail, Order
from tests.conftest import Razorpay, make_gateway, make_order
from tests.lives import DAY, T
from tests.samples import sample

HOUR = 3600
# T is half past eleven in the morning in India.
NINE = T + 21 * HOUR + 1800
Fail = Callable[..., list[Order]]


@pytest.fixture
def fail(clock: Any, order: Order) -> Fail:
    """So many first-time buyers fail to pay, and their half hour passes."""

    def failing(count: int, when: int, gateway: Gateway | None = None) -> list[Order]:
        gateway = gateway or order.gateway
        clock.move_to(at(when))
        orders = [one(gateway, n) for n in range(count)]
        for placed in orders:
            known_as = placed.razorpay_order_id
            payment = {"id": f"pay_{placed.pk:014}", "order_id": known_as}
            Razorpay(gateway).tell(sample("payment.failed", created_at=when, payment=payment))
        clock.move_to(at(when + 1800))
        return orders

    def one(gateway: Gateway, n: int) -> Order:
        known = Customer.objects.count()
        buyer = Customer.objects.create(
            account=gateway.account, email=f"buyer{known}@example.com", name=f"Buyer {known}"
        )
        product = order.product
        if gateway.account != order.gateway.account:
            price = {"amount": 100, "currency": "INR"}
            product = catalogue.create_product(
                account=gateway.account, name=f"Other {n}", price=price, resources=[]
            )
        return make_order(gateway, product, buyer, f"order_{known:014}")

    return failing


def to_seller(address: str = "meera@example.com") -> list[str]:
    return [str(message.subject) for message in outbox.outbox if message.to == [address]]


def states() -> list[str]:
    found = Mail.objects.filter(kind="failure_seller").order_by("pk")
    return list(found.values_list("state", flat=True))


def test_three_come_by_themselves_and_the_others_in_one_next_morning(
    clock: Any, fail: Fail
) -> None:
    orders = fail(7, T)
    postman.send_due()
    assert len(to_seller()) == 3
    assert states() == ["sent"] * 3 + ["waiting"] * 4
    clock.move_to(at(NINE - 1))
    postman.send_due()
    assert len(to_seller()) == 3, "not before nine o'clock there"
    clock.move_to(at(NINE))
    postman.send_due()
    assert to_seller()[3:] == ["4 more payments failed"]
    assert states() == ["sent"] * 7
    digest = next(str(m.body) for m in outbox.outbox if "more" in str(m.subject))
    told = [order.uid in digest for order in orders]
    assert told == [False] * 3 + [True] * 4, "each failure is told once"


def test_what_is_due_together_goes_out_in_the_order_it_was_promised(fail: Fail) -> None:
    """Not in that in which the database happens to have the rows: an update moves one."""
    orders = fail(5, T)
    first = Mail.objects.get(kind="failure_seller", order=orders[0])
    for due_at in (at(T), first.due_at):
        Mail.objects.filter(pk=first.pk).update(due_at=due_at)
    postman.send_due()
    sent = Mail.objects.filter(kind="failure_seller", state="sent").order_by("pk")
    assert list(sent.values_list("order", flat=True)) == [order.pk for order in orders[:3]]


def test_one_digest_a_day_however_they_are_spread(clock: Any, fail: Fail) -> None:
    for hour in range(6):
        fail(2, T + hour * HOUR)
        postman.send_due()
    clock.move_to(at(NINE))
    postman.send_due()
    assert len(to_seller()) == 4
    fail(2, NINE + 60)
    postman.send_due()
    assert len(to_seller()) == 6, "a new day has three of its own"


def test_of_what_was_mended_until_the_morning_nothing_is_told(clock: Any, fail: Fail) -> None:
    orders = fail(5, T)
    postman.send_due()
    for order in orders[3:]:
        paid = {"id": f"pay_Late{order.pk:010}", "order_id": order.razorpay_order_id}
        Razorpay(order.gateway).tell(sample("payment.captured", created_at=T + HOUR, payment=paid))
    clock.move_to(at(NINE))
    postman.send_due()
    assert states() == ["sent"] * 3 + ["not_needed"] * 2


def test_one_that_is_left_has_a_letter_of_its_own(clock: Any, fail: Fail) -> None:
    fail(4, T)
    postman.send_due()
    clock.move_to(at(NINE))
    postman.send_due()
    assert len(set(to_seller())) == 4
    assert not [subject for subject in to_seller() if "more" in subject]


def test_each_business_and_each_mode_has_its_own_three(
    clock: Any, fail: Fail, stranger: Seller, seller: Seller
) -> None:
    fail(5, T)
    fail(2, T, make_gateway(stranger.account))
    fail(2, T, make_gateway(seller.account, "live"))
    postman.send_due()
    assert len(to_seller("charlie@example.com")) == 2
    assert len(to_seller()) == 3 + 2
    clock.move_to(at(NINE))
    postman.send_due()
    assert to_seller()[5:] == ["2 more payments failed"]
    assert len(to_seller("charlie@example.com")) == 2, "and hears nothing of Meera's"


def test_after_days_without_a_mail_server_nobody_is_flooded(clock: Any, fail: Fail) -> None:
    for day in range(3):
        fail(3, T + day * DAY)
    postman.send_due()
    assert len(to_seller()) == 3
    clock.move_to(at(NINE + 3 * DAY))
    postman.send_due()
    assert to_seller()[3:] == ["6 more payments failed"]


def test_a_digest_in_which_a_process_died_is_lost_and_not_doubled(
    clock: Any, fail: Fail, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(5, T)
    postman.send_due()
    clock.move_to(at(NINE))

    def die(*_args: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(postman, "compose", die)
        with pytest.raises(SystemExit):
            postman.send_due()
    assert states() == ["sent"] * 3 + ["started"] * 2
    postman.send_due()
    assert len(to_seller()) == 3


KINDS = ["failure_seller", "halted_seller", "recovered_seller", "unpaid_seller"]


def test_of_every_kind_three_come_by_themselves_and_all_others_in_one_mail(
    clock: Any, fail: Fail
) -> None:
    """A morning on which many cards were refused: many are tried no more, or are paid after all."""
    orders = fail(5, T)
    Mail.objects.all().delete()
    rows = [(order, kind) for kind in KINDS for order in orders]
    due = [Mail.objects.create(order=order, kind=kind, fact="0") for order, kind in rows]
    claimed = [digests.claim(mail.pk) for mail in due]
    waiting = [mail.pk for mail, taken in zip(due, claimed, strict=True) if not taken]
    assert [len(taken) for taken in claimed] == [1, 1, 1, 0, 0] * len(KINDS)
    clock.move_to(at(NINE))
    assert digests.claim(waiting[0]) == waiting
    assert digests.claim(waiting[-1]) == [], "one digest a day"


def test_a_halt_is_not_put_off_for_failures_of_the_same_day(clock: Any, fail: Fail) -> None:
    orders = fail(6, T)
    postman.send_due()
    halt = Mail.objects.create(order=orders[0], kind="halted_seller", fact="0")
    assert digests.claim(halt.pk) == [halt.pk]


def test_buyers_hear_at_once(clock: Any, fail: Fail) -> None:
    for order in fail(5, T):
        mail = Mail.objects.create(order=order, kind="halted", fact="0")
        assert digests.claim(mail.pk) == [mail.pk]


def test_who_was_asked_in_vain_is_told_in_the_digest(clock: Any, fail: Fail) -> None:
    orders = fail(5, T)
    postman.send_due()
    for order in orders:
        mails.owe(order, mails.of_unpaid(0, at(T + HOUR)), Cause(say("Its time has come."), at(T)))
    postman.send_due()
    assert len(to_seller()) == 6
    clock.move_to(at(NINE))
    postman.send_due()
    assert to_seller()[6:] == ["2 more payments failed, stopped or came in after all"]
    digest = str(outbox.outbox[-1].body)
    assert digest.count("Asked three times, and not paid. There are no more reminders.") == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_several_workers_at_once_keep_to_three_and_one(clock: Any, fail: Fail) -> None:
    fail(8, T)
    together()
    assert len(to_seller()) == 3
    clock.move_to(at(NINE))
    together()
    assert to_seller()[3:] == ["5 more payments failed"]
    assert states() == ["sent"] * 8


def together() -> None:
    start = Barrier(4)

    def worker() -> None:
        start.wait()
        postman.send_due()
        connection.close()

    threads = [Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
