"""Make the re-attempts that are due, once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gateways.models import Gateway, Mode
from orders.recovering import due
from subscriptions.debiting import billing

# Outside of these a day cannot be added, or a zone taken off.
YEARS = range(2000, 3000)


class Command(BaseCommand):
    help = (
        "Make the re-attempts that are due, and the charges of mandates whose period begins: once, "
        "as the scheduler does it every minute. It may run beside the scheduler, twice or late: "
        "nothing is charged or mailed a second time. There are three re-attempts after a failed "
        "payment, one day apart, and nobody can change that."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            metavar="TIME",
            help="as if it were this time (ISO 8601, with zone), to try things out in test mode: "
            "refused while a live gateway is connected",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment(options["as_of"])
        done = {
            "as_of": now.isoformat(),
            "bills": billing.charge_due(now),
            "reattempts": due.make(now),
        }
        self.stdout.write(
            json.dumps(done)
            if options["json"]
            else f"Looked at {done['reattempts']} re-attempts and {done['bills']} charges."
        )


def moment(text: str | None) -> datetime:
    """The time that is meant: now, or another where no live money can be meant."""
    if text is None:
        return timezone.now()
    try:
        found = parse_datetime(text)
    except ValueError:  # of the right form, but a 13th month
        found = None
    if found is None or timezone.is_naive(found) or found.year not in YEARS:
        raise CommandError(f"“{text}” is no time with a zone, like 2026-11-23T10:00:00+05:30.")
    if Gateway.objects.connected().filter(mode=Mode.LIVE).exists():
        raise CommandError(
            "A live gateway is connected, so the time cannot be chosen: real buyers would be "
            "charged or mailed too early. Leave out --as-of."
        )
    return found
