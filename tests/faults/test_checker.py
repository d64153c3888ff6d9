"""A letter too many is seen, whoever gets it, and so are letters that never leave."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.sellers import Seller
from gateways.models import Gateway
from orders.models import Mail, Order
from tests.faults import checker, letters
from tests.faults.ground import Shop
from tests.faults.history import History
from tests.faults.options import Plan
from tests.faults.play import Run

BUYER, SELLER = "ananya.iyer@example.com", "meera@example.com"
Kind, State = Mail.Kind, Mail.State


@pytest.fixture
def run(gateway: Gateway, order: Order, tmp_path: Path) -> Run:
    """A buyer was told of two things and their seller of one, and another mail is still due."""
    for kind, fact, state in [
        (Kind.RECEIPT, "pay_1", State.SENT),
        (Kind.FAILURE, "first", State.STARTED),
        (Kind.FAILURE_SELLER, "first", State.SENT),
        (Kind.UNPAID_SELLER, "0", State.WAITING),
    ]:
        Mail.objects.create(order=order, kind=kind, fact=fact, state=state)
    shop = Shop(gateway, {}, SELLER)
    return Run(Plan(1), [], [], History(), shop, tmp_path, 0.0, 0.0, 0.0, 0)


def handed(run: Run, *addresses: str) -> None:
    """The mail server took a letter to each of these."""
    lines = [json.dumps({"to": [address], "subject": "News"}) for address in addresses]
    (run.folder / letters.FILE).write_text("\n".join(lines))


def test_a_letter_for_each_row_that_left_is_none_too_many(run: Run) -> None:
    handed(run, BUYER, BUYER, SELLER)
    assert list(checker.mailed_twice(run)) == []


@pytest.mark.parametrize(("address", "rows"), [(BUYER, 2), (SELLER, 1), ("charlie@example.com", 0)])
def test_one_letter_more_than_rows_is_told(
    run: Run, stranger: Seller, address: str, rows: int
) -> None:
    handed(run, *[address] * (rows + 1))
    assert list(checker.mailed_twice(run)) == [
        f"{address} got {rows + 1} letters, and {rows} mails were sent there"
    ]


def test_many_failures_in_one_letter_to_the_seller_are_right(run: Run) -> None:
    Mail.objects.filter(state=State.WAITING).update(state=State.SENT)
    handed(run, SELLER)
    assert list(checker.mailed_twice(run)) == []


def test_a_whole_run_in_which_no_mail_leaves_is_told(run: Run) -> None:
    stuck = replace(run, mailed_after=None)
    assert list(checker.mailed_late(run)) == []
    assert list(checker.mailed_late(stuck)) == ["mails were due, and none left for 240 s"]
    assert list(checker.mailed_late(replace(stuck, plan=Plan(1, brief=True)))) == []
    # What could not be applied is told already.
    assert list(checker.mailed_late(replace(stuck, applied_after=None))) == []
