"""An export comes back in: once, checked, quietly, and into one gateway alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from gateways.models import Gateway, Problem, Sighting
from orders import postman
from orders.models import Mail, Order
from tests.commands.terminal import refused
from tests.conftest import Razorpay, make_gateway
from tests.samples import sample
from tests.scripts import Api
from tests.webhooks.keeping.files import Write, kept, line, take
from webhooks import claims, replay, work
from webhooks.keeping import exporting, importing
from webhooks.models import Event


def news() -> dict[str, Any]:
    """A payment of now, of which the buyer would hear."""
    now = int(timezone.now().timestamp())
    return sample("payment.captured", created_at=now, payment={"created_at": now})


def test_an_event_is_stored_and_left_to_the_worker(
    write: Write, gateway: Gateway, order: Order, api: Api
) -> None:
    said = take(write(line()), gateway)
    assert said == "Stored, for the worker to apply: 1. Known already: 0.\n"
    event = Event.objects.get()
    assert (event.gateway, event.imported, event.replayed) == (gateway, True, True)
    assert (event.status, event.processed_at, event.event_id) == ("received", None, "evt1")
    work.work()
    assert api.access(order.product)["allowed"] is True


class TestQuiet:
    def test_nobody_is_mailed(self, write: Write, gateway: Gateway, order: Order) -> None:
        take(write(line(news())), gateway)
        work.work()
        postman.send_due()
        assert (mail.outbox, Mail.objects.get().state) == ([], "replayed")

    def test_nor_when_it_matches_later_and_somebody_processes_it_again(
        self, write: Write, gateway: Gateway, order: Order
    ) -> None:
        Order.objects.update(razorpay_order_id=None)
        take(write(line(news())), gateway)
        work.work()
        assert Event.objects.get().status == "unmatched"
        Order.objects.update(razorpay_order_id="order_RsdOrder000001")
        replay.process_again(Event.objects.all())
        work.work()
        postman.send_due()
        assert (mail.outbox, Mail.objects.get().state) == ([], "replayed")

    def test_told_by_razorpay_it_is_mailed_and_so_the_tests_above_can_fail(
        self, razorpay: Razorpay, order: Order
    ) -> None:
        razorpay.tell(news())
        postman.send_due()
        assert len(mail.outbox) == 1

    def test_it_is_no_sign_of_life_and_no_problem(self, write: Write, gateway: Gateway) -> None:
        take(write(line(), line(b"no JSON", type="")), gateway)
        work.work()
        assert not Sighting.objects.exists()
        assert not Problem.objects.exists()
        assert set(Event.objects.values_list("status", flat=True)) == {"unmatched", "unreadable"}

    def test_nor_when_somebody_processes_it_again(self, write: Write, gateway: Gateway) -> None:
        Gateway.objects.update(razorpay_account_id="acc_RsdTestAcc0001")
        elsewhere = sample("order.paid") | {"account_id": "acc_Elsewhere0001"}
        take(write(line(), line(elsewhere)), gateway)
        work.work()
        replay.process_again(Event.objects.all())
        work.work()
        assert set(Event.objects.values_list("status", flat=True)) == {"unmatched", "foreign"}
        assert not Sighting.objects.exists()
        assert not Problem.objects.exists()

    def test_what_comes_meanwhile_goes_first(
        self, write: Write, razorpay: Razorpay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(claims, "BATCH", 1)
        take(write(line(sample("payment.failed"))), razorpay.gateway)
        razorpay.post(sample("payment.captured"))
        _name, batch = claims.take()
        assert batch[0] == Event.objects.get(imported=False).pk


class TestOnce:
    def test_a_second_time_nothing_is_new(self, write: Write, gateway: Gateway) -> None:
        name = write(line(), line(sample("order.paid")), line())
        assert take(name, gateway).endswith("apply: 2. Known already: 1.\n")
        assert take(name, gateway).endswith("apply: 0. Known already: 3.\n")
        assert Event.objects.count() == 2

    def test_a_row_that_exists_is_left_alone(
        self, write: Write, razorpay: Razorpay, order: Order
    ) -> None:
        """Also one whose body was dropped: what was promised to be gone stays gone."""
        razorpay.tell(sample("payment.captured"))
        Event.objects.update(kept=b"kept", body=b"", body_dropped_at=timezone.now())
        before = list(Event.objects.values())
        take(write(line()), razorpay.gateway)
        assert list(Event.objects.values()) == before

    def test_one_that_was_stopped_goes_on(
        self, write: Write, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "BATCH", 2)
        name = write(*(line(sample("order.paid", created_at=1_700_000_000 + n)) for n in range(5)))
        stores = []

        def stopped(self: Any, *args: Any, real: Any = importing.Import.store) -> None:
            real(self, *args)
            stores.append(1)
            if len(stores) == 2:
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(importing.Import, "store", stopped)
            with pytest.raises(KeyboardInterrupt):
                take(name, gateway)
        assert take(name, gateway).endswith("apply: 1. Known already: 4.\n")

    def test_a_rehearsal_stores_nothing(self, write: Write, gateway: Gateway) -> None:
        said = take(write(line()), gateway, "--dry-run")
        assert said == "Would be stored: 1. Known already: 0.\n"
        assert not Event.objects.exists()


class TestNobodyElse:
    def test_only_the_named_gateway_is_touched(
        self, write: Write, gateway: Gateway, their_gateway: Gateway
    ) -> None:
        take(write(line(gateway=their_gateway.uid)), gateway)
        assert Event.objects.get().gateway == gateway

    def test_what_was_a_test_is_left_out_of_a_live_gateway(
        self, write: Write, gateway: Gateway
    ) -> None:
        live = make_gateway(gateway.account, "live")
        said = take(write(line(), line(sample("order.paid"), mode="live")), live)
        assert said.endswith("Of the other mode or another gateway, left out: 1.\n")
        assert Event.objects.get().type == "order.paid"

    def test_and_one_that_lies_opens_no_live_door(
        self, write: Write, gateway: Gateway, order: Order, api: Api
    ) -> None:
        """The test payment of a test order, said to be live, with our own note in it."""
        live = make_gateway(gateway.account, "live")
        notes = {"raseed_order": order.uid}
        body = sample("order.paid", order={"notes": notes, "receipt": order.uid})
        take(write(line(body, mode="live")), live)
        work.work()
        order.refresh_from_db()
        assert (Event.objects.get().status, order.status) == ("unmatched", "created")
        for mode in ("test", "live"):
            opens = {
                "email": order.customer.email,
                "resource": order.product.resources.all()[0].uid,
            }
            assert api.get("access", mode=mode, **opens)["allowed"] is False

    def test_one_gateway_of_several(self, write: Write, gateway: Gateway) -> None:
        name = write(line(), line(sample("order.paid"), gateway="gw_former"))
        assert "left out: 1." in take(name, gateway, "--from", "gw_former")
        assert Event.objects.get().type == "order.paid"


def test_what_was_kept_is_read_like_a_body(write: Write, gateway: Gateway) -> None:
    dropped = line(body=..., kept=kept(), body_dropped_at="2026-01-01T00:00:00Z")
    take(write(dropped), gateway)
    event = Event.objects.get()
    assert (event.type, event.account_ref, bytes(event.body)) == ("payment.captured", "acc_1", b"")
    work.work()
    event.refresh_from_db()
    assert event.status == "unmatched"
    (again,) = exporting.of_gateway(gateway)
    assert json.loads(again)["kept"] == kept()


def test_an_answer_is_an_answer(write: Write, gateway: Gateway, order: Order) -> None:
    body = sample("payment.captured") | {"event": "payment.fetched"}
    take(write(line(body, kind="api"), line(body | {"x": 1})), gateway)
    assert list(Event.objects.order_by("pk").values_list("kind", "status")) == [
        ("api", "received"), ("webhook", "ignored"),
    ]  # fmt: skip
    work.work()
    order.refresh_from_db()
    assert order.status == "paid"


def test_a_gateway_or_a_file_that_is_not_there(write: Write, gateway: Gateway) -> None:
    assert "There is no gateway “gw_x” here." in refused("import_inbox", "-", "--gateway", "gw_x")
    assert "No such file" in refused("import_inbox", "/nowhere", "--gateway", gateway.uid)
