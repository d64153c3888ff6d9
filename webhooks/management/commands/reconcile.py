"""Compare the books with Razorpay's, and fetch what never arrived."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from gateways.management.commands.connect_razorpay import find_account
from gateways.models import Gateway, Reconciliation
from webhooks import work
from webhooks.management.commands.replay_events import moment
from webhooks.reconciling import objects, places, runs, turns
from webhooks.reconciling.places import Place

TURN = 2.0  # seconds between two lines of progress
LOOK_AGAIN = 1.0  # seconds, while the run is another process's or waits
WAITS = {
    places.AWAY: "Razorpay does not answer",
    places.SLOWED_DOWN: "Razorpay asks to slow down",
    places.KEYS_REFUSED: "Razorpay refuses the keys",
    places.BROKEN: "it failed in Raseed itself",
}


class Command(BaseCommand):
    help = (
        "Compare the books with Razorpay's, and fetch what never arrived: payments, refunds, "
        "invoices, subscriptions and mandates. Without options: all connected gateways, the last "
        "three days. What is found goes through the inbox like an event; what is known already is "
        "not kept again, so it can be repeated at any time. What is older than 48 hours mails "
        "nobody. If it is interrupted, the scheduler goes on where it stopped, or --resume does. "
        "Exits with 1 if a run could not be finished. See docs/reconcile.md for what it can see."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--gateway", help="only this gateway (gw_...)")
        parser.add_argument("--account", help="only this account (act_..., or its owner's e-mail)")
        parser.add_argument(
            "--since", help="what happened from this time on (ISO 8601, with zone); 3 days ago"
        )
        parser.add_argument("--until", help="and before this time; now")
        parser.add_argument(
            "--object",
            metavar="ID",
            help="only this: an ID of Razorpay's (pay_..., order_..., sub_..., ...) or of ours",
        )
        parser.add_argument(
            "--resume", action="store_true", help="go on with the runs that are open; begin none"
        )
        parser.add_argument(
            "--wait",
            type=int,
            default=10,
            metavar="MINUTES",
            help="how long to wait when Razorpay does not answer; 10",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        while work.work():
            pass  # what has arrived is not missing
        found = self.open_runs(options) if options["resume"] else self.begin(options)
        for run in found:
            self.follow(run, options)
        if options["json"]:
            self.stdout.write(json.dumps({"runs": [facts(run) for run in found]}))
        left = [run for run in found if run.state != Reconciliation.State.DONE]
        if left:
            names = ", ".join(f"{run.uid} ({run.state})" for run in left)
            raise CommandError(f"Not finished: {names}.")

    def open_runs(self, options: dict[str, Any]) -> list[Reconciliation]:
        rows = Reconciliation.objects.filter(finished_at=None, gateway__in=chosen(options))
        return list(rows.select_related("gateway").order_by("pk"))

    def begin(self, options: dict[str, Any]) -> list[Reconciliation]:
        gateways = list(chosen(options))
        if not gateways:
            raise CommandError("No gateway is connected.")
        if options["object"]:
            return [begin_about(gateways, options["object"])]
        since, until = moment(options["since"]), moment(options["until"])
        since = since or timezone.now() - runs.WINDOW
        if since >= (until or timezone.now()):
            raise CommandError("--since is not before --until.")
        return [runs.begin(gateway, since=since, until=until) for gateway in gateways]

    def follow(self, run: Reconciliation, options: dict[str, Any]) -> None:
        """To its end, or until Razorpay has not answered for so long."""
        out = self.stderr if options["json"] else self.stdout
        gives_up = timezone.now() + timedelta(minutes=options["wait"])
        while run.finished_at is None and timezone.now() < gives_up:
            before = run.place
            taken = runs.take(run.pk)
            if taken is not None:
                turns.turn(taken, time.monotonic() + TURN)
            else:
                time.sleep(LOOK_AGAIN)
            run.refresh_from_db()
            if run.place != before:
                gives_up = timezone.now() + timedelta(minutes=options["wait"])
                out.write(progress(run))
        out.write(f"{run.uid} {run.gateway} {run.gateway.mode}: {run.outcome or run.state}")


def chosen(options: dict[str, Any]) -> QuerySet[Gateway]:
    """The connected gateways that the options name."""
    rows = Gateway.objects.connected().order_by("pk")
    if options["gateway"]:
        rows = rows.filter(uid=options["gateway"])
        if not rows.exists():
            raise CommandError(f"There is no connected gateway “{options['gateway']}” here.")
    if options["account"]:
        rows = rows.filter(account=find_account(options["account"]))
    return rows


def begin_about(gateways: list[Gateway], name: str) -> Reconciliation:
    """At the gateway whose books have it; of one that nobody knows yet, somebody must say."""
    found = [gateway for gateway in gateways if objects.is_known(gateway, name)] or gateways
    if len(found) > 1:
        raise CommandError(f"Whose is {name}? Say --gateway.")
    try:
        questions = objects.questions(found[0], name)
    except objects.NotAnObject as error:
        raise CommandError(str(error)) from error
    now = timezone.now()
    return runs.begin(found[0], since=now, until=now, subject=name, questions=questions)


def progress(run: Reconciliation) -> str:
    place = Place.of(run.place)
    said = f"{run.uid} {place.share:>3} % looked at {run.looked_at}, fetched {run.mended}"
    return f"{said}, {WAITS[place.waits_for]}" if place.waits_for else said


def facts(run: Reconciliation) -> dict[str, Any]:
    place = Place.of(run.place)
    return {
        "id": run.uid,
        "gateway": run.gateway.uid,
        "mode": run.gateway.mode,
        "since": run.since.isoformat(),
        "until": run.until.isoformat(),
        "object": run.subject or None,
        "state": run.state,
        "looked_at": run.looked_at,
        "not_ours": place.not_ours,
        "fetched": run.mended,
        "missed": place.missed,
        "outcome": str(run.outcome),
    }
