"""Rebuild books from the inbox, beside those that stand, and tell what differs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Account
from gateways.management.commands.connect_razorpay import find_account
from webhooks.models import Rebuild
from webhooks.rebuilding import rebuild, sampling
from webhooks.rebuilding.rebuild import Outcome


class Command(BaseCommand):
    help = (
        "Rebuild an account's books from the inbox (what Razorpay sent and answered) and from its "
        "own records, beside the books that stand, and compare the two row by row. The books that "
        "stand are not touched, nobody waits meanwhile, and nothing is called, mailed or charged. "
        "Each difference is printed in words; exit status 1 if there is any. To mend books that "
        "lack what the inbox tells, run replay_events."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "account", nargs="?", help="the account's id (act_...) or its owner's e-mail"
        )
        parser.add_argument(
            "--sample",
            type=int,
            metavar="N",
            help="N accounts: those whose last rebuild is longest ago",
        )
        parser.add_argument("--all", action="store_true", help="every account that has events")
        parser.add_argument("--json", action="store_true", help="print one JSON list instead")

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        for account in chosen(options):
            row, outcome = rebuild.of(account)
            found.append(as_json(row, outcome))
            if not options["json"]:
                self.tell(account, outcome)
        if options["json"]:
            self.stdout.write(json.dumps(found, default=str))
        different = sum(1 for one in found if one["differences"])
        if different:
            raise CommandError(f"The books of {different} of {len(found)} accounts differ.")

    def tell(self, account: Account, outcome: Outcome) -> None:
        """What was compared, what was left out, and each difference."""
        self.stdout.write(f"{account.name} ({account.uid}): {sentence(outcome)}")
        for _name, difference in outcome.differences:
            self.stdout.write(f"  {difference}")
        if outcome.open or outcome.parked:
            self.stdout.write(
                f"  In neither of the two books: {outcome.open} events that are open still and "
                f"{outcome.parked} parked ones."
            )


def sentence(outcome: Outcome) -> str:
    number = len(outcome.differences)
    of = f"rebuilt from {outcome.events} events; {outcome.rows} rows compared"
    return f"{of}, {number} differences." if number else f"{of}, and all are the same."


def as_json(row: Rebuild, outcome: Outcome) -> dict[str, Any]:
    return {
        "account": row.account.uid,
        "events": outcome.events,
        "open": outcome.open,
        "parked": outcome.parked,
        "rows": outcome.rows,
        "identical": outcome.is_identical,
        "differences": [one.as_json() for _name, one in outcome.differences],
    }


def chosen(options: dict[str, Any]) -> Iterable[Account]:
    """The accounts that the options name."""
    ways = [bool(options["account"]), options["sample"] is not None, options["all"]]
    if sum(ways) != 1:
        raise CommandError("Which books? Name one account, or say --sample N or --all.")
    if options["account"]:
        return [find_account(options["account"])]
    if options["all"]:
        return sampling.of(Account.objects.count())
    if options["sample"] < 1:
        raise CommandError("A sample has at least one account.")
    return sampling.of(options["sample"])
