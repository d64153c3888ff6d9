"""Write the inbox as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateways.management.commands.connect_razorpay import find_account
from gateways.models import Gateway
from webhooks.keeping import exporting
from webhooks.keeping.exporting import Span
from webhooks.management.commands.replay_events import moment


class Command(BaseCommand):
    help = (
        "Write every event of an account, or of one gateway, to standard output: one JSON object a "
        "line, the oldest first, with its raw body, or with what was kept of a body that was "
        "dropped. Keys and secrets are not in it; what buyers gave to Razorpay is. The format is "
        "in docs/inbox-export.md; import_inbox takes it back in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "account", nargs="?", help="the account's id (act_...) or its owner's e-mail address"
        )
        parser.add_argument("--gateway", help="only this gateway (gw_...)")
        parser.add_argument(
            "--since", help="only events received from this time on (ISO 8601, with zone)"
        )
        parser.add_argument("--until", help="only events received before this time")

    def handle(self, *args: Any, **options: Any) -> None:
        for line in chosen(options):
            self.stdout.write(line, ending="")


def chosen(options: dict[str, Any]) -> Iterator[str]:
    """The lines that the options name. Raises CommandError."""
    span = Span(moment(options["since"]), moment(options["until"]))
    if bool(options["account"]) == bool(options["gateway"]):
        raise CommandError("Whose inbox? Name an account, or a gateway with --gateway.")
    if options["gateway"]:
        gateway = Gateway.objects.filter(uid=options["gateway"]).first()
        if gateway is None:
            raise CommandError(f"There is no gateway “{options['gateway']}” here.")
        return exporting.of_gateway(gateway, span)
    return exporting.of_account(find_account(options["account"]), span)
