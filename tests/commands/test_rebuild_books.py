from __future__ import annotations

import json

import pytest
from django.core.management import CommandError

from accounts.models import Account
from accounts.sellers import Seller
from orders.models import Order, Payment
from tests.commands.terminal import refused, run, run_json
from tests.conftest import Razorpay
from tests.samples import sample
from tests.webhooks.rebuilding.neighbour import moves_in
from webhooks.models import Rebuild


@pytest.fixture
def told(razorpay: Razorpay, order: Order) -> Account:
    razorpay.tell(sample("payment.captured"))
    return order.gateway.account


def test_books_that_are_right(told: Account) -> None:
    same = f"Dastakari Store ({told.uid}): rebuilt from 1 events;"
    for word in (told.uid, "Meera@example.com"):
        said = run("rebuild_books", word)
        assert said.startswith(same)
        assert said.endswith("rows compared, and all are the same.\n")
    assert Rebuild.objects.count() == 2


def test_each_difference_is_a_line_and_the_status_is_not_0(
    told: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    Payment.objects.update(amount=1)
    from django.core.management import call_command

    with pytest.raises(CommandError) as caught:
        call_command("rebuild_books", told.uid)
    assert str(caught.value) == "The books of 1 of 1 accounts differ."
    assert caught.value.returncode == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == ["  payment pay_RsdCard0000001: amount is 1 in the books, rebuilt 49900."]


def test_json(told: Account, capsys: pytest.CaptureFixture[str]) -> None:
    [found] = run_json("rebuild_books", told.uid)
    assert (found["account"], found["events"], found["identical"]) == (told.uid, 1, True)
    assert found["differences"] == []
    Payment.objects.update(amount=1)
    assert refused("rebuild_books", told.uid, "--json")


def test_what_is_open_is_said(told: Account, razorpay: Razorpay) -> None:
    razorpay.post(sample("order.paid"))
    said = run("rebuild_books", told.uid)
    assert "In neither of the two books: 1 events that are open still and 0 parked ones." in said


def test_many_accounts(told: Account, stranger: Seller) -> None:
    moves_in(stranger.account).tell(sample("payment.captured"))
    assert len(run_json("rebuild_books", "--all")) == 2
    [one] = json.loads(run("rebuild_books", "--sample", "1", "--json"))
    assert one["account"] == told.uid


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Which books? Name one account, or say --sample N or --all."),
        (["act_1", "--all"], "Which books?"),
        (["--sample", "0"], "A sample has at least one account."),
        (["act_nobody"], "There is no account “act_nobody”."),
        (["nobody@example.com"], "There is no account “nobody@example.com”."),
    ],
)
def test_a_choice_that_is_none(db: None, words: list[str], said: str) -> None:
    assert said in refused("rebuild_books", *words)
    assert not Rebuild.objects.exists()
