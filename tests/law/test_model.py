"""The reference model stands by itself, and its books can be told apart."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.law.comparing import differences
from tests.law.facts import Fact, fact
from tests.law.model import fold
from tests.law.shapes import OurOrder
from tests.lives import DAY, MONTH, T, charged, failed_then_paid_with_another, halted, pending
from tests.samples import sample

HERE = Path(__file__).parent
# What the model is made of; comparing.py is used beside it and held to the same.
PARTS = ("model", "facts", "shapes", "matching", "money", "repeating", "access", "series")
OURS = OurOrder("ord_1", 49900, made_at=T - 60, order_id="order_RsdOrder000001")
REPEATS = OurOrder("ord_2", 49900, made_at=T - 60, subscription_id="sub_RsdSubscr00001")


def imported_by(part: str) -> Iterator[str]:
    """Every module that a part imports, whole: `tests.law.money`, `json`."""
    for node in ast.walk(ast.parse((HERE / f"{part}.py").read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inside = node.module == "tests.law"
            names = [f"tests.law.{alias.name}" for alias in node.names]
            yield from names if inside else [f"{'.' * node.level}{node.module}"]


def test_the_model_imports_nothing_of_ours() -> None:
    found = {name for part in (*PARTS, "comparing") for name in imported_by(part)}
    others = found - {f"tests.law.{part}" for part in PARTS}
    assert {name.partition(".")[0] for name in others} <= sys.stdlib_module_names


def test_it_asks_neither_for_the_order_nor_for_repeats() -> None:
    life = [fact(body, T) for body in (charged(0, T), pending(1, 1), halted(1), charged(1, T + 9))]
    expected = fold(life, [REPEATS], T + 2 * MONTH)
    assert differences(expected, fold([*reversed(life), *life], [REPEATS], T + 2 * MONTH)) == []
    assert expected.subscriptions["sub_RsdSubscr00001"].status == "halted"


def test_a_fact_that_comes_again_was_learnt_when_it_first_came() -> None:
    told = fact(sample("payment.failed", created_at=T), T + 60)
    late = replace(told, learnt=T + 9 * DAY)
    for facts in ([told, late], [late, told]):
        assert fold(facts, [OURS], T).slots["ord_1", 0, 1].state == "scheduled"
    assert fold([late], [OURS], T).slots["ord_1", 0, 1].state == "missed"


def test_every_difference_is_named() -> None:
    facts = [fact(body) for body in failed_then_paid_with_another()]
    expected, found = fold(facts, [OURS], T + 60), fold(facts[:2], [OURS], T + 60)
    found.receipts["pay_RsdCard0000001"] = 2
    said = differences(expected, found)
    assert "orders ord_1: status should be paid, is attempted" in said
    assert "slots ('ord_1', 0, 1): state should be cancelled, is scheduled" in said
    assert "receipts pay_RsdCard0000001: 2 sent, at most 1 due" in said
    assert any(line.startswith("payments pay_RsdCard0000001: missing") for line in said)
    assert differences(expected, expected) == []


def test_what_cannot_be_read_is_no_fact_about_an_order() -> None:
    books = fold([Fact(b"[]"), Fact(b"\xff")], [OURS], T)
    assert set(books.events.values()) == {"unreadable"}
    assert books.orders["ord_1"].status == "created"
