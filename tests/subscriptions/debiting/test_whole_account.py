"""Razorpay charges no mandate of a seller's buyers: that is the seller's problem, until it is
mended, and uses up no buyer's re-attempt. What is refused of one debit keeps its meaning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Account
from gateways.models import Gateway, Problem
from gateways.razorpay.client import Razorpay as Client
from gateways.razorpay.errors import Refused
from orders.models import Customer
from subscriptions.debiting import billing, refusals, tries, whole_account
from subscriptions.models import Debit, Mandate, Subscription
from tests.subscriptions.debiting.stage import (
    DAY,
    HOUR,
    MINUTE,
    Stage,
    captured,
    debits,
    ledger,
    status,
)

WORDS = "The requested URL was not found on the server."
ACCOUNT = tries.ACCOUNT_REFUSED
Mend = Callable[[], None]


def refused(**named: str) -> Refused:
    return Refused(WORDS, **named)


@pytest.fixture
def mend(monkeypatch: pytest.MonkeyPatch) -> Mend:
    """The account may charge no mandate, until this is called."""
    take, is_refused = Client.debit, [True]

    def debit(self: Client, terms: dict[str, Any]) -> str:
        if is_refused:
            raise refused(reason="NA")
        return take(self, terms)

    monkeypatch.setattr(Client, "debit", debit)
    return is_refused.clear


def problem() -> Problem:
    return Problem.objects.standing().get()


def test_it_halts_nobody_and_is_told_to_the_seller(
    stage: Stage, due: Subscription, mend: Mend
) -> None:
    stage.wait(5 * DAY)
    assert (ledger(due), status(due)) == ([], "active")
    assert set(debits(due)) == {(0, "refused", ACCOUNT)}
    kinds = set(due.order.mails.values_list("kind", flat=True))
    assert kinds == {"receipt"}, "nobody is told of a failure"
    told = problem()
    assert (told.gateway, told.kind, told.subject) == (stage.gateway, "refused_sale", "debits")
    assert WORDS in str(told.what)
    mend()
    stage.wait(6 * HOUR)
    assert (status(due), due.paid_count, len(captured(stage))) == ("active", 2, 2)
    assert not Problem.objects.standing().exists()


def test_its_gaps_grow(stage: Stage, due: Subscription, mend: Mend) -> None:
    stage.wait(2 * DAY, step=5 * MINUTE)
    made = [debit.started_at for debit in Debit.objects.order_by("pk")]
    gaps = [later - sooner for sooner, later in pairwise(made)]
    assert gaps[:2] == [timedelta(minutes=15), HOUR]
    assert set(gaps[2:]) == {6 * HOUR}
    assert problem().count == len(made)


def test_a_series_goes_on_where_it_was(stage: Stage, due: Subscription, mend: Mend) -> None:
    """Allowed for the first try, forbidden for the re-attempts, and allowed again."""
    stage.fails()
    take = Client.debit
    mend()
    stage.wait(MINUTE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "debit", lambda *_given: (_ for _ in ()).throw(refused()))
        stage.wait(4 * DAY)
        assert [row[:3] for row in ledger(due)] == [(n, "scheduled", False) for n in (1, 2, 3)]
        assert status(due) == "pending"
        assert problem().subject == "debits"
    assert Client.debit is take
    stage.wait(4 * DAY)
    assert [row[:3] for row in ledger(due)] == [(n, "failed", True) for n in (1, 2, 3)]
    assert status(due) == "halted"
    assert not Problem.objects.standing().exists()


def test_what_only_one_debit_is_told_is_of_that_one(
    stage: Stage, due: Subscription, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Razorpay takes the debits of another buyer meanwhile: then it is this one that it refuses."""
    other = Customer.objects.create(account=account, name="Ravi", email="ravi@example.com")
    take = Client.debit

    def debit(self: Client, terms: dict[str, Any]) -> str:
        if terms["notes"]["raseed_order"] == due.order.uid:
            raise refused(reason="NA")
        return take(self, terms)

    monkeypatch.setattr(Client, "debit", debit)
    stage.wait(3 * HOUR)
    assert {row[2] for row in debits(due)} == {ACCOUNT}
    theirs = stage.subscription(other, period="daily")
    stage.authorise(theirs, method="upi")
    stage.wait(DAY + 8 * HOUR)
    assert captured(stage)[-1]["order_id"] == theirs.bills.get(number=1).razorpay_order_id
    assert debits(due)[-1] == (0, "refused", "refused")
    assert (ledger(due)[0][:2], status(due)) == ((1, "scheduled"), "pending")
    assert not Problem.objects.standing().exists()


def test_another_sellers_debits_say_nothing_of_it(
    stage: Stage, due: Subscription, mend: Mend, their_gateway: Gateway
) -> None:
    stage.wait(2 * HOUR)
    first, last = Debit.objects.order_by("pk")
    Debit.objects.filter(pk=last.pk).update(state="accepted", reason="")
    assert whole_account.was_taken_since(stage.gateway.pk, first)
    assert not whole_account.was_taken_since(their_gateway.pk, first)


def test_it_is_not_told_for_ever(stage: Stage, due: Subscription, mend: Mend) -> None:
    """The only buyer cancelled: nothing is tried any more, and so nobody learns that it is
    mended."""
    stage.wait(HOUR)
    assert problem()
    stage.go(stage.now + DAY + 2 * HOUR)
    billing.charge_due(stage.now - 2 * HOUR)
    assert problem(), "a day may pass between two tries"
    Problem.objects.update(last_seen_at=stage.now - DAY - MINUTE)
    whole_account.clear_mended(stage.now)
    assert not Problem.objects.standing().exists()


def test_the_sellers_page_says_it(stage: Stage, due: Subscription, mend: Mend, client: Any) -> None:
    stage.work()
    client.force_login(stage.gateway.account.memberships.get().user)
    shown = client.get(reverse("gateways:problems")).content.decode()
    assert "Razorpay charges no mandate of your buyers" in shown
    assert "no re-attempt is lost" in shown


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (Refused(WORDS), ACCOUNT),
        (Refused(WORDS, reason="NA"), ACCOUNT),
        (Refused("Recurring payments are not enabled"), ACCOUNT),
        (Refused("Access Denied", reason="input_validation_failed"), ACCOUNT),
        (Refused("It is not allowed", field="recurring"), ACCOUNT),
        (Refused("no Route matched with those values"), ACCOUNT),
        (Refused("Invalid", field="contact"), "refused"),
        (Refused("Invalid", field="notes.raseed_order"), "refused"),
        (Refused("Invalid", field="amount", reason="input_validation_failed"),
         "input_validation_failed"),
        (Refused("Trouble", reason="bank_technical_error"), "bank_technical_error"),
        (Refused("Something new", reason="a_reason_of_next_year"), "a_reason_of_next_year"),
        (Refused("It is over", reason="mandate_expired"), "mandate_expired"),
        (Refused("The id provided does not exist"), "invalid_token"),
        (Refused("Amount exceeds maximum amount allowed"), "amount_exceeds_limit"),
        (Refused("Order cannot be reused"), tries.ORDER_REFUSED),
        (Refused("The order is already paid"), tries.IN_THE_WAY),
    ],
)  # fmt: skip
def test_what_names_a_reason_or_a_field_of_the_debit_is_of_that_debit(
    error: Refused, word: str
) -> None:
    assert refusals.reason_of(error) == word


@pytest.mark.parametrize("words", [WORDS, "Access Denied", "no Route matched with those values"])
def test_an_account_that_may_not_ask_about_mandates_ends_none(
    stage: Stage, due: Subscription, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    Mandate.objects.update(status="initiated")

    def token(self: Client, customer_id: str, token_id: str) -> dict[str, Any]:
        raise Refused(words, reason="NA")

    with monkeypatch.context() as without:
        without.setattr(Client, "token", token)
        stage.wait(5 * HOUR)
    assert (Mandate.objects.get().status, debits(due)) == ("initiated", [])
    stage.wait(2 * HOUR)
    assert (Mandate.objects.get().status, len(captured(stage))) == ("confirmed", 2)
