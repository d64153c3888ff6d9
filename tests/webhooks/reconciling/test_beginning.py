"""Runs begin by themselves once a day, and by hand with a command."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import sellers
from accounts.models import Account
from accounts.sellers import Seller
from gateways.models import Gateway, Reconciliation
from tests.commands.terminal import run, run_json
from tests.conftest import make_gateway
from tests.webhooks.reconciling import ledger
from tests.webhooks.reconciling.shop import DAY, HOUR, Shop, finish
from webhooks.reconciling import runs


def test_every_gateway_has_its_run_once_a_day(
    account: Account, stranger: Seller, clock: Any
) -> None:
    first, second = make_gateway(account), make_gateway(stranger.account)
    assert runs.begin_daily() == 0  # connected just now
    clock.shift(DAY)
    assert (runs.begin_daily(), runs.begin_daily(), runs.begin_daily()) == (1, 1, 0)
    found = Reconciliation.objects.order_by("pk")
    assert [row.gateway for row in found] == [first, second]
    assert [row.created_at - row.since for row in found] == [runs.WINDOW] * 2
    clock.shift(DAY)
    runs.begin_daily()
    assert found.count() == 2  # they are open still: no second one beside them


def test_one_that_cannot_go_on_takes_nobody_elses_turn(clock: Any, db: None) -> None:
    """Its run stays open for days; each of the others has its own every day."""
    stuck, *others = [
        make_gateway(
            sellers.create(email=f"s{n}@example.com", business=f"S{n}", password="pw").account
        )
        for n in range(4)
    ]
    clock.shift(DAY)
    for _day in range(5):
        for _hour in range(24):
            runs.begin_daily()
            rows = Reconciliation.objects.exclude(gateway=stuck).filter(finished_at=None)
            rows.update(state="done", finished_at=timezone.now(), work_at=None)
            clock.shift(HOUR)
    counts = [row.reconciliations.count() for row in (stuck, *others)]
    assert counts == [1, 5, 5, 5]


def test_what_was_begun_is_counted(account: Account, clock: Any) -> None:
    """And not what stands already."""
    gateway = make_gateway(account)
    clock.shift(DAY)
    runs.begin(gateway, since=gateway.connected_at)
    clock.shift(2 * DAY)
    assert runs.begin_daily() == 0
    assert Reconciliation.objects.count() == 1


def test_a_window_reaches_back_to_the_last_run_that_ended(account: Account, clock: Any) -> None:
    gateway = make_gateway(account)
    clock.shift(DAY)
    for wait, since in ((10, 10 * DAY + runs.LAG), (90, runs.LONGEST), (1, runs.WINDOW)):
        run_before = runs.begin(gateway, since=gateway.connected_at)
        Reconciliation.objects.update(state="done", finished_at=run_before.created_at)
        clock.shift(wait * DAY)
        runs.begin_daily()
        begun = Reconciliation.objects.order_by("-pk")[0]
        assert begun.created_at - begun.since == since
        Reconciliation.objects.filter(pk=begun.pk).delete()


def ended(run: Reconciliation, skipped: list[Any] | None = None) -> Reconciliation:
    """As of now; with what it could not look at."""
    rows = Reconciliation.objects.filter(pk=run.pk)
    place = {**run.place, "skipped": skipped or []}
    rows.update(state="done", finished_at=timezone.now(), work_at=None, place=place)
    return run


def begun_daily() -> Reconciliation:
    assert runs.begin_daily() == 1
    return Reconciliation.objects.order_by("-pk")[0]


def test_a_short_run_leaves_what_lies_before_it_to_the_next(account: Account, clock: Any) -> None:
    """Twelve days of refused keys, and then somebody pressed "Compare now": three days."""
    gateway = make_gateway(account)
    clock.shift(DAY)
    last = ended(begun_daily())
    clock.shift(12 * DAY)
    ended(runs.begin(gateway, since=timezone.now() - runs.WINDOW))
    clock.shift(DAY)
    whole = begun_daily()
    assert whole.since == last.created_at - runs.LAG
    ended(whole)
    clock.shift(DAY)
    again = begun_daily()
    assert again.created_at - again.since == runs.WINDOW


def test_a_page_that_could_not_be_had_is_looked_at_by_the_next(
    account: Account, clock: Any
) -> None:
    make_gateway(account)
    clock.shift(DAY)
    last = ended(begun_daily())
    for _day in range(5):
        clock.shift(DAY)
        ended(begun_daily(), skipped=[["page", "payments", 0], ["subscription", "sub_x"]])
    clock.shift(DAY)
    assert begun_daily().since == last.created_at - runs.LAG


def test_one_object_that_could_not_be_had_does_not(account: Account, clock: Any) -> None:
    make_gateway(account)
    for _day in range(6):
        clock.shift(DAY)
        run = ended(begun_daily(), skipped=[["subscription", "sub_x"]])
        assert run.created_at - run.since == runs.WINDOW


def test_a_gateway_that_is_disconnected_has_none(account: Account, clock: Any) -> None:
    gateway = make_gateway(account)
    clock.shift(DAY)
    Gateway.objects.filter(pk=gateway.pk).update(disconnected_at=gateway.connected_at)
    assert runs.begin_daily() == 0


def test_the_command_fetches_what_is_missing_and_says_so(shop: Shop) -> None:
    payment = shop.pay(shop.order())
    shop.press(f"payments/{payment}/refund", amount=9_900)
    shop.press("strangers", n=1)
    shop.go(HOUR)
    (said,) = run_json("reconcile")["runs"]
    assert ledger.differences(shop.stage.desk, shop.gateway) == []
    row = Reconciliation.objects.get()
    assert said["id"] == row.uid
    assert (said["state"], said["fetched"], said["missed"]) == (
        "done", 2, {"payment": 1, "refund": 1},
    )  # fmt: skip
    told = run("reconcile", "--gateway", shop.gateway.uid)
    assert "100 % looked at" in told
    assert "The books are equal to Razorpay's." in told


def test_the_command_about_one_object(shop: Shop) -> None:
    payment, other = shop.pay(shop.order()), shop.pay(shop.order())
    shop.go(HOUR)
    (said,) = run_json("reconcile", "--object", payment)["runs"]
    assert (said["object"], said["fetched"]) == (payment, 1)
    assert other not in ledger.here(shop.gateway)["payments"]


def test_the_command_over_a_window(shop: Shop) -> None:
    early = shop.stage.now
    shop.pay(shop.order())
    shop.go(20 * DAY)
    span = ["--since", early.isoformat(), "--until", (early + HOUR).isoformat()]
    (said,) = run_json("reconcile", *span)["runs"]
    assert said["fetched"] == 1


def test_the_command_goes_on_with_what_is_open(shop: Shop) -> None:
    shop.pay(shop.order())
    shop.go(HOUR)
    begun = shop.begin()
    (said,) = run_json("reconcile", "--resume")["runs"]
    assert (said["id"], said["state"]) == (begun.uid, "done")
    assert run_json("reconcile", "--resume") == {"runs": []}


def test_the_command_gives_up_in_the_end_and_says_so(shop: Shop) -> None:
    """By the exit code, too; the run stays open, and the scheduler goes on with it."""
    shop.press("api", fail="502")
    out = io.StringIO()
    with time_machine.travel(shop.stage.now, tick=True), pytest.raises(CommandError) as caught:
        call_command("reconcile", "--json", "--wait", "0", stdout=out, stderr=io.StringIO())
    assert caught.value.returncode == 1
    assert "waiting" in str(caught.value)
    assert json.loads(out.getvalue())["runs"][0]["state"] == "waiting"
    shop.press("api", fail="none")
    row = Reconciliation.objects.get()
    shop.stage.go(shop.stage.now + HOUR)
    finish(row)
    assert row.state == "done"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--gateway", "gw_nobody"], "There is no connected gateway"),
        (["--account", "act_nobody"], "There is no account"),
        (["--since", "yesterday"], "is no time with a zone"),
        (["--since", "2999-01-01T00:00:00Z"], "--since is not before --until."),
        (["--object", "hello"], "is no ID of an order"),
    ],
)
def test_what_the_command_cannot_do_it_says(gateway: Gateway, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("reconcile", *words)
    assert not Reconciliation.objects.exists()


def test_the_command_does_not_ask_one_seller_about_anothers_payment(
    gateway: Gateway, their_gateway: Gateway
) -> None:
    with pytest.raises(CommandError, match="Say --gateway"):
        run("reconcile", "--object", "pay_Nobody00000001")
    assert not Reconciliation.objects.exists()


def test_without_a_gateway_there_is_nothing_to_compare(db: None) -> None:
    with pytest.raises(CommandError, match="No gateway is connected."):
        run("reconcile")
