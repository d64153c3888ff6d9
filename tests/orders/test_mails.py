"""Mails: owed once per fact, sent when due, each at most once."""

from __future__ import annotations

import smtplib
import time
from itertools import chain, repeat
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from accounts.models import Membership
from orders import letters, postman
from orders.causes import at
from orders.models import Mail, Order
from orders.recovering import links
from tests.conftest import Razorpay, make_order
from tests.lives import DAY, T
from tests.samples import sample
from webhooks import replay, work
from webhooks.models import Event


def sent() -> list[str]:
    return [str(message.subject) for message in outbox.outbox]


def states() -> dict[str, str]:
    return dict(Mail.objects.values_list("kind", "state"))


class Away(EmailBackend):
    """The mail server does not answer."""

    def open(self) -> bool:
        raise ConnectionRefusedError("nobody there")


class Breaking(EmailBackend):
    """The mail server takes the mail, and then who knows."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected("connection lost")


def through(monkeypatch: pytest.MonkeyPatch, backend: type[EmailBackend]) -> None:
    monkeypatch.setattr(postman, "get_connection", backend)


class TestOwing:
    def test_one_receipt_per_payment_whatever_arrives_how_often(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        captured, paid = sample("payment.captured", created_at=T), sample("order.paid")
        again = sample("payment.captured", payment={"id": "pay_RsdAgain000001"})
        razorpay.tell(captured, paid, again, sample("payment.authorized"))
        postman.send_due()
        razorpay.tell(sample("payment.captured", created_at=T + 9))
        postman.send_due()
        assert sorted(Mail.objects.values_list("kind", "fact")) == [
            ("receipt", "pay_RsdAgain000001"),
            ("receipt", "pay_RsdCard0000001"),
        ]
        assert sent() == ["Receipt: ₹499.00 for Natural Dyeing Masterclass"] * 2

    @pytest.mark.parametrize(
        ("age", "state"), [(48 * 3600, "waiting"), (48 * 3600 + 1, "too_old"), (DAY * 9, "too_old")]
    )
    def test_old_news_is_noted_and_not_mailed(
        self, clock: Any, razorpay: Razorpay, order: Order, age: int, state: str
    ) -> None:
        clock.move_to(at(T + age))
        razorpay.tell(sample("payment.captured", created_at=T))
        assert states() == {"receipt": state}

    def test_books_that_are_replayed_from_nothing_mail_nobody(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.failed", created_at=T), sample("payment.captured"))
        Mail.objects.all().delete()
        replay.replay(Event.objects.all())
        work.work()
        assert set(states().values()) == {"replayed"}
        assert {"failure", "failure_seller", "receipt"} <= set(states())
        assert postman.send_due() == 0


class TestAFailure:
    def test_it_is_told_after_30_minutes_and_only_then(
        self, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(sample("payment.failed", created_at=T))
        clock.shift(1799)
        assert postman.send_due() == 0
        clock.shift(1)
        assert postman.send_due() == 2
        told = {message.to[0]: message for message in outbox.outbox}
        message = told["ananya.iyer@example.com"]
        assert message.subject == "Your payment for Natural Dyeing Masterclass did not go through"
        assert "too little money" in message.body, "told by its reason"
        assert links.reopen_url(order) in message.body
        assert "too little money" in told["meera@example.com"].body

    def test_a_buyer_who_tries_often_is_told_once(
        self, clock: Any, razorpay: Razorpay, order: Order
    ) -> None:
        for n in range(3):
            payment = {"id": f"pay_RsdFailed0000{n}"}
            razorpay.tell(sample("payment.failed", created_at=T + n, payment=payment))
            clock.shift(1800)
            postman.send_due()
        assert len(sent()) == len(set(sent())) == 2, "one to the buyer, one to the seller"

    @pytest.mark.parametrize("elsewhere", [False, True], ids=["this order", "another for the same"])
    def test_who_paid_meanwhile_is_not_told(
        self, clock: Any, razorpay: Razorpay, order: Order, elsewhere: bool
    ) -> None:
        make_order(order.gateway, order.product, order.customer, "order_RsdAgain000001")
        payment = {"order_id": "order_RsdAgain000001"} if elsewhere else {}
        razorpay.tell(
            sample("payment.failed", created_at=T, payment={"id": "pay_RsdFailed00001"}),
            sample("payment.captured", created_at=T + 60, payment=payment),
        )
        clock.shift(1800)
        postman.send_due()
        assert states().pop("receipt") == "sent"
        told = Mail.objects.exclude(kind="receipt").values_list("state", flat=True)
        assert set(told) == {"not_needed"}

    def test_nor_is_who_let_it_expire(self, clock: Any, razorpay: Razorpay, order: Order) -> None:
        razorpay.tell(sample("payment.failed", created_at=T))
        Order.objects.update(status="expired")
        clock.shift(1800)
        postman.send_due()
        assert states() == {"failure": "not_needed", "failure_seller": "not_needed"}


class TestSending:
    @pytest.fixture
    def owed(self, razorpay: Razorpay, order: Order) -> Mail:
        razorpay.tell(sample("payment.captured", created_at=T))
        return Mail.objects.get()

    def test_it_goes_to_the_orders_own_address(self, owed: Mail) -> None:
        assert postman.send_due() == 1
        assert outbox.outbox[0].to == ["ananya.iyer@example.com"]
        owed.refresh_from_db()
        assert (owed.state, owed.sent_to) == ("sent", "ananya.iyer@example.com")

    def test_while_the_mail_server_is_away_it_waits_and_goes_out_later(
        self, owed: Mail, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            through(patched, Away)
            assert postman.send_due() == 0
            assert states() == {"receipt": "waiting"}
        assert postman.send_due() == 1
        assert len(sent()) == 1

    def test_a_failure_in_the_middle_is_failed_and_never_sent_twice(
        self, owed: Mail, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            through(patched, Breaking)
            assert postman.send_due() == 0
        assert states() == {"receipt": "failed"}
        assert postman.send_due() == 0
        assert len(sent()) == 1

    def test_a_process_that_died_while_sending_has_lost_it_and_does_not_double_it(
        self, owed: Mail, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(*_args: Any) -> Any:
            raise SystemExit

        with monkeypatch.context() as patched:
            patched.setattr(postman, "compose", die)
            with pytest.raises(SystemExit):
                postman.send_due()
        assert states() == {"receipt": "started"}
        assert postman.send_due() == 0

    def test_one_mail_that_fails_does_not_hold_up_the_next(
        self, owed: Mail, razorpay: Razorpay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        razorpay.tell(sample("payment.captured", payment={"id": "pay_RsdAgain000001"}))
        with monkeypatch.context() as patched:
            through(patched, Breaking)
            postman.send_due()
        assert list(Mail.objects.values_list("state", flat=True)) == ["failed", "failed"]

    def test_what_does_not_fit_into_one_task_waits_for_the_next(
        self, owed: Mail, razorpay: Razorpay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Celery would stop the task in the middle of a mail, which then is never sent."""
        razorpay.tell(sample("payment.captured", payment={"id": "pay_RsdAgain000001"}))
        slow = chain([0.0, 0.0], repeat(postman.BUDGET))
        with monkeypatch.context() as patched:
            patched.setattr(time, "monotonic", lambda: next(slow))
            assert postman.send_due() == 1
        assert set(Mail.objects.values_list("state", flat=True)) == {"sent", "waiting"}
        assert postman.send_due() == 1

    def test_a_business_without_an_owner_has_nobody_to_write_to(
        self, order: Order, owed: Mail
    ) -> None:
        Membership.objects.all().delete()
        Mail.objects.update(kind=Mail.Kind.RESUMED_SELLER, fact=f"{T}")
        assert letters.owners_of(order.customer.account) == []
        Mail.objects.update(kind=Mail.Kind.RECEIPT, fact="pay_RsdCard0000001")
        order.customer.__class__.objects.update(email="")
        assert postman.send_due() == 0
        assert states() == {"receipt": "not_needed"}

    def test_whoever_comes_second_does_not_send(self, owed: Mail) -> None:
        backend = EmailBackend()
        assert postman.send(owed.pk, backend) is True
        assert postman.send(owed.pk, backend) is False
        assert len(sent()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_workers_at_once_send_one_mail(razorpay: Razorpay, order: Order) -> None:
    razorpay.tell(sample("payment.captured", created_at=T))
    start, counts = Barrier(4), []

    def worker() -> None:
        start.wait()
        counts.append(postman.send_due())
        connection.close()

    threads = [Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(counts) == [0, 0, 0, 1]
    assert len(sent()) == 1
