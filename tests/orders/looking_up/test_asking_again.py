"""A question that is asked again: once more if it was settled, and else left as it is."""

from __future__ import annotations

from django.utils import timezone

from gateways import lookups
from gateways.models import Gateway, LookUp
from orders.looking_up import due
from tests.orders.looking_up.questions import HOUR, MINUTE, NOW, Asked, Kind, Why, of, rows


def test_an_open_question_keeps_its_date_and_its_tries(gateway: Gateway, asked: Asked) -> None:
    rows(gateway, "a")
    due.work_off(NOW)
    before = of("a").due_at
    lookups.ask(gateway.pk, Kind.PAYMENT, "a", Why.STILL_AUTHORIZED, wait=9 * HOUR)
    assert (of("a").due_at, of("a").tries) == (before, 1)


def test_one_that_was_settled_begins_anew(gateway: Gateway) -> None:
    rows(gateway, "a")
    lookups.settled(gateway.pk, ["a"], Why.STILL_AUTHORIZED)
    LookUp.objects.update(tries=36, error="Asked")
    lookups.ask(gateway.pk, Kind.PAYMENT, "a", Why.STILL_AUTHORIZED, wait=HOUR)
    found = of("a")
    assert (found.done_at, found.tries, found.error) == (None, 0, "")
    assert abs(found.due_at - timezone.now() - HOUR) < MINUTE


def test_a_strangers_question_of_the_same_name_is_not_moved(
    gateway: Gateway, their_gateway: Gateway
) -> None:
    rows(their_gateway, "a")
    LookUp.objects.update(done_at=NOW)
    lookups.ask(gateway.pk, Kind.PAYMENT, "a", Why.STILL_AUTHORIZED)
    lookups.settled(gateway.pk, ["a"], Why.STILL_AUTHORIZED)
    assert LookUp.objects.get(gateway=their_gateway).done_at == NOW
