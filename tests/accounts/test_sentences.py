"""Sentences that are stored once and read in any language."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import serializers
from django.utils import timezone, translation
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account, AuditEntry
from accounts.sentences import Sentence, pack, say, unpack

MOMENT = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)

names = st.from_regex(r"[a-z]{1,8}", fullmatch=True).filter(lambda name: name != "say")
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.tuples(st.integers() | st.none(), st.sampled_from(["INR", "JPY"]))
    | st.datetimes(timezones=st.just(UTC))
)
sentences = st.recursive(
    st.builds(Sentence, st.text(), st.dictionaries(names, plain)),
    lambda inner: st.builds(Sentence, st.text(), st.dictionaries(names, plain | inner)),
    max_leaves=5,
)


@given(sentence=sentences)
def test_what_is_packed_comes_back_the_same(sentence: Sentence) -> None:
    assert unpack(json.loads(json.dumps(pack(sentence)))) == sentence


@pytest.mark.parametrize(
    "value", [Decimal(1), {"time": "now"}, [1], MOMENT.replace(tzinfo=None), {1}], ids=repr
)
def test_a_value_that_would_not_come_back_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        pack(say("%(it)s", it=value))


def test_it_is_read_in_english_and_in_hindi() -> None:
    sentence = say("Access to %(title)s, without end.", title="Videos")
    assert str(sentence) == "Access to Videos, without end."
    with translation.override("hi"):
        assert "Videos" in str(sentence)
        assert str(sentence) != "Access to Videos, without end."
        assert any("\u0900" <= letter <= "\u097f" for letter in str(sentence))


def test_a_time_is_told_in_the_readers_zone() -> None:
    sentence = say("%(at)s", at=MOMENT)
    assert str(sentence) == "22 Nov 2026, 20:30"
    with timezone.override("Asia/Kolkata"):
        assert str(sentence) == "23 Nov 2026, 02:00"


def test_money_is_told_as_money() -> None:
    assert str(say("%(amount)s paid", amount=(4990000, "INR"))) == "₹49,900.00 paid"


def test_a_sentence_inside_a_sentence_speaks_the_same_language() -> None:
    inner = say("Access to %(title)s, without end.", title="Videos")
    with translation.override("hi"):
        assert str(say("%(state)s", state=inner)) == str(inner)


def test_nothing_said_is_empty_and_false() -> None:
    assert str(Sentence()) == ""
    assert not Sentence()
    assert say("x")


def test_what_a_stranger_wrote_into_it_is_escaped_on_pages() -> None:
    assert escape(say("%(name)s", name="<script>")) == "&lt;script&gt;"


def stored(what: Any, account: Account) -> AuditEntry:
    return AuditEntry.objects.get(pk=AuditEntry.objects.create(account=account, what=what).pk)


@pytest.mark.parametrize(
    "sentence", [Sentence(), say("Done."), say("%(a)s", a=(1, "INR")), say("%(t)s", t=MOMENT)]
)
def test_the_database_gives_it_back(account: Account, sentence: Sentence) -> None:
    assert stored(sentence, account).what == sentence


@pytest.mark.parametrize("wrong", ["Done.", {"say": "Done."}, 7])
def test_a_column_takes_nothing_else(account: Account, wrong: object) -> None:
    with pytest.raises(TypeError):
        stored(wrong, account)


@pytest.mark.parametrize("sentence", [Sentence(), say("%(a)s, %(t)s", a=(1, "INR"), t=MOMENT)])
def test_dumps_carry_it(account: Account, sentence: Sentence) -> None:
    dumped = serializers.serialize("json", [stored(sentence, account)])
    (loaded,) = serializers.deserialize("json", dumped)
    loaded.save()
    assert AuditEntry.objects.order_by("pk").last().what == sentence  # type: ignore[union-attr]
