"""Apply stored events once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from accounts.models import Account
from gateways.models import Gateway
from gateways.razorpay import events
from webhooks import replay, work
from webhooks.models import Event

# A name that is misspelt must not pass for one that has no events.
KNOWN: dict[str, Callable[[str], bool]] = {
    "gateway": lambda uid: Gateway.objects.filter(uid=uid).exists(),
    "account": lambda uid: Account.objects.filter(uid=uid).exists(),
    "type": lambda name: name in events.ACTED_ON,
}


class Command(BaseCommand):
    help = (
        "Apply stored events once more, in the order they came. Merging is idempotent, so books "
        "that are right stay as they are. A replay never mails, never charges and never calls "
        "Razorpay. Choose by gateway, account, type, status, event id or time; without a choice "
        "nothing is done: say --all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--gateway", help="only this gateway (gw_...)")
        parser.add_argument("--account", help="only this account (act_...)")
        parser.add_argument("--type", help="only this event, for example payment.captured")
        parser.add_argument(
            "--status", choices=[str(status) for status in replay.BY_HAND], help="only this status"
        )
        parser.add_argument("--event-id", help="only the event with this x-razorpay-event-id")
        parser.add_argument(
            "--since", help="only events received from this time on (ISO 8601, with zone)"
        )
        parser.add_argument("--until", help="only events received before this time")
        parser.add_argument("--all", action="store_true", help="every event")
        parser.add_argument(
            "--leave-to-worker", action="store_true", help="only open them; the worker applies them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        opened = replay.replay(choose(options))
        self.stdout.write(f"Opened again: {opened}.")
        if options["leave_to_worker"]:
            self.stdout.write("The worker applies them.")
            return
        while work.work():
            pass
        left = Event.objects.filter(processed_at=None).count()
        self.stdout.write(
            f"Still open: {left}. The worker has them or tries them again."
            if left
            else "All applied."
        )


def choose(options: dict[str, Any]) -> QuerySet[Event]:
    """The events that the options name."""
    for option, known in KNOWN.items():
        if options[option] and not known(options[option]):
            raise CommandError(f"There is no {option} “{options[option]}” here.")
    filters = {
        "gateway__uid": options["gateway"],
        "gateway__account__uid": options["account"],
        "type": options["type"],
        "status": options["status"],
        "event_id": options["event_id"],
        "received_at__gte": moment(options["since"]),
        "received_at__lt": moment(options["until"]),
    }
    given = {name: value for name, value in filters.items() if value}
    if not given and not options["all"]:
        raise CommandError("Which events? Choose some, or say --all.")
    return Event.objects.filter(**given)


def moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:  # of the right form, but a 13th month
        found = None
    if found is None or is_naive(found):
        raise CommandError(f"“{text}” is no time with a zone, like 2026-11-23T10:00:00+05:30.")
    return found
